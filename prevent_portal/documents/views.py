"""Pages of evidence: the download, a document, and what is added to a thing."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents import storage
from prevent_portal.documents.access import document_for, thing_to_evidence, version_for
from prevent_portal.documents.forms import NewFileForm
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.documents.policies import FileRefused
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.web.components import Column, Link, Table
from prevent_portal.web.downloads import download
from prevent_portal.web.numbers import file_size
from prevent_portal.web.views import CouncilView


class FileView(CouncilView):
    """A file leaves through the access rule of the thing that it hangs on, checked at every fetch (UP-5)."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, version_id: uuid.UUID) -> HttpResponseBase:
        version = version_for(self.access, version_id)
        path = storage.find(self.council.pk, version.pk)
        if path is None:
            raise Http404
        return download(content=path, filename=version.file_name, content_type=version.content_type)


class DocumentPage(CouncilView):
    """One document with its versions."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_for(self.access, document_id)
        versions = DocumentVersion.objects.filter(council=self.council, document=document).select_related(
            "uploaded_by"
        )
        table = Table(
            caption="Versions",
            columns=[Column("Version", header=True), Column("File"), Column("Size"), Column("By")],
            rows=[
                [
                    version.number,
                    Link(version.file_name, f"/c/{self.council.slug}/files/{version.pk}/"),
                    file_size(version.size),
                    display_name(version.uploaded_by),
                ]
                for version in versions.order_by("-number")
            ],
        )
        return render(request, "documents/document.html", {"document": document, "table": table})


class AttachPage(CouncilView):
    """Add evidence to a thing."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        thing = thing_to_evidence(self.access, kind, object_id)
        return render(request, "documents/attach.html", {"thing": thing, "form": NewFileForm()})

    def post(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        thing = thing_to_evidence(self.access, kind, object_id)
        form = NewFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                document = attach_file(
                    council=self.council,
                    by=self.person,
                    upload=form.cleaned_data["file"],
                    title=form.cleaned_data["title"],
                    kind=kind,
                    object_id=object_id,
                )
            except FileRefused as refused:
                form.add_error("file", str(refused))
            else:
                messages.success(request, f"{document.title} was added.")
                return redirect(thing.href or document.pk)
        return render(request, "documents/attach.html", {"thing": thing, "form": form})
