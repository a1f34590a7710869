from django.urls import path

from prevent_portal.outbox import views

urlpatterns = [
    path("c/<slug:council>/jobs/<uuid:job_id>/", views.JobView.as_view(), name="job"),
    path("c/<slug:council>/jobs/<uuid:job_id>.json", views.JobStateView.as_view(), name="job-state"),
]
