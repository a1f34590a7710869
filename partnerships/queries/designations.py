"""How an area was designated and how high the national threat was, on any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from partnerships.enums import DatePrecision, DesignationKind, ThreatLevelName
from partnerships.models import Designation, ThreatLevel
from partnerships.models.designations import dated
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


@dataclass(frozen=True)
class DesignationOn:
    """A designation as it was in force on a day."""

    kind: DesignationKind
    since: date
    since_words: str
    source: str


@dataclass(frozen=True)
class ThreatLevelOn:
    """The national threat level as it was on a day."""

    level: ThreatLevelName
    since: date
    source: str
    source_url: str


@dataclass(frozen=True)
class DesignationLine:
    """One line of a council's history."""

    designation: Designation
    kind: DesignationKind
    starts_words: str
    until: date | None
    """Last day, None while it is in force."""
    until_words: str
    """The last day, or the month or year in which the next began, as exactly as that is known."""


def designations_of(council: Council) -> QuerySet[Designation]:
    """The council's history, the latest first."""
    return Designation.objects.filter(council=council).order_by("-starts_on")


def designation_lines(history: Iterable[Designation]) -> list[DesignationLine]:
    """A council's history, the latest first, each with its last day."""
    lines: list[DesignationLine] = []
    until: date | None = None
    words = ""
    for row in history:
        lines.append(DesignationLine(row, DesignationKind(row.kind), row.since, until, words))
        until = row.starts_on - timedelta(days=1)
        words = british_date(until) if row.precision == DatePrecision.DAY else row.since
    return lines


def designation_on(council: Council, day: date) -> DesignationOn | None:
    """How the council's area was designated on a day; None where nothing is recorded, which is not "none".

    Offered to reports of other rooms.
    """
    found = designations_of(council).filter(starts_on__lte=day).first()
    if found is None:
        return None
    return DesignationOn(
        DesignationKind(found.kind),
        found.starts_on,
        dated(found.starts_on, DatePrecision(found.precision)),
        found.source,
    )


def threat_levels() -> QuerySet[ThreatLevel]:
    """The national threat level's history, the latest first. The same for every council."""
    return ThreatLevel.objects.order_by("-starts_on")


def threat_level_on(day: date) -> ThreatLevelOn | None:
    """The national threat level on a day; None before the first that is recorded.

    Offered to reports of other rooms.
    """
    found = threat_levels().filter(starts_on__lte=day).first()
    if found is None:
        return None
    return ThreatLevelOn(ThreatLevelName(found.level), found.starts_on, found.source, found.source_url)
