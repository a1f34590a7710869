"""API addresses of evidence."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from prevent_portal.documents import api

HERE = "c/<slug:council>/documents/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(HERE, api.DocumentsAPI.as_view(), name="api-documents"),
    path(f"{HERE}links/", api.LinksAPI.as_view(), name="api-document-links"),
    path(f"{HERE}<uuid:document_id>/", api.DocumentAPI.as_view(), name="api-document"),
    path(f"{HERE}<uuid:document_id>/versions/", api.VersionsAPI.as_view(), name="api-document-versions"),
    path(f"{HERE}<uuid:document_id>/uses/", api.UsesAPI.as_view(), name="api-document-uses"),
    path(f"{HERE}<uuid:document_id>/uses/<uuid:use_id>/", api.UseAPI.as_view(), name="api-document-use"),
    path(f"{HERE}versions/<uuid:version_id>/file/", api.DownloadAPI.as_view(), name="api-document-download"),
]
