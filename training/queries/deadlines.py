"""By when a round awaits a return, and what came late.

Deadlines are read from rows that never change: the first deadline of each awaited return, and extensions in
the order they were given. So a return that was late stays late, whatever is given afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from training.models import ExpectedReturn, RoundExtension, RoundReturn

Awaited = tuple[int, UUID, UUID, bool, date]
"""Council, organisation, course, whether it is about the council's staff only, and the quarter's last day."""


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of some councils' rounds, to look them up without a query."""

    first: dict[Awaited, date] = field(default_factory=dict)
    extensions: dict[tuple[int, UUID, date], list[tuple[datetime, date]]] = field(default_factory=dict)

    def on(
        self,
        council_id: int,
        organisation_id: UUID,
        course_id: UUID,
        for_council: bool,
        period_end: date,
        *,
        at: datetime | None = None,
    ) -> date | None:
        """The deadline in force at a moment (now unless told); None where no round awaits the return."""
        due_on = self.first.get((council_id, organisation_id, course_id, for_council, period_end))
        if due_on is None:
            return None
        for given_at, extended in self.extensions.get((council_id, organisation_id, period_end), ()):
            if at is None or given_at <= at:
                due_on = extended
        return due_on

    def is_late(
        self,
        council_id: int,
        organisation_id: UUID,
        course_id: UUID,
        for_council: bool,
        period_end: date,
        *,
        sent_at: datetime,
    ) -> bool:
        """Whether a return sent at a moment came after the deadline that was in force then.

        An extension given later does not wash it off.
        """
        due_on = self.on(council_id, organisation_id, course_id, for_council, period_end, at=sent_at)
        return due_on is not None and timezone.localdate(sent_at) > due_on


def deadlines(council_ids: Sequence[int]) -> Deadlines:
    """The deadlines of every round of some councils: two statements, however many there are.

    Needs a scope in which all of them are visible.
    """
    first = {
        (council_id, organisation_id, course_id, for_council, end): due_on
        for council_id, organisation_id, course_id, for_council, end, due_on in RoundReturn.objects.filter(
            council__in=council_ids
        ).values_list(
            "council_id",
            "organisation_id",
            "course_id",
            "council_staff_only",
            "round__period_to",
            "due_on",
        )
    }
    extensions: dict[tuple[int, UUID, date], list[tuple[datetime, date]]] = {}
    for council_id, organisation_id, end, given_at, due_on in (
        RoundExtension.objects.filter(council__in=council_ids)
        .order_by("given_at", "pk")
        .values_list("council_id", "organisation_id", "round__period_to", "given_at", "due_on")
    ):
        extensions.setdefault((council_id, organisation_id, end), []).append((given_at, due_on))
    return Deadlines(first, extensions)


def with_deadlines(expected: QuerySet[ExpectedReturn]) -> QuerySet[ExpectedReturn]:
    """Expected returns, each with the deadlines in force of the rounds that await it; no further statement.

    ``deadlines`` is a list of ``{"end": ..., "due_on": ...}`` in days of ISO 8601. For a few organisations:
    the database looks the rounds up for each row, where :func:`deadlines` reads those of whole councils.
    """
    same = {name: OuterRef(name) for name in ("council", "organisation")}
    extended = RoundExtension.objects.filter(**same, round=OuterRef("round")).order_by("-given_at", "-pk")
    awaited = (
        RoundReturn.objects.filter(
            **same, course=OuterRef("course"), council_staff_only=OuterRef("council_staff_only")
        )
        .annotate(in_force=Coalesce(Subquery(extended.values("due_on")[:1]), "due_on"))
        .values(deadline=JSONObject(end="round__period_to", due_on="in_force"))
    )
    return expected.annotate(deadlines=ArraySubquery(awaited))
