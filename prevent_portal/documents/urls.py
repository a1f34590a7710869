from django.urls import path

from prevent_portal.documents.views import FileView

urlpatterns = [
    path("c/<slug:council>/files/<uuid:version_id>/", FileView.as_view(), name="file"),
]
