"""Days on which a council's offices are open in England and Wales: no weekend, no bank holiday.

Published lists reach a few years ahead. For other years the days follow from the law (Banking and Financial
Dealings Act 1971, schedule 1, and yearly proclamations), without one-off holidays that nobody knows yet.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

_ONE_DAY = timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year."""
    listed = _published().get(year)
    return listed if listed is not None else frozenset(_by_rule(year))


def is_working_day(day: date) -> bool:
    """Whether offices are open on the day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself if offices are open, else the next one on which they are."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def previous_working_day(day: date) -> date:
    """The day itself if offices are open, else the last one before on which they were."""
    while not is_working_day(day):
        day -= _ONE_DAY
    return day


def working_days_before(day: date, count: int) -> date:
    """The day on which so many working days are left before a day, which itself is not counted.

    Of a meeting on a Thursday the second working day before is Tuesday; between that and the meeting lies one
    clear day. With 0 it is the day itself.
    """
    for _ in range(count):
        day = previous_working_day(day - _ONE_DAY)
    return day


@cache
def _published() -> dict[int, frozenset[date]]:
    """The years of the packaged list, which holds whole years alone; nothing is fetched."""
    years: dict[int, set[date]] = {}
    for entry in BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES):
        years.setdefault(entry["date"].year, set()).add(entry["date"])
    return {year: frozenset(days) for year, days in years.items() if len(days) >= 8}


def _by_rule(year: int) -> list[date]:
    easter = _easter(year)
    days = [
        _after_weekend(date(year, 1, 1), set()),
        easter - timedelta(days=2),
        easter + _ONE_DAY,
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
    ]
    christmas = _after_weekend(date(year, 12, 25), {date(year, 12, 26)})
    return [*days, christmas, _after_weekend(date(year, 12, 26), {christmas})]


def _after_weekend(day: date, taken: set[date]) -> date:
    """The day, or its substitute: the first weekday after it that is no other holiday's own day."""
    if day.weekday() < 5 and day not in taken:
        return day
    while day.weekday() > 4 or day in taken:
        day += _ONE_DAY
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm of 1876."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)
