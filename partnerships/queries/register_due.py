"""What of the registers waits for a person: entries that lapse, have lapsed, or are to be reviewed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.urls import reverse

from partnerships.models import Acknowledgement, RegisterEntry
from partnerships.queries.registers import needs_attention, table_of
from partnerships.registers import REGISTERS, Register
from partnerships.registers.status import due_on
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council

_BY_SLUG = {register.slug: register for register in REGISTERS}
_COLUMNS = (
    "register", "pk", "council", "owner", "title", "starts_on", "ends_on", "review_on", "withdrawn_on",
    "remind_days",
)  # fmt: skip


@dataclass(frozen=True)
class AttentionLine:
    """One entry whose end or review is due."""

    register: Register
    id: UUID
    council_id: int
    owner_id: int
    title: str
    starts_on: date | None
    ends_on: date | None
    review_on: date | None
    withdrawn_on: date | None
    remind_days: int

    @property
    def reference(self) -> str:
        """The entry's reference, as in an e-mail."""
        return f"R-{self.id.hex[-6:].upper()}"

    def task(self, today: date) -> str:
        """What is asked, without the entry's name (rule 14 of the product)."""
        if self.ends_on is not None and self.ends_on < today:
            return f"Renew or withdraw {self.register.an_entry} that has lapsed"
        if self.review_on is not None and self.review_on == due_on(self, today):
            return f"Review {self.register.an_entry}"
        return f"Renew {self.register.an_entry} that ends soon"

    def task_of_subject(self, today: date) -> str:
        """What is asked of the person whom the entry is about."""
        when = "has lapsed" if self.ends_on is not None and self.ends_on < today else "ends soon"
        return f"Your {self.register.one} {when}: sign the next one"


def attention_lines(wanted: Iterable[tuple[Register, Q]], today: date) -> list[AttentionLine]:
    """Entries that need attention: one statement for any number of registers and councils.

    Args:
        wanted: registers, each with the condition on whose entries are read; it names the councils.
    """
    parts: list[QuerySet[Any, Any]] = [
        table_of(register)
        ._default_manager.filter(condition, needs_attention(today), **register.fixed)
        .order_by()
        .annotate(register=Value(register.slug, output_field=CharField()))
        .values_list(*_COLUMNS)
        for register, condition in wanted
    ]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True)
    return [AttentionLine(_BY_SLUG[row[0]], *row[1:]) for row in found]


def register_due(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Entries that the person owns, and every one of a council whose Prevent coordinator they are.

    From the entry's own days of notice before its end or review, until it is renewed, reviewed or withdrawn.
    Whoever has promised to keep confidential is asked for the next promise, whatever else they may read.
    """
    councils = mine.councils
    for register in REGISTERS:
        readable = mine.where(register.view)
        coordinated = [
            access.council.pk
            for access in mine.accesses
            if access.council.pk in readable
            and Role.COORDINATOR in access.roles
            and access.may(register.edit)
        ]
        own = Q(council__in=list(readable)) & (Q(owner=mine.user) | Q(council__in=coordinated))
        if register.subject:
            own |= Q(council__in=list(councils)) & Q(**{register.subject: mine.user})
        elif not readable:
            continue
        rows = table_of(register)._default_manager.filter(own, needs_attention(today), **register.fixed)
        items = partial(_items, mine, today, register, readable.keys(), coordinated)
        yield Waiting(rows, ("council", "owner", *_COLUMNS[4:]), items)


def _items(
    mine: OwnAccess,
    today: date,
    register: Register,
    readable: Collection[int],
    coordinated: Collection[int],
    entries: Iterable[RegisterEntry],
) -> Iterator[DueItem]:
    for entry in entries:
        council = mine.councils[entry.council_id]
        line = AttentionLine(
            register, entry.pk, entry.council_id, entry.owner_id, *(getattr(entry, f) for f in _COLUMNS[4:])
        )
        keeps = entry.council_id in coordinated or entry.owner_id == mine.user.pk
        to_do = _to_keep if keeps and entry.council_id in readable else _to_promise
        yield to_do(line, council, today)


def _to_keep(line: AttentionLine, council: Council, today: date) -> DueItem:
    return DueItem(
        council=council,
        due_on=due_on(line, today),
        reference=line.reference,
        title=line.title,
        task=line.task(today),
        href=reverse("register-entry", args=[council.slug, line.register.slug, line.id]),
        kind="register_entry",
        list_text=line.register.title,
        list_href=reverse("register-entries", args=[council.slug, line.register.slug]),
    )


def _to_promise(line: AttentionLine, council: Council, today: date) -> DueItem:
    return DueItem(
        council=council,
        due_on=due_on(line, today),
        reference=line.reference,
        title=line.title,
        task=line.task_of_subject(today),
        href=reverse("own-acknowledgements", args=[council.slug]),
        kind="acknowledgement",
        # That somebody has promised is nobody's business but that of those who keep the promises; and what
        # has lapsed waits for the coordinators among them by itself.
        restricted=True,
    )


def subjects_of(council: Council, lines: Iterable[AttentionLine]) -> dict[UUID, User]:
    """Whom entries are about, by the entries' keys, if they hold a role in the council: one query or none."""
    about = [line.id for line in lines if line.register.subject]
    if not about:
        return {}
    entries = Acknowledgement.objects.filter(council=council, pk__in=about, person__in=people_with(council))
    return {entry.pk: entry.person for entry in entries.select_related("person")}


def attention_of(council: Council, registers: Sequence[Register], today: date) -> list[AttentionLine]:
    """Entries of a council that need attention, the most urgent first: one statement."""
    lines = attention_lines([(register, Q(council=council)) for register in registers], today)
    return sorted(lines, key=lambda line: (due_on(line, today) or today, line.title, line.id))
