"""The address of the audit page."""

from django.urls import path

from prevent_portal.audit.views import AuditView

urlpatterns = [
    path("c/<slug:council>/audit/", AuditView.as_view(), name="audit"),
]
