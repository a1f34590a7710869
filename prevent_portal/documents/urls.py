"""Addresses of evidence."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from prevent_portal.documents.views import attaching, documents, files, library

HERE = "c/<slug:council>/evidence/"
THING = f"{HERE}attach/<str:kind>/<uuid:object_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/files/<uuid:version_id>/", files.FileView.as_view(), name="file"),
    path(HERE, library.LibraryPage.as_view(), name="evidence"),
    path(f"{HERE}add-file/", attaching.AddFilePage.as_view(), name="evidence-add-file"),
    path(f"{HERE}add-link/", attaching.AddLinkPage.as_view(), name="evidence-add-link"),
    path(f"{HERE}<uuid:document_id>/", documents.DocumentPage.as_view(), name="evidence-document"),
    path(f"{HERE}<uuid:document_id>/change/", documents.ChangePage.as_view(), name="evidence-change"),
    path(f"{HERE}<uuid:document_id>/new-version/", documents.VersionPage.as_view(), name="evidence-version"),
    path(
        f"{HERE}<uuid:document_id>/uses/<uuid:use_id>/remove/",
        attaching.DetachPage.as_view(),
        name="evidence-detach",
    ),
    path(THING, attaching.AttachPage.as_view(), name="evidence-attach"),
    path(f"{THING}file/", attaching.AttachFilePage.as_view(), name="evidence-attach-file"),
    path(f"{THING}link/", attaching.AttachLinkPage.as_view(), name="evidence-attach-link"),
    path(f"{THING}library/", attaching.AttachChosenPage.as_view(), name="evidence-attach-choose"),
    path(
        f"{THING}confirm/<uuid:document_id>/",
        attaching.AttachConfirmPage.as_view(),
        name="evidence-attach-confirm",
    ),
]
