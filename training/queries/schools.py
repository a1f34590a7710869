"""Reads of the training of schools and settings: two measures, counted apart; unknown is never zero."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import day_after
from prevent_portal.web.numbers import number, percent, percentage_of
from training.enums import SchoolMeasure, SchoolPhase, SchoolState
from training.models import SchoolDetail, SchoolTraining

KINDS = (OrganisationKind.SCHOOL, OrganisationKind.COLLEGE)
"""Organisations of the council's directory that count as schools and settings."""
LEAD_MONTHS = 24
"""A designated safeguarding lead is trained again after two years."""


@dataclass(frozen=True)
class Known:
    """What is known of one measure in one school on a day."""

    state: SchoolState
    trained_on: date | None = None
    refresh_by: date | None = None
    is_due: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts as trained: a lead whose refresher is overdue does not."""
        return self.state == SchoolState.TRAINED and not self.is_due


UNKNOWN = Known(SchoolState.UNKNOWN)


@dataclass(frozen=True)
class SchoolLine:
    """One school or setting and what is known of it."""

    organisation_id: UUID
    name: str
    phase: str
    area: str
    whole_school: Known
    lead: Known

    @property
    def phase_words(self) -> str:
        return SchoolPhase(self.phase).label if self.phase else ""

    def of(self, measure: SchoolMeasure) -> Known:
        return self.whole_school if measure == SchoolMeasure.WHOLE_SCHOOL else self.lead


@dataclass(frozen=True)
class SchoolCount:
    """One measure over some schools. Every school is in exactly one of the four."""

    measure: SchoolMeasure
    trained: int
    due: int
    not_trained: int
    unknown: int

    @property
    def total(self) -> int:
        return self.trained + self.due + self.not_trained + self.unknown

    @property
    def printed(self) -> str:
        """The share of all schools, against all of them: 99.6 never prints as 100."""
        share = percentage_of(self.trained, self.total)
        return percent(share, target=100) if share is not None else "None linked"

    @property
    def words(self) -> str:
        """Such as "7 of 9 (78%)"."""
        return (
            f"{number(self.trained)} of {number(self.total)} ({self.printed})" if self.total else "No schools"
        )

    @property
    def rest(self) -> str:
        """What is known of the others, in words."""
        parts = [
            f"{number(count)} {words}"
            for count, words in (
                (self.due, "with a refresher overdue"),
                (self.not_trained, "not trained"),
                (self.unknown, "not known"),
            )
            if count
        ]
        return ", ".join(parts) or "All of them"


@dataclass(frozen=True)
class SchoolFilter:
    """What the list is narrowed to; what is empty narrows nothing."""

    phase: str = ""
    area: str = ""
    state: str = ""
    q: str = ""

    def admits(self, line: SchoolLine) -> bool:
        states = {"unknown": SchoolState.UNKNOWN, "not_trained": SchoolState.NOT_TRAINED}
        return (
            self.phase in {"", line.phase}
            and self.area in {"", line.area}
            and self.q.lower() in line.name.lower()
            and (
                not self.state
                or (self.state == "due" and line.lead.is_due)
                or any(line.of(measure).state == states.get(self.state) for measure in SchoolMeasure)
            )
        )


def schools_of(council: Council, today: date, *, as_at: date | None = None) -> list[SchoolLine]:
    """Every school and setting linked to the council on a day, by name: three statements, however many.

    Args:
        as_at: with what was recorded up to the end of that day.
    """
    links = (
        CouncilOrganisation.objects.filter(council=council, organisation__kind__in=KINDS)
        .filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=today),
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        )
        .filter(Q(organisation__ends_on__isnull=True) | Q(organisation__ends_on__gte=today))
        .order_by("organisation__name", "organisation_id")
        .values_list("organisation_id", "organisation__name")
    )
    details = {
        organisation_id: (phase, area)
        for organisation_id, phase, area in SchoolDetail.objects.filter(council=council).values_list(
            "organisation_id", "phase", "area"
        )
    }
    rows = SchoolTraining.objects.filter(council=council)
    if as_at is not None:
        rows = rows.filter(recorded_at__lt=day_after(as_at))
    known = {
        (organisation_id, measure): _known(SchoolMeasure(measure), SchoolState(state), trained_on, today)
        for organisation_id, measure, state, trained_on in rows.order_by(
            "organisation_id", "measure", "-recorded_at", "-pk"
        )
        .distinct("organisation_id", "measure")
        .values_list("organisation_id", "measure", "state", "trained_on")
    }
    return [
        SchoolLine(
            organisation_id=organisation_id,
            name=name,
            phase=details.get(organisation_id, ("", ""))[0],
            area=details.get(organisation_id, ("", ""))[1],
            whole_school=known.get((organisation_id, SchoolMeasure.WHOLE_SCHOOL), UNKNOWN),
            lead=known.get((organisation_id, SchoolMeasure.LEAD), UNKNOWN),
        )
        for organisation_id, name in links
    ]


def count_of(measure: SchoolMeasure, lines: Iterable[SchoolLine]) -> SchoolCount:
    """Count one measure; the other is never added to it."""
    found = [line.of(measure) for line in lines]
    return SchoolCount(
        measure=measure,
        trained=sum(each.counts for each in found),
        due=sum(each.is_due for each in found),
        not_trained=sum(each.state == SchoolState.NOT_TRAINED for each in found),
        unknown=sum(each.state == SchoolState.UNKNOWN for each in found),
    )


def areas_in(lines: Sequence[SchoolLine]) -> list[str]:
    return sorted({line.area for line in lines if line.area})


def phases_in(lines: Sequence[SchoolLine]) -> list[str]:
    return [phase.value for phase in SchoolPhase if any(line.phase == phase for line in lines)]


@dataclass(frozen=True)
class RecordedStep:
    """One thing that was recorded of a school."""

    measure: str
    words: str
    at: datetime
    by: str


def history_of(council: Council, organisation_id: UUID) -> list[RecordedStep]:
    """What was recorded of a school, the newest first."""
    return [
        RecordedStep(
            measure=SchoolMeasure(row.measure).label,
            words=SchoolState(row.state).label,
            at=row.recorded_at,
            by=display_name(row.recorded_by) if row.recorded_by else "",
        )
        for row in SchoolTraining.objects.filter(
            council=council, organisation_id=organisation_id
        ).select_related("recorded_by")
    ]


def detail_of(council: Council, organisation_id: UUID) -> SchoolDetail | None:
    return SchoolDetail.objects.filter(council=council, organisation_id=organisation_id).first()


def _known(measure: SchoolMeasure, state: SchoolState, trained_on: date | None, today: date) -> Known:
    if measure != SchoolMeasure.LEAD or trained_on is None:
        return Known(state, trained_on)
    refresh_by = _months_after(trained_on, LEAD_MONTHS)
    return Known(state, trained_on, refresh_by, refresh_by < today)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one that it has."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
