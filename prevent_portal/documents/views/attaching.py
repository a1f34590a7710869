"""Add evidence to a thing, or to the library, and take it off a thing again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents import rules
from prevent_portal.documents.access import document_for, thing_to_evidence, use_to_remove
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.forms import ChooseForm, ConfirmForm, NewFileForm, NewLinkForm, SearchForm
from prevent_portal.documents.library import choosable_documents, uses_of
from prevent_portal.documents.models import Document
from prevent_portal.documents.permissions import DocumentsPermission
from prevent_portal.documents.policies import FileRefused, NeedsConfirmation
from prevent_portal.documents.queries import newest_versions
from prevent_portal.documents.services.documents import add_file, add_link
from prevent_portal.documents.services.uses import attach_document, detach
from prevent_portal.documents.views.library import evidence_crumbs
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.components import Crumb, paginate
from prevent_portal.web.views import CouncilView


class _AttachView(CouncilView):
    """Common to the pages that add evidence to a thing: the thing, and where its page is."""

    abstract = True
    permission = AccountsPermission.VIEW_COUNCIL
    kind: str
    object_id: uuid.UUID
    thing: rules.Thing

    def find_thing(self, kind: str, object_id: uuid.UUID) -> None:
        """Read the thing, or answer 404 to whoever may not add to it."""
        self.thing = thing_to_evidence(self.access, kind, object_id)
        self.kind, self.object_id = kind, object_id

    @property
    def back(self) -> str:
        return self.thing.href or self.href("evidence-attach")

    def href(self, name: str, *more: Any) -> str:
        return reverse(name, args=[self.council.slug, self.kind, self.object_id, *more])

    def crumbs(self, *steps: Crumb) -> list[Crumb]:
        here = Crumb("Add evidence", self.href("evidence-attach"))
        return [Crumb(self.thing.text, self.back), *([here, *steps] if steps else [Crumb("Add evidence")])]

    def attach(self, request: HttpRequest, document: Document, *, confirmed: bool = False) -> HttpResponse:
        """Hang the document on the thing, or ask first where many people would see a sensitive one.

        A form sent again gives the document that it once made, which the person may no longer read.
        """
        document = document_for(self.access, document.pk)
        try:
            attach_document(
                document=document,
                by=self.person,
                kind=self.kind,
                object_id=self.object_id,
                confirmed=confirmed,
            )
        except NeedsConfirmation:
            return redirect(
                "evidence-attach-confirm", self.council.slug, self.kind, self.object_id, document.pk
            )
        newest = newest_versions(self.council, [document.pk], held=True).get(document.pk)
        words = f"“{document.title}” was added."
        if newest is not None and newest.state == VersionState.QUARANTINED:
            words += " It is still being checked, and can be opened when that is done."
        messages.success(request, words)
        return redirect(self.back)


class AttachPage(_AttachView):
    """Three ways to add evidence."""

    def get(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        context = {
            "thing": self.thing,
            "crumbs": self.crumbs(),
            "file_href": self.href("evidence-attach-file"),
            "link_href": self.href("evidence-attach-link"),
            "choose_href": self.href("evidence-attach-choose"),
            "back": self.back,
        }
        return render(request, "documents/attach.html", context)


class AttachFilePage(_AttachView):
    """Upload a new file for the thing."""

    def get(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        return self._page(NewFileForm())

    def post(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        form = NewFileForm(request.POST, request.FILES)
        document = kept(form, self)
        return self._page(form) if document is None else self.attach(request, document)

    def _page(self, form: NewFileForm) -> HttpResponse:
        crumbs = self.crumbs(Crumb("Upload a file"))
        return form_page(self, form, "Upload a file", crumbs, self.thing, self.back)


class AttachLinkPage(_AttachView):
    """Add a link for the thing."""

    def get(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        return self._page(NewLinkForm())

    def post(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        form = NewLinkForm(request.POST)
        document = kept(form, self)
        return self._page(form) if document is None else self.attach(request, document)

    def _page(self, form: NewLinkForm) -> HttpResponse:
        return form_page(self, form, "Add a link", self.crumbs(Crumb("Add a link")), self.thing, self.back)


class AttachChosenPage(_AttachView):
    """Choose from the library what the person may read."""

    def get(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        return self._page(request)

    def post(self, request: HttpRequest, kind: str, object_id: uuid.UUID) -> HttpResponse:
        self.find_thing(kind, object_id)
        documents = choosable_documents(self.access, kind=kind, object_id=object_id, text="")
        form = ChooseForm(request.POST, documents=documents, shown=[])
        if not form.is_valid():
            return self._page(request, request.POST)
        return self.attach(request, form.cleaned_data["document"])

    def _page(self, request: HttpRequest, sent: Any = None) -> HttpResponse:
        search = SearchForm(request.GET)
        text = search.cleaned_data["text"] if search.is_valid() else ""
        documents = choosable_documents(self.access, kind=self.kind, object_id=self.object_id, text=text)
        page, links = paginate(request, documents, per_page=15)
        form = ChooseForm(sent, documents=documents, shown=list(page))
        context = {
            "thing": self.thing,
            "crumbs": self.crumbs(Crumb("Choose from the library")),
            "search": search,
            "text": text,
            "form": form,
            "found": page.paginator.count,
            "links": links,
            "back": self.back,
            "here": self.href("evidence-attach-choose"),
        }
        return render(request, "documents/choose.html", context)


class AttachConfirmPage(_AttachView):
    """The second thought: a sensitive document on a thing that many people read."""

    def get(
        self, request: HttpRequest, kind: str, object_id: uuid.UUID, document_id: uuid.UUID
    ) -> HttpResponse:
        self.find_thing(kind, object_id)
        return self._page(document_for(self.access, document_id), ConfirmForm())

    def post(
        self, request: HttpRequest, kind: str, object_id: uuid.UUID, document_id: uuid.UUID
    ) -> HttpResponse:
        self.find_thing(kind, object_id)
        document = document_for(self.access, document_id)
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self._page(document, form)
        return self.attach(request, document, confirmed=True)

    def _page(self, document: Document, form: ConfirmForm) -> HttpResponse:
        context = {
            "thing": self.thing,
            "document": document,
            "document_href": reverse("evidence-document", args=[self.council.slug, document.pk]),
            "form": form,
            "back": self.back,
            "crumbs": self.crumbs(Crumb("Confirm")),
        }
        return render(self.request, "documents/confirm.html", context)


class AddFilePage(CouncilView):
    """Put a file into the library before it hangs on anything."""

    permission = DocumentsPermission.ADD_EVIDENCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewFileForm(request.POST, request.FILES)
        document = kept(form, self)
        return self._page(form) if document is None else added(self, document)

    def _page(self, form: NewFileForm) -> HttpResponse:
        crumbs = evidence_crumbs(self.access, Crumb("Upload a file"))
        return form_page(self, form, "Upload a file", crumbs, None, crumbs[0].href)


class AddLinkPage(CouncilView):
    """Put a link into the library before it hangs on anything."""

    permission = DocumentsPermission.ADD_EVIDENCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewLinkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewLinkForm(request.POST)
        document = kept(form, self)
        return self._page(form) if document is None else added(self, document)

    def _page(self, form: NewLinkForm) -> HttpResponse:
        crumbs = evidence_crumbs(self.access, Crumb("Add a link"))
        return form_page(self, form, "Add a link", crumbs, None, crumbs[0].href)


class DetachPage(CouncilView):
    """Take a document off a thing, after a question."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, document_id: uuid.UUID, use_id: uuid.UUID) -> HttpResponse:
        use = use_to_remove(self.access, document_id, use_id)
        line = next(one for one in uses_of(self.access, [document_id])[document_id] if one.use_id == use.pk)
        here = reverse("evidence-document", args=[self.council.slug, document_id])
        context = {
            "document": use.document,
            "thing": line.thing,
            "back": here,
            "crumbs": evidence_crumbs(self.access, Crumb(use.document.title, here), Crumb("Remove")),
        }
        return render(request, "documents/detach.html", context)

    def post(self, request: HttpRequest, document_id: uuid.UUID, use_id: uuid.UUID) -> HttpResponse:
        use = use_to_remove(self.access, document_id, use_id)
        line = next(one for one in uses_of(self.access, [document_id])[document_id] if one.use_id == use.pk)
        detach(use=use, by=self.person)
        messages.success(request, f"“{use.document.title}” is no longer evidence for {line.thing.text}.")
        return redirect(line.thing.href or reverse("evidence", args=[self.council.slug]))


def kept(form: NewFileForm | NewLinkForm, view: CouncilView) -> Document | None:
    """Keep what a form holds, in the library; None with the reason on the form if it cannot be."""
    if not form.is_valid():
        return None
    given = dict(form.cleaned_data)
    try:
        if isinstance(form, NewFileForm):
            return add_file(council=view.council, by=view.person, upload=given.pop("file"), **given)
        return add_link(council=view.council, by=view.person, **given)
    except FileRefused as refused:
        form.add_error("file", str(refused))
    except PolicyError as problem:
        form.add_error(None, str(problem))
    return None


def added(view: CouncilView, document: Document) -> HttpResponse:
    """Say that a document is in the library, and show it."""
    messages.success(
        view.request,
        f"“{document.title}” is in the library. Until it is evidence for something, only you and the "
        "coordinators see it.",
    )
    return redirect("evidence-document", view.council.slug, document.pk)


def form_page(
    view: CouncilView,
    form: NewFileForm | NewLinkForm,
    heading: str,
    crumbs: list[Crumb],
    thing: rules.Thing | None,
    back: str,
) -> HttpResponse:
    """The page of a new file or link."""
    context = {"form": form, "heading": heading, "crumbs": crumbs, "thing": thing, "back": back}
    return render(view.request, "documents/new.html", context)
