"""A document: what is said of it, its versions, and what it hangs on."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents import rules, scanner
from prevent_portal.documents.access import document_for, document_to_change, may_change, name_for
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.forms import DetailsForm, VersionFileForm, VersionLinkForm
from prevent_portal.documents.library import UseLine, uses_of
from prevent_portal.documents.models import Document, DocumentVersion
from prevent_portal.documents.policies import FileRefused, NeedsConfirmation
from prevent_portal.documents.queries import covers_words, type_words, versions_of
from prevent_portal.documents.services.documents import change_document
from prevent_portal.documents.services.versions import add_version
from prevent_portal.documents.views.library import evidence_crumbs, review_cell, status_tags
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Crumb, SummaryRow, Tag
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.numbers import file_size
from prevent_portal.web.views import CouncilView


class DocumentPage(CouncilView):
    """One document."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_for(self.access, document_id)
        versions = versions_of(document)
        uses = uses_of(self.access, [document.pk]).get(document.pk, [])
        newest = next((one for one in versions if one.state == VersionState.ACCEPTED), None)
        slug = self.council.slug
        changes = may_change(self.access, document)
        context = {
            "document": document,
            "marking": document.get_marking_display() if document.marking else "",
            "crumbs": evidence_crumbs(self.access, Crumb(document.title)),
            "rows": self._rows(document),
            "newest": newest,
            "newest_href": reverse("file", args=[slug, newest.pk]) if newest else "",
            "versions": [self._version(one) for one in versions],
            "uses": [self._use(document, use) for use in uses],
            "scanned": scanner.is_configured(),
            "edit_href": reverse("evidence-change", args=[slug, document.pk]) if changes else "",
            "version_href": reverse("evidence-version", args=[slug, document.pk]) if changes else "",
        }
        return render(request, "documents/document.html", context)

    def _rows(self, document: Document) -> list[SummaryRow]:
        period = covers_words(document).removeprefix("Covers ")
        tags: list[Any] = list(status_tags(document, None))
        return [
            SummaryRow("Owner", name_for(self.access, document.owner)),
            SummaryRow("Period covered", f"{period[0].upper()}{period[1:]}" if period else None),
            SummaryRow("Added", timezone.localdate(document.created_at)),
            SummaryRow("Review date", review_cell(document, timezone.localdate())),
            SummaryRow("Protective marking", tags or "Not marked"),
        ]

    def _version(self, version: DocumentVersion) -> dict[str, Any]:
        by = name_for(self.access, version.uploaded_by)
        return {
            "row": version,
            "href": reverse("file", args=[self.council.slug, version.pk]),
            "name": version.url or version.file_name,
            "is_link": bool(version.url),
            "type_words": type_words(version),
            "words": f"{british_datetime(version.uploaded_at)} by {by}",
            "size": file_size(version.size),
            "is_open": version.state == VersionState.ACCEPTED,
            "tag": {
                VersionState.QUARANTINED: Tag("Being checked", "yellow"),
                VersionState.REFUSED: Tag("Refused", "red"),
                VersionState.ACCEPTED: Tag("Checked", "green"),
            }[VersionState(version.state)],
        }

    def _use(self, document: Document, use: UseLine) -> dict[str, Any]:
        removable = rules.kind_for(use.kind).may_attach(self.access, use.object_id)
        return {
            "use": use,
            "remove_href": (
                reverse("evidence-detach", args=[self.council.slug, document.pk, use.use_id])
                if removable
                else ""
            ),
        }


class ChangePage(CouncilView):
    """Change what is said of a document, with a check that nobody else saved meanwhile."""

    permission = AccountsPermission.VIEW_COUNCIL
    fields = ("title", "covers_from", "covers_to", "marking", "review_on", "owner")

    def get(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_to_change(self.access, document_id)
        initial = {name: getattr(document, name) for name in self.fields}
        form = DetailsForm(
            document=document, access=self.access, initial={**initial, "version": document.version}
        )
        return self._page(document, form)

    def post(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_to_change(self.access, document_id)
        form = DetailsForm(request.POST, document=document, access=self.access)
        if not form.is_valid():
            return self._page(document, form)
        try:
            given = {"owner": document.owner, **form.cleaned_data}
            change_document(document=document, by=self.person, **given)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            form = DetailsForm(data, document=document, access=self.access)
            return self._page(document, form, stale, status=409)
        except NeedsConfirmation as needed:
            form = DetailsForm(request.POST, document=document, access=self.access, asks_twice=True)
            form.add_error("confirmed", str(needed))
            return self._page(document, form)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(document, form)
        messages.success(request, f"The details of “{form.cleaned_data['title']}” were saved.")
        return redirect("evidence-document", self.council.slug, document.pk)

    def _page(
        self, document: Document, form: DetailsForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        here = reverse("evidence-document", args=[self.council.slug, document.pk])
        context = {
            "document": document,
            "form": form,
            "stale": stale,
            "cancel": here,
            "crumbs": evidence_crumbs(self.access, Crumb(document.title, here), Crumb("Change the details")),
        }
        return render(self.request, "documents/change.html", context, status=status)


class VersionPage(CouncilView):
    """Add a newer version; those before stay."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_to_change(self.access, document_id)
        return self._page(document, VersionLinkForm() if document.is_link else VersionFileForm())

    def post(self, request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
        document = document_to_change(self.access, document_id)
        form: VersionLinkForm | VersionFileForm
        form = (
            VersionLinkForm(request.POST)
            if document.is_link
            else VersionFileForm(request.POST, request.FILES)
        )
        if not form.is_valid():
            return self._page(document, form)
        try:
            version = add_version(
                document=document,
                by=self.person,
                upload=form.cleaned_data.get("file"),
                url=form.cleaned_data.get("url", ""),
                token=form.cleaned_data["token"],
            )
        except FileRefused as refused:
            form.add_error("file", str(refused))
            return self._page(document, form)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(document, form)
        messages.success(request, f"Version {version.number} was added.")
        return redirect("evidence-document", self.council.slug, document.pk)

    def _page(self, document: Document, form: Any) -> HttpResponse:
        here = reverse("evidence-document", args=[self.council.slug, document.pk])
        context = {
            "document": document,
            "form": form,
            "cancel": here,
            "crumbs": evidence_crumbs(self.access, Crumb(document.title, here), Crumb("Add a new version")),
        }
        return render(self.request, "documents/version.html", context)
