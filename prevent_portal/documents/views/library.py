"""The library of evidence: everything that the person may read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.access import name_for, visible_documents
from prevent_portal.documents.forms import LibraryFilter
from prevent_portal.documents.library import UseLine, uses_of
from prevent_portal.documents.models import Document
from prevent_portal.documents.permissions import DocumentsPermission
from prevent_portal.documents.queries import FileLink, covers_words, file_link, newest_versions
from prevent_portal.web.components import Column, Crumb, Link, Sorting, Table, Tag, paginate
from prevent_portal.web.numbers import file_size
from prevent_portal.web.views import CouncilView

SORTS = {
    "title": ["title"],
    "review": ["review_on", "title"],
    "added": ["-created_at"],
}
USES_SHOWN = 2


def evidence_crumbs(access: CouncilAccess, *steps: Crumb) -> list[Crumb]:
    """Breadcrumbs from the library down; whoever may not open it is not led there."""
    if not access.may(DocumentsPermission.VIEW_EVIDENCE):
        return list(steps)
    slug = access.council.slug
    council = Crumb(access.council.name, reverse("overview", args=[slug]))
    return [council, Crumb("Evidence", reverse("evidence", args=[slug]) if steps else ""), *steps]


class LibraryPage(CouncilView):
    """Every document that the person may read, filtered and sorted as the address says."""

    permission = DocumentsPermission.VIEW_EVIDENCE

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = LibraryFilter(request.GET, visible_documents(self.access), access=self.access)
        found = filters.qs if filters.is_valid() else visible_documents(self.access)
        sorting = Sorting(request, SORTS, default="added")
        page, links = paginate(request, found.select_related("owner").order_by(*sorting.order_by))
        documents = list(page)
        adds = self.access.may(DocumentsPermission.ADD_EVIDENCE)
        context = {
            "crumbs": evidence_crumbs(self.access),
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "found": page.paginator.count,
            "table": self._table(documents, sorting) if documents else None,
            "links": links,
            "here": reverse("evidence", args=[self.council.slug]),
            "file_href": reverse("evidence-add-file", args=[self.council.slug]) if adds else "",
            "link_href": reverse("evidence-add-link", args=[self.council.slug]) if adds else "",
        }
        return render(request, "documents/library.html", context)

    def _table(self, documents: list[Document], sorting: Sorting) -> Table:
        ids = [document.pk for document in documents]
        newest = newest_versions(self.council, ids, held=True)
        uses = uses_of(self.access, ids)
        today = timezone.localdate()
        return Table(
            caption="Evidence",
            hide_caption=True,
            columns=[
                sorting.column("title", "Document", header=True),
                Column("Evidence for"),
                sorting.column("review", "Review"),
            ],
            rows=[
                self._row(
                    document,
                    file_link(self.council, document, newest[document.pk]) if document.pk in newest else None,
                    uses.get(document.pk, []),
                    today,
                )
                for document in documents
            ],
        )

    def _row(self, document: Document, file: FileLink | None, uses: list[UseLine], today: date) -> list[Any]:
        words = [file_words(file), covers_words(document), name_for(self.access, document.owner)]
        first: list[Any] = [
            Link(
                document.title,
                reverse("evidence-document", args=[self.council.slug, document.pk]),
                hint=" · ".join(part for part in words if part),
            )
        ]
        first += status_tags(document, file)
        return [
            first,
            hangs_on(uses) or "Nothing yet",
            review_cell(document, today),
        ]


def file_words(file: FileLink | None) -> str:
    """Such as "PDF, 123 KB"."""
    if file is None:
        return "No checked version"
    return "Link" if file.is_link else f"{file.type_words}, {file_size(file.size)}"


def status_tags(document: Document, file: FileLink | None) -> list[Tag]:
    """The marking and the state of the newest version, in words."""
    tags = []
    if document.marking:
        colour = "red" if document.marking == "official_sensitive" else "grey"
        tags.append(Tag(document.get_marking_display(), colour))  # type: ignore[arg-type] # one of the tag's colours
    if file is not None and file.is_held:
        tags.append(Tag("Being checked", "yellow"))
    return tags


def hangs_on(uses: list[UseLine]) -> list[Any]:
    """The first things with links, and how many more there are."""
    shown = [use.thing for use in uses[:USES_SHOWN]]
    cells: list[Any] = [Link(thing.text, thing.href) if thing.href else thing.text for thing in shown]
    more = len(uses) - USES_SHOWN
    return [*cells, f"and {more} more"] if more > 0 else cells


def review_cell(document: Document, today: date) -> Any:
    """The review date; words say when it has passed."""
    if document.review_on is not None and document.review_on < today:
        return [Tag("Overdue", "red"), document.review_on]
    return document.review_on
