"""Periods that returns cover, read as offices write them: "June 2018", "Q1 2018/19", from day to day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from prevent_portal.web.dates import british_date, month_and_year, month_number, parse_british_date
from prevent_portal.web.quarters import Quarter
from training.enums import PeriodKind

EARLIEST = date(2010, 1, 1)
LONGEST = timedelta(days=3 * 366)

_QUARTER_FIRST = re.compile(
    r"^(?:q|qtr|quarter)[\s.]*([1-4])[\s,:]*(?:fy)?\s*(\d{4}|\d{2})\s*[/\-–]\s*(\d{4}|\d{2})$"
)
_QUARTER_LAST = re.compile(
    r"^(?:fy)?\s*(\d{4}|\d{2})\s*[/\-–]\s*(\d{4}|\d{2})[\s,:]*(?:q|qtr|quarter)[\s.]*([1-4])$"
)
_QUARTER_OF_ONE_YEAR = re.compile(r"^(?:q|qtr|quarter)[\s.]*[1-4][\s,:]*\d{2,4}$")
_MONTH = re.compile(
    r"^(?:(?:quarter|period|qtr)?\s*(?:ended|ending|to end of|end of|end|as at|at)\s+)?"
    r"([a-z]+)[\s.,'’/\-]*(\d{4}|\d{2})$"
)
_ISO_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_SPAN = re.compile(r"^(?:from\s+)?(.+?)\s*(?:\s-\s|–|—|\bto\b|\buntil\b)\s*(.+)$")
_IN_BRACKETS = re.compile(r"^([^()]+?)\s*\(([^()]+)\)$")
_MONTH_SPAN = re.compile(
    r"^([a-z]+)(?:[\s'’]+(\d{4}|\d{2}))?\s*(?:-|–|—|/|to)\s*([a-z]+)[\s'’]+(\d{4}|\d{2})$"
)


class PeriodUnclear(ValueError):
    """The words name no period, or not just one. The text says what to write instead."""


@dataclass(frozen=True, order=True)
class Period:
    """From one day to another, both included, and how it was named."""

    end: date
    start: date
    kind: PeriodKind

    @property
    def label(self) -> str:
        """How a page names it."""
        if self.kind == PeriodKind.QUARTER:
            return str(Quarter.of(self.end))
        if self.kind == PeriodKind.SNAPSHOT:
            return month_and_year(self.end)
        if self.kind == PeriodKind.MONTH:
            return f"{month_and_year(self.end)} (month)"
        return f"{british_date(self.start)} to {british_date(self.end)}"


def quarter_of(day: date, kind: PeriodKind = PeriodKind.QUARTER) -> Period:
    """The quarter that a day lies in."""
    quarter = Quarter.of(day)
    return Period(start=quarter.start, end=quarter.end, kind=kind)


def last_ended_quarter(today: date) -> Period:
    """The latest quarter that is over."""
    return quarter_of(Quarter.of(today).previous.end)


def quarters(start: date, end: date) -> Iterator[Period]:
    """Every quarter that lies within two days, earliest first, named by the month that ends it."""
    quarter = quarter_of(start, PeriodKind.SNAPSHOT)
    if quarter.start < start:
        quarter = quarter_of(quarter.end + timedelta(days=1), PeriodKind.SNAPSHOT)
    while quarter.end <= end:
        yield quarter
        quarter = quarter_of(quarter.end + timedelta(days=1), PeriodKind.SNAPSHOT)


def quarters_up_to(end: Period, count: int) -> list[Period]:
    """So many quarters, the last of them the given one, earliest first."""
    found = [end]
    while len(found) < count:
        found.append(quarter_of(found[-1].start - timedelta(days=1), end.kind))
    return found[::-1]


def period_between(start: date, end: date, kind: PeriodKind | None = None) -> Period:
    """The period of two days, named a quarter or a month where it is one.

    Raises:
        PeriodUnclear: if it ends before it starts, or lies or lasts beyond reason.
    """
    if end < start:
        raise PeriodUnclear("The period ends before it starts.")
    if start < EARLIEST or end - start > LONGEST:
        raise PeriodUnclear("A period starts in 2010 or later and lasts three years at most.")
    quarter = quarter_of(start)
    if (quarter.start, quarter.end) == (start, end):
        return Period(end, start, kind if kind == PeriodKind.SNAPSHOT else PeriodKind.QUARTER)
    if start.day == 1 and end == _month_end(start.year, start.month):
        return Period(end, start, PeriodKind.MONTH)
    return Period(end, start, PeriodKind.FREE)


def parse_period(words: str) -> Period:
    """The period that a cell names.

    A month that ends a quarter ("June 2018", 30 June 2018) is the position at the end of that quarter, as
    trusts report it; another month is that month.

    Raises:
        PeriodUnclear: with what to write instead.
    """
    text = " ".join(words.lower().split())
    if match := _IN_BRACKETS.match(text):
        # "Q1 2018/19 (Apr to Jun 2018)": said twice, which must agree.
        return _agreed(parse_period(match.group(1)), parse_period(match.group(2)))
    for pattern, order in ((_QUARTER_FIRST, (1, 2, 3)), (_QUARTER_LAST, (3, 1, 2))):
        if match := pattern.match(text):
            number, year, after = (match.group(index) for index in order)
            return _financial_quarter(int(number), year, after)
    if _QUARTER_OF_ONE_YEAR.match(text):
        raise PeriodUnclear("Write the financial year as well, like Q1 2018/19.")
    if (found := _month_named(text)) is not None:
        return found
    if match := _MONTH_SPAN.match(text):
        first, first_year, last, last_year = match.groups()
        start_month, end_month = month_number(first), month_number(last)
        if start_month and end_month:
            year = _year(last_year)
            start_year = _year(first_year) if first_year else year - (start_month > end_month)
            return period_between(date(start_year, start_month, 1), _month_end(year, end_month))
    if match := _SPAN.match(text):
        start, end = parse_british_date(match.group(1)), parse_british_date(match.group(2))
        if start and end:
            return period_between(start, end)
    raise PeriodUnclear("Write a period like June 2018, Q1 2018/19 or 1 April 2018 to 30 June 2018.")


def period_of_cell(cell: object) -> Period:
    """The period that a cell of a workbook names, be it a text or a date.

    Raises:
        PeriodUnclear: with what to write instead.
    """
    if isinstance(cell, date):
        return _period_of_day(cell)
    return parse_period(str(cell))


def _period_of_day(day: date) -> Period:
    """The month that a day stands for: spreadsheets keep "Jun-18" as its first day, offices write its last.

    A day between them is the day of something else, of a report or of an export.
    """
    if day.day != 1 and day != _month_end(day.year, day.month):
        raise PeriodUnclear(
            f"{british_date(day)} is a day and no period. Write June 2018, or the last day of the period."
        )
    return month_period(day.year, day.month)


def month_period(year: int, month: int) -> Period:
    """The period that the name of a month stands for."""
    end = _month_end(year, month)
    if month % 3 == 0:
        return period_between(quarter_of(end).start, end, PeriodKind.SNAPSHOT)
    return period_between(date(year, month, 1), end)


def _month_named(text: str) -> Period | None:
    if match := _ISO_MONTH.match(text):
        year, month = int(match.group(1)), int(match.group(2))
        return month_period(year, month) if 1 <= month <= 12 and year > 1 else None
    if (day := parse_british_date(text)) is not None:
        return _period_of_day(day)
    if match := _MONTH.match(text):
        named = month_number(match.group(1))
        if named is not None:
            return month_period(_year(match.group(2)), named)
    return None


def _financial_quarter(number: int, year: str, after: str) -> Period:
    first = _year(year)
    if _year(after) != first + 1:
        raise PeriodUnclear(f"A financial year is two years in a row, like {first}/{(first + 1) % 100:02d}.")
    quarter = Quarter(first, number)
    return period_between(quarter.start, quarter.end)


def _year(text: str) -> int:
    year = int(text) if len(text) == 4 else 2000 + int(text)
    if year < EARLIEST.year - 1:
        raise PeriodUnclear("A period starts in 2010 or later.")
    return year


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _agreed(one: Period, other: Period) -> Period:
    if (one.start, one.end) != (other.start, other.end):
        raise PeriodUnclear(f"{one.label} is not {other.label}. Write the period once.")
    return one
