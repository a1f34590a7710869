"""The registry of report blocks: data that any section of a committee report can hold, fed by its room.

A block is plain data that survives JSON, so that a report can freeze it: figures as at a date, the source,
and what is missing by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, TypedDict

from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import number

MOST_NAMED = 12
"""How many things a sentence names before it counts the rest."""


@dataclass(frozen=True)
class Column:
    """A column of a block's table. ``numeric`` columns are set to the right."""

    heading: str
    numeric: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar of a block's chart: a label, a value in per cent and the words printed beside it."""

    label: str
    value: float
    printed: str


class TrendLine(TypedDict):
    """One line of a block's line chart: a percentage for each label, None where none is known."""

    name: str
    values: list[float | None]


@dataclass(frozen=True)
class Block:
    """One table with its charts, notes and gaps.

    Args:
        key: stable within the report.
        title: caption of the table.
        columns, rows: cells as printed. The first cell of a row is its header.
        bars, target: a horizontal bar chart of percentages with a target line; empty for none.
        notes: sentences below the table, such as "fell below target" lines.
        missing: what is not there, by name ("Royal Free London: WRAP, December 2018 not returned").
        source: where the figures come from.
        as_at: the day the figures hold.
        exceptions: places of the rows, from 0, that are printed where the table is too long to print; the
            whole table then goes along as a spreadsheet.
        trend, trend_labels: a line chart of percentages over time; the table holds every figure of it.
        not_public: why the block may stand in an exempt section only; empty for one that may be published.
    """

    key: str
    title: str
    columns: list[Column]
    rows: list[list[str]]
    source: str
    as_at: date
    bars: list[Bar] = field(default_factory=list)
    target: float | None = None
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    exceptions: list[int] = field(default_factory=list)
    trend: list[TrendLine] = field(default_factory=list)
    trend_labels: list[str] = field(default_factory=list)
    not_public: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a report keeps. Rows are copied as they are: a register has thousands of cells."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        return data | {
            "as_at": self.as_at.isoformat(),
            "columns": [asdict(column) for column in self.columns],
            "bars": [asdict(bar) for bar in self.bars],
            "rows": [list(row) for row in self.rows],
            "notes": list(self.notes),
            "missing": list(self.missing),
            "exceptions": list(self.exceptions),
            "trend": [{"name": line["name"], "values": list(line["values"])} for line in self.trend],
            "trend_labels": list(self.trend_labels),
        }


def from_json(data: dict[str, Any]) -> Block:
    """Read a frozen block back; one that was frozen before a field was added has nothing in it."""
    return Block(
        **{
            **data,
            "as_at": date.fromisoformat(data["as_at"]),
            "columns": [Column(**column) for column in data["columns"]],
            "bars": [Bar(**bar) for bar in data["bars"]],
        }
    )


def named(names: Sequence[str]) -> str:
    """Return "A, B and C", or "A, B and 40 more" where there are many, for a sentence of what is missing."""
    shown = list(names)
    if len(names) > MOST_NAMED:
        shown = [*names[: MOST_NAMED - 1], f"{number(len(names) - MOST_NAMED + 1)} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


Provider = Callable[[Council, date, date, date], list[Block]]
_providers: dict[str, tuple[str, Provider]] = {}
Withholding = Callable[[Council], str]
_withholdings: dict[str, Withholding] = {}


def register(name: str, title: str, provider: Provider) -> None:
    """Announce ``provider(council, period_start, period_end, as_at)``, called in the council's scope.

    Raises:
        ValueError: for a name that is taken.
    """
    if name in _providers:
        raise ValueError(f"{name} is registered twice.")
    _providers[name] = (title, provider)


def names() -> dict[str, str]:
    """Registered blocks and their titles."""
    return {name: title for name, (title, _) in _providers.items()}


def blocks_of(name: str, council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Ask a room for its blocks. Raises KeyError for a name that no room registered."""
    return _providers[name][1](council, period_start, period_end, as_at)


def register_withholding(key: str, reason: Withholding) -> None:
    """Announce ``reason(council)``: why frozen blocks of a key may not be published today, "" where they may.

    A report keeps its figures, and a council may decide after they were frozen that none are published.

    Raises:
        ValueError: for a key that is taken.
    """
    if key in _withholdings:
        raise ValueError(f"{key} is registered twice.")
    _withholdings[key] = reason


def withheld(key: str, council: Council) -> str:
    """Why blocks of a key may not be published today; "" where nothing is said against it."""
    reason = _withholdings.get(key)
    return reason(council) if reason else ""
