"""Quarters of the financial year, which in the United Kingdom's public bodies starts on 1 April."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a financial year.

    Args:
        year: the year in which the financial year starts: 2018 for 2018/19.
        number: 1 (April to June) to 4 (January to March).
    """

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        months = (day.month - 4) % 12
        return cls(day.year if day.month >= 4 else day.year - 1, months // 3 + 1)

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number + 1, 1) if self.number < 4 else date(self.year + 1, 1, 1)

    @property
    def end(self) -> date:
        """The last day."""
        month, day = {1: (6, 30), 2: (9, 30), 3: (12, 31), 4: (3, 31)}[self.number]
        return date(self.year + (self.number == 4), month, day)

    @property
    def following(self) -> Self:
        return type(self)(self.year, self.number + 1) if self.number < 4 else type(self)(self.year + 1, 1)

    @property
    def previous(self) -> Self:
        return type(self)(self.year, self.number - 1) if self.number > 1 else type(self)(self.year - 1, 4)

    @property
    def financial_year(self) -> str:
        """2018/19."""
        return f"{self.year}/{(self.year + 1) % 100:02d}"

    @property
    def words(self) -> str:
        """Quarter 3 2018/19 (October to December 2018)."""
        return f"Quarter {self.number} {self.financial_year} ({self.months})"

    @property
    def months(self) -> str:
        first, last = {
            1: ("April", "June"),
            2: ("July", "September"),
            3: ("October", "December"),
            4: ("January", "March"),
        }[self.number]
        return f"{first} to {last} {self.end.year}"

    def __str__(self) -> str:
        return f"Q{self.number} {self.financial_year}"


@dataclass(frozen=True, order=True)
class QuarterSpan:
    """A quarter, or several in a row: what a report covers."""

    first: Quarter
    last: Quarter

    @classmethod
    def ending(cls, last: Quarter, *, quarters: int) -> Self:
        """So many quarters, up to one."""
        first = last
        for _ in range(quarters - 1):
            first = first.previous
        return cls(first, last)

    @classmethod
    def of(cls, start: date, end: date) -> Self:
        """The quarters that two days lie in, and those between."""
        return cls(Quarter.of(start), Quarter.of(end))

    @property
    def start(self) -> date:
        return self.first.start

    @property
    def end(self) -> date:
        """The last day."""
        return self.last.end

    @property
    def is_year(self) -> bool:
        return self.first.year == self.last.year and (self.first.number, self.last.number) == (1, 4)

    @property
    def words(self) -> str:
        """Quarters 1 and 2 2018/19 (April to September 2018)."""
        if self.first == self.last:
            return self.last.words
        opens, closes = self.first.months.split(" to ")[0], self.last.months.split(" to ")[1]
        since = opens if self.start.year == self.end.year else f"{opens} {self.start.year}"
        if self.is_year:
            return f"{self.last.financial_year} ({since} to {closes})"
        joined = "and" if self.first.following == self.last else "to"
        began = "" if self.first.year == self.last.year else f" {self.first.financial_year}"
        numbers = f"{self.first.number}{began} {joined} {self.last.number}"
        return f"Quarters {numbers} {self.last.financial_year} ({since} to {closes})"

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.last)
        if self.is_year:
            return self.last.financial_year
        began = "" if self.first.year == self.last.year else f" {self.first.financial_year}"
        return f"Q{self.first.number}{began} to Q{self.last.number} {self.last.financial_year}"
