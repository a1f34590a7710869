"""The evidence library as one person finds it: of everything, what they may read, and what waits for them."""

from __future__ import annotations

import operator
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.documents import rules
from prevent_portal.documents.access import readable_uses, visible_documents
from prevent_portal.documents.models import Document, DocumentUse
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting

REVIEW_SHOWN_BEFORE = timedelta(days=30)
"""How long before its day a review stands among what waits for the owner."""


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


def with_use_of_kind(access: CouncilAccess, documents: QuerySet[Document], kind: str) -> QuerySet[Document]:
    """Of these, the documents that hang on a readable thing of a kind."""
    uses = readable_uses(access).filter(kind=kind, document=OuterRef("pk"))
    return documents.filter(Exists(uses))


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


def owners_of(access: CouncilAccess) -> QuerySet[User]:
    """People who own something among what the person may read."""
    return User.objects.filter(pk__in=visible_documents(access).order_by().values("owner")).order_by(
        "name", "email"
    )


def reviews_due(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Documents whose owner should look at them again soon, in every council of theirs (My work, the digest).

    Of those that are due, one more query asks which the owner may still read.
    """
    horizon = today + REVIEW_SHOWN_BEFORE
    accesses = {access.council.pk: access for access in mine.accesses}

    def items(due: list[Document]) -> Iterator[DueItem]:
        readable = reduce(
            operator.or_,
            (
                visible_documents(accesses[council_id]).filter(owner=mine.user, review_on__lte=horizon)
                for council_id in sorted({document.council_id for document in due})
            ),
        )
        # Others may not know of what hangs on something that is for named readers alone.
        named = DocumentUse.objects.filter(
            council=OuterRef("council"), document=OuterRef("pk"), kind__in=rules.logged_kinds()
        )
        for document in readable.annotate(is_for_named=Exists(named)):
            council = accesses[document.council_id].council
            yield DueItem(
                council=council,
                due_on=document.review_on,
                reference=document.reference,
                title=document.title,
                task="Review evidence",
                href=reverse("evidence-document", args=[council.slug, document.pk]),
                kind="evidence_review",
                restricted=document.is_for_named,
            )

    rows = Document.objects.filter(council__in=list(accesses), owner=mine.user, review_on__lte=horizon)
    yield Waiting(rows, ("council",), items)
