"""Reads of facilitators, and how their capacity stands against what is asked for, area by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter
from training.enums import FacilitatorState, RequestState, SessionState
from training.models import Facilitator, FacilitatorStep, TrainingRequest, TrainingSession

NO_AREA = "No area given"


@dataclass(frozen=True)
class AreaLine:
    """What one area can deliver in a quarter, and what is asked of it.

    ``capacity`` is what the active facilitators whose number is known can deliver; how many of them did not
    say stands in ``unknown``, because not known is not 0 (rule 10).
    """

    area: str
    active: int = 0
    capacity: int = 0
    unknown: int = 0
    planned: int = 0
    requested: int = 0

    @property
    def demand(self) -> int:
        return self.planned + self.requested

    @property
    def short(self) -> int:
        """Sessions that are asked for beyond what is known to be possible; 0 where it is enough."""
        return max(self.demand - self.capacity, 0)


def facilitators_of(council: Council, *, state: str = "", area: str = "") -> QuerySet[Facilitator]:
    """Facilitators by name, with all that a list prints."""
    rows = Facilitator.objects.filter(council=council)
    if state:
        rows = rows.filter(state=state)
    if area:
        rows = rows.filter(area="" if area == NO_AREA else area)
    return rows.select_related("organisation").prefetch_related("may_deliver__course").order_by("name", "pk")


def facilitator_areas(council: Council) -> list[str]:
    """Areas that facilitators work in, by name."""
    return list(
        Facilitator.objects.filter(council=council)
        .exclude(area="")
        .order_by("area")
        .values_list("area", flat=True)
        .distinct()
    )


def steps_of(facilitator: Facilitator) -> list[FacilitatorStep]:
    """A facilitator's way, newest first."""
    return list(
        FacilitatorStep.objects.filter(council=facilitator.council_id, facilitator=facilitator)
        .select_related("recorded_by")
        .order_by("-recorded_at", "-pk")
    )


def capacity_by_area(council: Council, quarter: Quarter) -> list[AreaLine]:
    """Capacity of active facilitators against sessions to come in a quarter and open requests, by area.

    Areas are free text: what differs only in capitals and spaces is one. Three statements.
    """
    found: dict[str, AreaLine] = {}

    def line(area: str) -> tuple[str, AreaLine]:
        words = " ".join(area.split())
        key = words.casefold()
        return key, found.get(key, AreaLine(words or NO_AREA))

    for area, capacity in Facilitator.objects.filter(
        council=council, state=FacilitatorState.ACTIVE
    ).values_list("area", "sessions_a_quarter"):
        key, before = line(area)
        found[key] = replace(
            before,
            active=before.active + 1,
            capacity=before.capacity + (capacity or 0),
            unknown=before.unknown + (capacity is None),
        )
    for area, sessions in TrainingSession.objects.filter(
        council=council,
        state__in=[SessionState.PLANNED, SessionState.BOOKED],
        starts_on__lte=quarter.end,
        ends_on__gte=quarter.start,
    ).values_list("area", "sessions"):
        key, before = line(area)
        found[key] = replace(before, planned=before.planned + sessions)
    for area, sessions in TrainingRequest.objects.filter(
        Q(wished_by__isnull=True) | Q(wished_by__lte=quarter.end),
        council=council,
        state__in=[RequestState.ASKED, RequestState.WAITING],
    ).values_list("area", "sessions"):
        key, before = line(area)
        found[key] = replace(before, requested=before.requested + sessions)
    return [found[key] for key in sorted(found, key=lambda each: (each == "", each))]


def sessions_given(facilitator: Facilitator, today: date) -> Sequence[TrainingSession]:
    """The latest sessions that name the facilitator."""
    return list(
        TrainingSession.objects.filter(council=facilitator.council_id, facilitator=facilitator)
        .select_related("course")
        .order_by("-ends_on", "-pk")[:10]
    )
