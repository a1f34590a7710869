"""What was understood of a file, row by row, and what was not, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from training.enums import PeriodKind, Reported
from training.periods import Period


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, what stands there, why it cannot be taken, and what to do."""

    sheet: str
    row: int | None
    column: str
    value: str
    reason: str
    fix: str


@dataclass(frozen=True)
class FigureRow:
    """One checked return and the row of the file that it stands in."""

    sheet: str
    row: int
    organisation_id: UUID
    organisation: str
    course_id: UUID
    course: str
    for_council: bool
    scope: str
    period: Period
    reported: Reported
    eligible: int | None
    compliant: int | None
    sessions: int | None

    def as_json(self) -> dict[str, Any]:
        """The row as an upload keeps it."""
        data = asdict(self)
        data.update(
            organisation_id=str(self.organisation_id),
            course_id=str(self.course_id),
            reported=self.reported.value,
            period={
                "kind": self.period.kind.value,
                "start": self.period.start.isoformat(),
                "end": self.period.end.isoformat(),
            },
        )
        return data


@dataclass(frozen=True)
class Matched:
    """One heading of the file and what it was read as."""

    sheet: str
    column: str
    heading: str
    meaning: str


FIRST_ROWS = 5
"""So many rows are shown as they were read: enough to see a column that was taken for another."""


@dataclass(frozen=True)
class FirstRow:
    """One of the first rows of a file as it was read: what each matched column holds, and what it became."""

    sheet: str
    row: int
    values: tuple[tuple[str, str], ...]
    """The heading of each matched column, or its meaning where no heading says it, and the cell's text."""
    understood: FigureRow | None


@dataclass
class CheckedFile:
    """Everything that was understood of a file, and everything that was not."""

    rows: list[FigureRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns: list[Matched] = field(default_factory=list)
    headings: list[tuple[str, int]] = field(default_factory=list)
    """Sheet and row of each row of headings that was recognised."""
    first_rows: list[FirstRow] = field(default_factory=list)
    """The first rows of figures, whether or not they could be taken."""
    kept_as: str = ""
    """What fetches the file with its problems beside it, for the hour that a refused file is kept."""

    def show_first(self, row: FirstRow) -> None:
        """Keep a row to be shown, if it is one of the first."""
        if len(self.first_rows) < FIRST_ROWS:
            self.first_rows.append(row)

    def refuse_doubles(self) -> None:
        """Put on record each row that is about the same thing as an earlier one."""
        seen: dict[tuple[object, ...], FigureRow] = {}
        for row in self.rows:
            key = (row.organisation_id, row.course_id, row.for_council, row.period.start, row.period.end)
            first = seen.setdefault(key, row)
            if first is not row:
                where = f"row {first.row}"
                if first.sheet != row.sheet:
                    where += f" of “{first.sheet}”"
                self.problems.append(
                    Problem(
                        row.sheet,
                        row.row,
                        "",
                        f"{row.course}, {row.period.label}",
                        f"Said twice: {where} is about the same organisation, course and period",
                        "Keep the row that is right and take the other out.",
                    )
                )


def rows_from_json(data: Iterable[Mapping[str, Any]]) -> list[FigureRow]:
    """Read the rows of an upload back."""
    return [
        FigureRow(
            **{
                **row,
                "organisation_id": UUID(row["organisation_id"]),
                "course_id": UUID(row["course_id"]),
                "reported": Reported(row["reported"]),
                "period": Period(
                    end=date.fromisoformat(row["period"]["end"]),
                    start=date.fromisoformat(row["period"]["start"]),
                    kind=PeriodKind(row["period"]["kind"]),
                ),
            }
        )
        for row in data
    ]
