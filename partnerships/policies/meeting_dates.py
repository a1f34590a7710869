"""Which days a board should meet on in a year: from its cadence, on working days alone."""

from __future__ import annotations

from datetime import date, timedelta

from partnerships.enums import Cadence
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.tenancy.working_days import next_working_day, previous_working_day

MONTHS_BETWEEN = {
    Cadence.MONTHLY: 1,
    Cadence.BI_MONTHLY: 2,
    Cadence.QUARTERLY: 3,
    Cadence.TERMLY: 4,
    Cadence.SIX_MONTHLY: 6,
    Cadence.ANNUAL: 12,
}
"""Three terms make a year, so a board that meets every term meets every four months."""


def propose_dates(*, cadence: str, first: date) -> list[date]:
    """The days of a year's meetings, the first included.

    Each later meeting is on the same weekday of the same week of its month, as boards plan them ("the second
    Tuesday"). Where that is a bank holiday it moves to the next working day.

    Raises:
        PartnershipRefused: for a cadence that gives no dates.
    """
    months = MONTHS_BETWEEN.get(Cadence(cadence))
    if months is None:
        raise PartnershipRefused("This board has no fixed rhythm. Add its meetings one by one.")
    week = (first.day - 1) // 7
    days = []
    for step in range(0, 12, months):
        year, month = divmod(first.month - 1 + step, 12)
        days.append(next_working_day(_weekday_of(first.year + year, month + 1, first.weekday(), week)))
    return days


def papers_due(held_on: date, days_before: int) -> date:
    """When papers are due: so many days before, on a working day."""
    return previous_working_day(held_on - timedelta(days=days_before))


def _weekday_of(year: int, month: int, weekday: int, week: int) -> date:
    """The weekday in a week of a month; the last one where the month has no fifth."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * week)
    return day if day.month == month else day - timedelta(days=7)
