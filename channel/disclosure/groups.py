"""What a figure counts: a measure, a run of whole quarters, and values of dimensions.

Two figures are compared by what they count, never by their labels: the year to March and the sum of its
four quarters are the same cells, in whatever table or report they stand. Quarters are the finest time that
a figure may have, so that every period is a run of the same cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class BadGroup(ValueError):
    """The figure that is asked for counts nothing that is known here."""


class Quarter(NamedTuple):
    """A quarter of a calendar year: ``Quarter(2015, 1)`` is January to March 2015."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, text: str) -> Quarter:
        """Read ``2015-Q1``.

        Raises:
            BadGroup: for anything else.
        """
        year, _, number = text.partition("-Q")
        if not (year.isdecimal() and number in {"1", "2", "3", "4"} and 1900 <= int(year) <= 9999):
            raise BadGroup("A quarter is written like 2015-Q1.")
        return cls(int(year), int(number))

    @property
    def ordinal(self) -> int:
        return self.year * 4 + self.number - 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        ends = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
        return date(self.year, *ends[self.number])

    def plus(self, quarters: int) -> Quarter:
        year, number = divmod(self.ordinal + quarters, 4)
        return Quarter(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Dimension:
    """One way to divide the cases: its values divide them all, without overlap."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Cube:
    """The exact counts of one measure, by quarter and by one value of each dimension. Never shown to anybody.

    Args:
        cells: the count for each quarter and combination of values; one that is missing counts zero.
    """

    measure: str
    dimensions: tuple[Dimension, ...] = ()
    cells: Mapping[tuple[Quarter, tuple[str, ...]], int] = field(default_factory=dict)

    def count(self, group: Group) -> int:
        """Return the exact count of a group."""
        self.require(group)
        where = dict(group.where)
        asked = [where.get(dimension.name) for dimension in self.dimensions]
        return sum(
            count
            for (quarter, values), count in self.cells.items()
            if group.first.ordinal <= quarter.ordinal <= group.last.ordinal
            and all(some is None or value in some for some, value in zip(asked, values, strict=True))
        )

    def require(self, group: Group) -> None:
        """Raise :class:`BadGroup` unless the group is made of this measure's dimensions and values."""
        known = {dimension.name: set(dimension.values) for dimension in self.dimensions}
        if group.measure != self.measure:
            raise BadGroup("The figure counts something else.")
        for name, values in group.where:
            if name not in known or not values <= known[name]:
                raise BadGroup("The figure names a value that these cases are not divided by.")


@dataclass(frozen=True)
class Group:
    """The cases that one figure counts.

    Args:
        measure: what is counted, such as ``referrals``.
        first: first quarter.
        last: last quarter, the same as the first for one quarter.
        where: for some dimensions the values that count; a dimension that is not named counts whole.
    """

    measure: str
    first: Quarter
    last: Quarter
    where: tuple[tuple[str, frozenset[str]], ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadGroup("The last quarter lies before the first.")
        if any(not values for _, values in self.where):
            raise BadGroup("Name one value at least.")

    @classmethod
    def over(cls, measure: str, first: Quarter, last: Quarter | None = None, **where: Iterable[str]) -> Group:
        """Return a group by dimensions: ``Group.over("referrals", quarter, sector=["health"])``."""
        chosen = tuple(sorted((name, frozenset(values)) for name, values in where.items()))
        return cls(measure, first, last or first, chosen)

    def within(self, **where: Iterable[str]) -> Group:
        """Return the part of this group that further values leave."""
        held = dict(self.where)
        for name, values in where.items():
            held[name] = held.get(name, frozenset(values)) & frozenset(values)
        return Group(self.measure, self.first, self.last, tuple(sorted(held.items())))

    def during(self, first: Quarter, last: Quarter | None = None) -> Group:
        """Return the same group in another period."""
        return Group(self.measure, first, last or first, self.where)

    def as_json(self) -> dict[str, Any]:
        """Return what the register stores: the canonical cells, always in the same words."""
        return {
            "measure": self.measure,
            "from": str(self.first),
            "to": str(self.last),
            "where": {name: sorted(values) for name, values in sorted(self.where)},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Group:
        """Read what :meth:`as_json` wrote."""
        return cls.over(
            str(stored["measure"]),
            Quarter.read(str(stored["from"])),
            Quarter.read(str(stored["to"])),
            **{str(name): [str(value) for value in values] for name, values in stored["where"].items()},
        )


def one_way(base: Group, dimension: Dimension) -> list[Group]:
    """Return one figure for each value of a dimension, and their total."""
    return [*(base.within(**{dimension.name: [value]}) for value in dimension.values), base]


def year_to_date(base: Group, first: Quarter, quarters: int = 4) -> list[Group]:
    """Return the figures of a year as it goes on: quarters, the year to date after each, and half-years."""
    each = [first.plus(number) for number in range(quarters)]
    groups = [base.during(quarter) for quarter in each]
    groups += [base.during(first, quarter) for quarter in each[1:]]
    groups += [base.during(each[start], each[start + 1]) for start in range(2, quarters - 1, 2)]
    return list(dict.fromkeys(groups))
