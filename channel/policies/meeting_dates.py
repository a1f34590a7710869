"""Which days a panel should meet on: every month or every other month, on working days alone."""

from __future__ import annotations

from datetime import date, timedelta

from prevent_portal.tenancy.working_days import next_working_day


def propose_dates(*, first: date, months_between: int = 1) -> list[date]:
    """The days of a year's meetings, the first included.

    Each later meeting is on the same weekday of the same week of its month ("the second Tuesday"). Where that
    is a bank holiday it moves to the next working day.
    """
    week = (first.day - 1) // 7
    days = []
    for step in range(0, 12, months_between):
        year, month = divmod(first.month - 1 + step, 12)
        days.append(next_working_day(_weekday_of(first.year + year, month + 1, first.weekday(), week)))
    return days


def _weekday_of(year: int, month: int, weekday: int, week: int) -> date:
    """The weekday in a week of a month; the last one where the month has no fifth."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * week)
    return day if day.month == month else day - timedelta(days=7)
