"""Reads of documents that rooms ask for."""

from __future__ import annotations

import operator
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from pathlib import Path

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.documents import rules
from prevent_portal.documents.access import readable_uses, visible_documents
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.policies import FILE_TYPES
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council

REVIEW_SHOWN_BEFORE = timedelta(days=30)
"""How long before its day a review stands among what waits for the owner."""


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


@dataclass(frozen=True)
class UseLine:
    """One thing that a document hangs on, as a reader of the thing sees it."""

    use_id: uuid.UUID
    kind: str
    kind_words: str
    object_id: uuid.UUID
    thing: rules.Thing


def uses_of(access: CouncilAccess, document_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[UseLine]]:
    """What each document hangs on, of that only what the person may read.

    One query, and one for each kind of thing among them.
    """
    uses = list(readable_uses(access).filter(document__in=list(document_ids)).order_by("pk"))
    by_kind: dict[str, set[uuid.UUID]] = defaultdict(set)
    for use in uses:
        by_kind[use.kind].add(use.object_id)
    labels = {name: rules.kind_for(name).labels(access, ids) for name, ids in by_kind.items()}
    lines: dict[uuid.UUID, list[UseLine]] = defaultdict(list)
    for use in uses:
        kind = rules.kind_for(use.kind)
        thing = labels[use.kind].get(use.object_id, rules.Thing(kind.words))
        lines[use.document_id].append(UseLine(use.pk, use.kind, kind.words, use.object_id, thing))
    return lines


def versions_of(document: Document) -> list[DocumentVersion]:
    """Every version, newest first: one query."""
    return list(
        DocumentVersion.objects.filter(council=document.council_id, document=document)
        .select_related("uploaded_by")
        .order_by("-number")
    )


def with_use_of_kind(access: CouncilAccess, documents: QuerySet[Document], kind: str) -> QuerySet[Document]:
    """Of these, the documents that hang on a readable thing of a kind."""
    uses = readable_uses(access).filter(kind=kind, document=OuterRef("pk"))
    return documents.filter(Exists(uses))


def without_use(council: Council, documents: QuerySet[Document]) -> QuerySet[Document]:
    """Of these, the documents that hang on nothing."""
    return documents.filter(~Exists(DocumentUse.objects.filter(council=council, document=OuterRef("pk"))))


def choosable_documents(
    access: CouncilAccess, *, kind: str, object_id: uuid.UUID, text: str
) -> QuerySet[Document]:
    """What a person may hang on a thing: what they read and does not hang there, newest first."""
    present = DocumentUse.objects.filter(
        council=access.council, kind=kind, object_id=object_id, document=OuterRef("pk")
    )
    found = visible_documents(access).filter(~Exists(present))
    if text:
        found = found.filter(title__icontains=text)
    return found.select_related("owner").order_by("-created_at", "-pk")


def possible_owners(council: Council) -> QuerySet[User]:
    """People with a live membership of the council."""
    return people_with(council)


def owners_of(access: CouncilAccess) -> QuerySet[User]:
    """People who own something among what the person may read."""
    return User.objects.filter(pk__in=visible_documents(access).order_by().values("owner")).order_by(
        "name", "email"
    )


def reviews_due(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Documents whose owner should look at them again soon, in every council of theirs (My work, the digest).

    Computed from the date each time: two queries for any number of councils.
    """
    horizon = today + REVIEW_SHOWN_BEFORE
    accesses = {access.council.pk: access for access in mine.accesses}
    due = Document.objects.filter(council__in=list(accesses), owner=mine.user, review_on__lte=horizon)
    in_these = sorted(set(due.values_list("council", flat=True)))
    if not in_these:
        return
    readable = reduce(
        operator.or_,
        (
            visible_documents(accesses[council_id]).filter(owner=mine.user, review_on__lte=horizon)
            for council_id in in_these
        ),
    )
    for document in readable:
        council = accesses[document.council_id].council
        yield DueItem(
            council=council,
            due_on=document.review_on,
            reference=document.reference,
            title=document.title,
            task="Review evidence",
            href=reverse("evidence-document", args=[council.slug, document.pk]),
        )
