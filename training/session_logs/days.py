"""When a logged session was: a day, a period, or a year where a log gives no days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from prevent_portal.web.dates import british_date, month_and_year, month_number, parse_british_date
from prevent_portal.web.spreadsheets import Cell
from training.enums import PeriodKind, SessionDated
from training.periods import PeriodUnclear, parse_period

FIRST_YEAR, LAST_YEAR = 1990, 2100
_YEAR = re.compile(r"(?:calendar year )?(\d{4})", re.ASCII)
_FINANCIAL_YEAR = re.compile(r"(?:fy |financial year )?(\d{4}) ?[/\-–] ?(\d{4}|\d{2})", re.ASCII)
_MONTH = re.compile(r"([a-z]+)[\s.,'’/\-]*(\d{4})", re.ASCII)
_EXAMPLES = "Write 12 March 2018, March 2018, Q1 2018/19, 2018/19 or 2018."


class DaysUnclear(ValueError):
    """The cell names no day or period, or not just one. The text says what to write instead."""


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    start: date
    end: date

    @property
    def dated(self) -> SessionDated:
        """What is known of when it was."""
        if self.start == self.end:
            return SessionDated.DAY
        year = self.start.year
        is_year = (self.start, self.end) == (date(year, 1, 1), date(year, 12, 31))
        return SessionDated.YEAR if is_year else SessionDated.PERIOD

    @property
    def words(self) -> str:
        """12 March 2018, from a day to a day, or 2018."""
        if self.dated == SessionDated.DAY:
            return british_date(self.start)
        if self.dated == SessionDated.YEAR:
            return str(self.start.year)
        return f"{british_date(self.start)} to {british_date(self.end)}"

    def holds(self, other: Days) -> bool:
        return self.start <= other.start and other.end <= self.end


def between(start: date, end: date) -> Days:
    """The days from one to another.

    Raises:
        DaysUnclear: if they run backwards, or lie before 1990 or after 2100.
    """
    if end < start:
        raise DaysUnclear("The last day is before the first day. Correct the one that is wrong.")
    if start.year < FIRST_YEAR or end.year > LAST_YEAR:
        raise DaysUnclear(f"Write a year between {FIRST_YEAR} and {LAST_YEAR}.")
    return Days(start, end)


def day_of(cell: Cell) -> Days:
    """The day in a cell of a column of days.

    Raises:
        DaysUnclear: with what to write instead.
    """
    found = cell if isinstance(cell, date) else parse_british_date(str(cell))
    if found is None:
        raise DaysUnclear("Write a day like 12 March 2018 or 12/03/2018.")
    return between(found, found)


def days_of(cell: Cell) -> Days:
    """The days that a cell of a column of days or periods names.

    A month is that month, never the quarter that it ends. A workbook keeps "Jun-18" as 1 June 2018, so the
    first day of a month as a date of a workbook is one or the other, and refused.

    Raises:
        DaysUnclear: with what to write instead.
    """
    if isinstance(cell, date):
        if cell.day == 1:
            month = month_and_year(cell)
            raise DaysUnclear(
                f"A workbook keeps {month} and {british_date(cell)} alike. Head the column Date if it is the "
                f"day, or write {month} as text."
            )
        return between(cell, cell)
    text = " ".join(str(cell).casefold().split())
    if (day := parse_british_date(text)) is not None:
        return between(day, day)
    if match := _YEAR.fullmatch(text):
        return between(_day(int(match.group(1)), 1, 1), _day(int(match.group(1)), 12, 31))
    if match := _FINANCIAL_YEAR.fullmatch(text):
        first = int(match.group(1))
        if int(match.group(2)) % 100 != (first + 1) % 100:
            raise DaysUnclear(
                f"A financial year is two years in a row, like {first}/{(first + 1) % 100:02d}."
            )
        return between(_day(first, 4, 1), _day(first + 1, 3, 31))
    if (match := _MONTH.fullmatch(text)) and (month_named := month_number(match.group(1))):
        year = int(match.group(2))
        start = _day(year, month_named, 1)
        return between(start, start.replace(day=calendar.monthrange(year, month_named)[1]))
    try:
        period = parse_period(text)
    except PeriodUnclear:
        raise DaysUnclear(_EXAMPLES) from None
    if period.kind == PeriodKind.SNAPSHOT and not text.startswith(("quarter", "qtr")):
        # "End of June 2018" is a position for returns; of sessions it says nothing.
        raise DaysUnclear(_EXAMPLES)
    return between(period.start, period.end)


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DaysUnclear(f"Write a year between {FIRST_YEAR} and {LAST_YEAR}.")
    return date(year, month, day)
