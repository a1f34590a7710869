"""Reads of documents that rooms ask for."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.documents import rules
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.file_types import FILE_TYPES
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class FileLink:
    """A file or link as a page names it. ``href`` fetches it; it is empty while it is being checked."""

    title: str
    href: str
    size: int
    type_words: str
    version_id: uuid.UUID
    marking: str
    document_id: uuid.UUID
    page_href: str
    sha256: str
    is_link: bool = False
    is_held: bool = False
    marking_words: str = ""
    covers_words: str = ""


@dataclass(frozen=True)
class Evidence:
    """What hangs on one thing, as its page shows it. ``add_href`` is empty for whoever may not add."""

    items: list[FileLink]
    add_href: str = ""


def newest_versions(
    council: Council, document_ids: Iterable[uuid.UUID], *, held: bool = False
) -> dict[uuid.UUID, DocumentVersion]:
    """The newest checked version of each document: one query.

    Args:
        held: name a version in quarantine where a document has no checked one yet.
    """
    states = [VersionState.ACCEPTED, VersionState.QUARANTINED] if held else [VersionState.ACCEPTED]
    newest: dict[uuid.UUID, DocumentVersion] = {}
    versions = (
        DocumentVersion.objects.filter(council=council, document__in=list(document_ids), state__in=states)
        .select_related("uploaded_by")
        .order_by("number")
    )
    for version in versions:
        known = newest.get(version.document_id)
        if known is None or version.state == VersionState.ACCEPTED or known.state != VersionState.ACCEPTED:
            newest[version.document_id] = version
    return newest


def files_of(council: Council, kind: str, object_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[FileLink]]:
    """The newest checked version of each document on each thing, in two queries whatever their number.

    The caller has checked that the person may see the things; the download checks again.
    """
    return _links(council, kind, object_ids, held=False)


def evidence_of(
    access: CouncilAccess,
    kind: str,
    object_ids: Collection[uuid.UUID],
    *,
    may_add: bool | None = None,
) -> dict[uuid.UUID, Evidence]:
    """What hangs on each thing, with the address to add more: two queries and, if asked, the right to add.

    The caller has checked that the person may see the things.

    Args:
        may_add: whether to lead to the attach page; left out, the kind's own rule is asked for each thing.
    """
    links = _links(access.council, kind, object_ids, held=True)
    rule = rules.kind_for(kind)
    blocks = {}
    for object_id in object_ids:
        adds = rule.may_add(access, object_id) if may_add is None else may_add
        blocks[object_id] = Evidence(
            items=links.get(object_id, []),
            add_href=rules.attach_href(access.council, kind, object_id) if adds else "",
        )
    return blocks


def count_of(council: Council, kind: str, object_ids: Collection[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many documents hang on each thing: one query."""
    counts = (
        DocumentUse.objects.filter(council=council, kind=kind, object_id__in=list(object_ids))
        .values("object_id")
        .annotate(n=Count("pk"))
    )
    return Counter({row["object_id"]: row["n"] for row in counts})


def _links(
    council: Council, kind: str, object_ids: Iterable[uuid.UUID], *, held: bool
) -> dict[uuid.UUID, list[FileLink]]:
    uses = list(
        DocumentUse.objects.filter(council=council, kind=kind, object_id__in=list(object_ids))
        .select_related("document")
        .order_by("pk")
    )
    newest = newest_versions(council, {use.document_id for use in uses}, held=held)
    links: dict[uuid.UUID, list[FileLink]] = defaultdict(list)
    for use in uses:
        current = newest.get(use.document_id)
        if current is not None:
            links[use.object_id].append(file_link(council, use.document, current))
    return links


def file_link(council: Council, document: Document, version: DocumentVersion) -> FileLink:
    """How a page names a document by one of its versions."""
    held = version.state != VersionState.ACCEPTED
    return FileLink(
        title=document.title,
        href="" if held else reverse("file", args=[council.slug, version.pk]),
        size=version.size,
        type_words=type_words(version),
        version_id=version.pk,
        marking=document.marking,
        document_id=document.pk,
        page_href=reverse("evidence-document", args=[council.slug, document.pk]),
        sha256=version.sha256,
        is_link=document.is_link,
        is_held=held,
        marking_words=document.get_marking_display() if document.marking else "",
        covers_words=covers_words(document),
    )


def type_words(version: DocumentVersion) -> str:
    """Such as "Word document"."""
    if version.url:
        return "Link"
    known = FILE_TYPES.get(Path(version.file_name).suffix)
    return known.words if known else "File"


def covers_words(document: Document) -> str:
    """The period that the content is about: "Covers 1 April 2018 to 31 March 2019", or nothing."""
    start, end = document.covers_from, document.covers_to
    if start and end:
        return f"Covers {_day(start)}" if start == end else f"Covers {_day(start)} to {_day(end)}"
    if start:
        return f"Covers from {_day(start)}"
    return f"Covers up to {_day(end)}" if end else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def versions_of(document: Document) -> list[DocumentVersion]:
    """Every version, newest first: one query."""
    return list(
        DocumentVersion.objects.filter(council=document.council_id, document=document)
        .select_related("uploaded_by")
        .order_by("-number")
    )


def without_use(council: Council, documents: QuerySet[Document]) -> QuerySet[Document]:
    """Of these, the documents that hang on nothing."""
    return documents.filter(~Exists(DocumentUse.objects.filter(council=council, document=OuterRef("pk"))))


def possible_owners(council: Council) -> QuerySet[User]:
    """People with a live membership of the council."""
    return people_with(council)
