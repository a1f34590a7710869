"""Read how a panel performs: an act that is recorded, like every exact count (AL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from channel.disclosure.groups import Group, Quarter
from channel.models import Panel
from channel.policies.panels import require_chair
from channel.queries.case_counts import MEASURES
from channel.queries.performance import Work, work_of
from channel.services.figures import read_exact_figures
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User


@dataclass(frozen=True)
class Volume:
    """How many cases came to one stage: in each quarter of the year, and in the year."""

    words: str
    quarters: tuple[str, ...]
    year: str


@dataclass(frozen=True)
class Performance:
    """A panel's year from 1 April, exactly."""

    year: int
    volumes: list[Volume]
    work: Work

    @property
    def first(self) -> date:
        return date(self.year, 4, 1)

    @property
    def last(self) -> date:
        return date(self.year + 1, 3, 31)


def year_of(day: date) -> int:
    """The year from 1 April in which a day lies, by the calendar year of its April."""
    return day.year if day.month >= 4 else day.year - 1


def read_performance(*, panel: Panel, year: int, by: User) -> Performance:
    """Read a panel's year for its chair, and record that they looked; both happen or neither does.

    Args:
        year: in whose April it begins.

    Raises:
        ChannelRefused: if ``by`` does not chair the panel, or has not signed this year's acknowledgement.
        django.db.Error: if the event cannot be written. The caller shows nothing then.
    """
    require_chair(panel, by)
    first = Quarter(year, 2)
    quarters = [first.plus(number) for number in range(4)]
    groups = [
        group
        for measure in MEASURES
        for group in (
            *(Group.over(measure, quarter) for quarter in quarters),
            Group.over(measure, first, quarters[-1]),
        )
    ]
    with transaction.atomic():
        printed = iter(read_exact_figures(panel=panel, groups=groups, by=by))
        volumes = [
            Volume(measure.words, tuple(next(printed).printed for _ in quarters), next(printed).printed)
            for measure in MEASURES.values()
        ]
        work = work_of(council_access(by, panel.council), panel, date(year, 4, 1), date(year + 1, 3, 31))
    return Performance(year, volumes, work)
