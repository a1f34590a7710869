"""Addresses of evidence."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from prevent_portal.documents.views import AttachPage, DocumentPage, FileView

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/files/<uuid:version_id>/", FileView.as_view(), name="file"),
    path("c/<slug:council>/evidence/<uuid:document_id>/", DocumentPage.as_view(), name="evidence-document"),
    path(
        "c/<slug:council>/evidence/attach/<str:kind>/<uuid:object_id>/",
        AttachPage.as_view(),
        name="evidence-attach",
    ),
]
