"""What evidence hangs on: each room registers the kinds of its things, and asks nothing else of this room.

A document reaches a person only through a thing that it hangs on and that they may read. The kernel knows no
thing: a room says in ``AppConfig.ready`` which of its things a person may read, who may add evidence, and how
a thing is called::

    from prevent_portal.documents import rules

    rules.register(
        rules.Kind(
            name="compliance.answer",  # kept in the rows: never rename it
            words="Checklist item",  # how filters call such a thing
            readable=access.visible_answers,  # (CouncilAccess) -> QuerySet of the things
            labels=queries.answer_things,  # (CouncilAccess, ids) -> {id: rules.Thing(text, href)}
            may_attach=access.may_evidence_answer,  # (CouncilAccess, id) -> bool; left out: nobody
            widely_seen=True,  # or (Council, id) -> bool; left out: not
            logs_reads=False,  # True for L3: each download through such a thing is in the audit trail
        )
    )

``readable`` becomes part of one SQL statement, so it reads nothing itself; it may raise Http404 for a person
without any right (so ``plans_of(access)`` serves as it is), and its rows have UUID keys.

A thing's page shows its evidence, with "Add evidence" for whoever may, in a fixed number of queries however
many things there are::

    from prevent_portal.documents.queries import evidence_of

    blocks = evidence_of(self.access, "compliance.answer", [answer.pk])  # {id: Evidence}, every id has one
    # a list page: evidence_of(access, kind, ids, may_add=True) asks may_attach for none of them

    {% load evidence %}{% evidence block %}            {# heading="Evidence" level=2 #}
    {% evidence block heading="" %}                    {# under a heading of your own #}

The caller has checked that the person may read the things; the download, the attach page and the removal
check again. The attach page is ``rules.attach_href(council, kind, object_id)``; it offers a new file, a link
or one of the library, and leads back to the thing's own page.

From a service (all in the caller's transaction, all audited)::

    from prevent_portal.documents.services.documents import attach_file, attach_link
    from prevent_portal.documents.services.uses import attach_document, carry_forward, detach

    attach_file(council=, by=, upload=, title=, kind=, object_id=, marking="")  # raises FileRefused
    carry_forward(council=, by=, kind=, pairs={old_id: new_id})  # the same documents on a new round's things

A decision binds to a version: keep ``DocumentVersion.pk`` and ``DocumentVersion.sha256`` beside it; both
never change, and ``documents.queries.newest_versions(council, document_ids)`` gives the newest checked one of
each document. ``count_of(council, kind, object_ids)`` gives how many documents hang on each thing.

Tests register a kind of their own with ``monkeypatch.setitem(rules._kinds, name, Kind(...))``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class Thing:
    """How a thing is called where a document says what it hangs on, and where its page is."""

    text: str
    href: str = ""


def _nobody(access: CouncilAccess, object_id: uuid.UUID) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of thing that evidence hangs on.

    Args:
        name: ``<app>.<thing>``, kept in the rows.
        words: the kind in words, singular, such as "Checklist item".
        readable: the things whose evidence a person may read, as a queryset that is not evaluated here.
        labels: how things are called, many at once; ids that are gone may be left out.
        may_attach: whether a person may add and remove evidence of a thing; they must read it as well.
        widely_seen: whether so many people read the thing that a sensitive file needs a second thought.
        logs_reads: whether a download through such a thing is recorded (L3 of the product).
    """

    name: str
    words: str
    readable: Callable[[CouncilAccess], QuerySet[Any]]
    labels: Callable[[CouncilAccess, Collection[uuid.UUID]], Mapping[uuid.UUID, Thing]]
    may_attach: Callable[[CouncilAccess, uuid.UUID], bool] = _nobody
    widely_seen: Callable[[Council, uuid.UUID], bool] | bool = False
    logs_reads: bool = False

    def things(self, access: CouncilAccess) -> QuerySet[Any] | None:
        """The readable things, None for a person without any right."""
        try:
            return self.readable(access)
        except Http404:
            return None

    def may_read(self, access: CouncilAccess, object_id: uuid.UUID) -> bool:
        """Whether the person may read what hangs on the thing."""
        things = self.things(access)
        return things is not None and things.filter(pk=object_id).exists()

    def may_add(self, access: CouncilAccess, object_id: uuid.UUID) -> bool:
        """Whether the person may add and remove evidence of the thing."""
        return self.may_read(access, object_id) and self.may_attach(access, object_id)

    def is_widely_seen(self, council: Council, object_id: uuid.UUID) -> bool:
        return self.widely_seen(council, object_id) if callable(self.widely_seen) else self.widely_seen


_kinds: dict[str, Kind] = {}


class UnknownUse(LookupError):
    """A kind of use that no room registered."""


def register(kind: Kind) -> None:
    """Announce a kind of thing.

    Raises:
        ValueError: for a name that is taken.
    """
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered twice.")
    _kinds[kind.name] = kind


def kind_for(name: str) -> Kind:
    """Return a kind. Raises UnknownUse."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownUse(name) from None


def kinds() -> list[Kind]:
    """Every kind, by its words."""
    return sorted(_kinds.values(), key=lambda kind: (kind.words, kind.name))


def logged_kinds() -> list[str]:
    """The names of the kinds whose reads are logged: what hangs there is for named readers alone (L3)."""
    return sorted(kind.name for kind in _kinds.values() if kind.logs_reads)


def attach_href(council: Council, kind: str, object_id: uuid.UUID) -> str:
    """The page on which evidence is added to a thing."""
    return reverse("evidence-attach", args=[council.slug, kind, object_id])
