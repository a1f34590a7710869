"""Exact counts of one panel's cases. They go to the disclosure gate and to the panel's own chair only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from channel.case_choices import Outcome
from channel.categories import AGE_BANDS, CONCERNS, UNKNOWN
from channel.disclosure.groups import Cube, Dimension, Group, Quarter
from channel.enums import SourceSector
from channel.models import Panel
from channel.queries.cases import readable_cases
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.dates import british_date

ExactCounts = Callable[[CouncilAccess, Panel], Mapping[str, Cube]]
"""What counts a panel's cases exactly, for a person who prepares them: one cube for each measure."""


@dataclass(frozen=True)
class Division:
    """One way to divide the cases that a measure counts.

    Args:
        words: what the cases are divided by, for a form.
        labels: the words of each value.
        value: reads the value from the fields of a case; never None, so that every case counts (rule 10).
    """

    name: str
    words: str
    labels: Mapping[str, str]
    fields: tuple[str, ...]
    value: Callable[..., str]

    @property
    def dimension(self) -> Dimension:
        return Dimension(self.name, tuple(self.labels))


@dataclass(frozen=True)
class Measure:
    """What is counted: cases by the day of one stage, and what they are divided by."""

    field: str
    words: str
    divisions: tuple[Division, ...] = ()


def _known(value: str) -> str:
    return value or UNKNOWN


def _waited(start: date | None, end: date | None) -> str:
    """The band of the days between two stages."""
    if start is None or end is None:
        return UNKNOWN
    days = (end - start).days
    return "to_28" if days <= 28 else "to_56" if days <= 56 else "over_56"


_NOT_KNOWN = {UNKNOWN: "Not known"}
_WAITS = {"to_28": "Within 28 days", "to_56": "29 to 56 days", "over_56": "57 days or more", **_NOT_KNOWN}

BY_SECTOR = Division(
    "sector",
    "Where the referral came from",
    dict(SourceSector.choices),
    ("source_sector",),
    lambda sector: sector,
)
BY_CONCERN = Division("concern", "Type of concern", dict(CONCERNS) | _NOT_KNOWN, ("concern",), _known)
BY_AGE = Division("age_band", "Age band at referral", dict(AGE_BANDS) | _NOT_KNOWN, ("age_band",), _known)
BY_OUTCOME = Division("outcome", "Outcome", dict(Outcome.choices) | _NOT_KNOWN, ("outcome",), _known)


def _by_wait(start: str, end: str, words: str) -> Division:
    """How long cases took from one stage to the stage that is counted."""
    return Division("wait", words, _WAITS, (start, end), _waited)


MEASURES = {
    "referrals": Measure("referred_on", "Referrals", (BY_SECTOR, BY_CONCERN, BY_AGE)),
    "screenings": Measure(
        "screened_on",
        "Cases screened",
        (BY_SECTOR, _by_wait("referred_on", "screened_on", "Time from referral to screening")),
    ),
    "discussions": Measure(
        "first_panel_on",
        "Cases first discussed by the panel",
        (
            BY_SECTOR,
            BY_CONCERN,
            BY_AGE,
            _by_wait("referred_on", "first_panel_on", "Time from referral to first panel"),
        ),
    ),
    "adoptions": Measure(
        "support_started_on",
        "Cases where support started",
        (
            BY_SECTOR,
            BY_CONCERN,
            BY_AGE,
            _by_wait("first_panel_on", "support_started_on", "Time from first panel to support"),
        ),
    ),
    "exits": Measure("exited_on", "Cases that left the programme", (BY_SECTOR, BY_OUTCOME)),
}


def case_counts(access: CouncilAccess, panel: Panel) -> Mapping[str, Cube]:
    """Count a panel's cases exactly, by the quarter of each stage and by what each measure is divided by.

    Only cases that the person may read are counted, so nobody but who prepares the panel's cases counts all.
    All divisions of a measure are dimensions of one cube, so that the gate attacks them together.
    """
    fields = sorted(
        {measure.field for measure in MEASURES.values()}
        | {
            name
            for measure in MEASURES.values()
            for division in measure.divisions
            for name in division.fields
        }
    )
    counts: dict[str, Counter[tuple[Quarter, tuple[str, ...]]]] = {name: Counter() for name in MEASURES}
    for case in readable_cases(access).filter(panel=panel).order_by().values(*fields):
        for name, measure in MEASURES.items():
            if (day := case[measure.field]) is not None:
                values = tuple(
                    division.value(*(case[field] for field in division.fields))
                    for division in measure.divisions
                )
                counts[name][Quarter.of(day), values] += 1
    return {
        name: Cube(name, tuple(division.dimension for division in measure.divisions), counts[name])
        for name, measure in MEASURES.items()
    }


def group_words(group: Group) -> str:
    """Say what a figure counts, for the row that it stands in."""
    measure = MEASURES.get(group.measure)
    if measure is None:
        return group.measure
    chosen = dict(group.where)
    named = [
        ", ".join(words for value, words in division.labels.items() if value in chosen[division.name])
        for division in measure.divisions
        if division.name in chosen
    ]
    return ": ".join([measure.words, *named])


def period_words(group: Group) -> str:
    """Say which days a figure counts: "1 April 2014 to 31 March 2015"."""
    return f"{british_date(group.first.first_day)} to {british_date(group.last.last_day)}"
