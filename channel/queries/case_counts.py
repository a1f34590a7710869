"""Exact counts of one panel's cases. They go to the disclosure gate and to the panel's own chair only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from channel.disclosure.groups import Cube, Dimension, Group, Quarter
from channel.enums import SourceSector
from channel.models import Panel
from channel.queries.cases import readable_cases
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.dates import british_date

ExactCounts = Callable[[CouncilAccess, Panel], Mapping[str, Cube]]
"""What counts a panel's cases exactly, for a person who prepares them: one cube for each measure."""


@dataclass(frozen=True)
class Measure:
    """What is counted: cases by the day of one stage."""

    field: str
    words: str


MEASURES = {
    "referrals": Measure("referred_on", "Referrals"),
    "screenings": Measure("screened_on", "Cases screened"),
    "discussions": Measure("first_panel_on", "Cases first discussed by the panel"),
    "adoptions": Measure("support_started_on", "Cases where support started"),
    "exits": Measure("exited_on", "Cases that left the programme"),
}

SECTOR = Dimension("sector", tuple(SourceSector.values))


def case_counts(access: CouncilAccess, panel: Panel) -> Mapping[str, Cube]:
    """Count a panel's cases exactly, by the quarter of each stage and by where the referral came from.

    Only cases that the person may read are counted, so nobody but who prepares the panel's cases counts all.
    """
    fields = [measure.field for measure in MEASURES.values()]
    counts: dict[str, Counter[tuple[Quarter, tuple[str, ...]]]] = {name: Counter() for name in MEASURES}
    for sector, *days in (
        readable_cases(access).filter(panel=panel).order_by().values_list("source_sector", *fields)
    ):
        for name, day in zip(MEASURES, days, strict=True):
            if day is not None:
                counts[name][Quarter.of(day), (sector,)] += 1
    return {name: Cube(name, (SECTOR,), counts[name]) for name in MEASURES}


def group_words(group: Group) -> str:
    """Say what a figure counts, for the row that it stands in."""
    measure = MEASURES[group.measure].words if group.measure in MEASURES else group.measure
    named = [
        ", ".join(SourceSector(value).label for value in sorted(values))
        for name, values in group.where
        if name == SECTOR.name
    ]
    return ": ".join([measure, *named])


def period_words(group: Group) -> str:
    """Say which days a figure counts: "1 April 2014 to 31 March 2015"."""
    start = date(group.first.year, group.first.number * 3 - 2, 1)
    return f"{british_date(start)} to {british_date(group.last.last_day)}"
