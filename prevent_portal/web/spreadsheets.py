"""Turns an uploaded file into cells: CSV here, a workbook (.xlsx, .ods, .xls) in a child process.

Judges nothing of the cells.
"""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from prevent_portal.limited_process import Ending, Limits, run
from prevent_portal.web.workbook_reader import ANSWER_CHARACTERS, CELL_CHARACTERS, COLUMNS, ROWS

LIMIT_BYTES = 2_000_000
LIMITS = Limits(
    memory=192 << 20,
    processor_seconds=8,
    seconds=10,
    # It is printed in ASCII: a character is a byte.
    answer=ANSWER_CHARACTERS,
)
"""What reading a workbook may take. What is held never exceeds what is mapped: UP-3 allows 256 MiB.

Measured with the largest table that may be read, 5,000 rows of 60 columns of texts that differ (1.9 MB of
file): VmPeak 68 MiB, VmHWM 64 MiB, 0.5 seconds. With as many percentages, whose formats are looked up: VmPeak
57 MiB, VmHWM 54 MiB, 2.6 seconds. The rest is for long texts.
"""
_READER = Path(__file__).with_name("workbook_reader.py")
_DELIMITERS = ",;\t|"
_HEADER_LINES = 30

Cell = str | int | float | bool | date | None

_REFUSALS = {
    "protected": "The file is protected by a password. "
    "Open it, take the password off, save it and send that.",
    "old_kind": "The file is in the old .xls format but is not named so. Name it .xls, or save it as .xlsx.",
    "other_kind": "The file is a workbook of another kind than its name says. Open it in your spreadsheet "
    "program and save it as .xlsx or CSV.",
    "damaged": "The file is damaged and cannot be opened as a workbook. "
    "Open it in your spreadsheet program, save it again as .xlsx or CSV, and send that.",
    "not_a_workbook": "The file is not an Excel workbook. Save your table as .xlsx or CSV and send that.",
    "not_a_spreadsheet": "The file is not a spreadsheet. "
    "Save your table as .ods, .xlsx or CSV and send that.",
    "macros": "The workbook contains macros. Save it as a workbook without macros (.xlsx) and send that.",
    "too_big": "The workbook unpacks to far more than a table needs. "
    "Copy the table into a new workbook and send that.",
    "too_many_sheets": "The workbook has more than 20 sheets. Copy the table into a new workbook.",
    "too_many_rows": f"A sheet has more than {ROWS:,} rows. Send only the rows that are needed.",
    "too_many_columns": f"A sheet has more than {COLUMNS} columns. Copy the table alone into a new workbook.",
    "no_end": "Reading the file took too long. Copy the table into a new workbook and send that.",
}


_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
WORKBOOKS = {"xlsx": (_ZIP, _OLE), "ods": (_ZIP,), "xls": (_OLE,)}
"""How a workbook of each ending begins; a password turns an .xlsx into the other kind of container."""


class FileUnreadable(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet and where its first cell lies, counted from 1."""

    name: str
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    first_row: int = 1
    first_column: int = 1
    hidden: bool = False
    merged: Sequence[tuple[int, int, int, int]] = ()
    """Cells that are one: first row, first column, last row, last column. Only the first holds the value."""

    def merged_at(self, line: int, column: int) -> tuple[int, int, int, int] | None:
        """The cells that are one of which this cell is a part. Line and column are counted from 1.

        Of areas that overlap, as only a damaged workbook has them, the last to begin above it is asked.
        """
        areas = self._merged_by_column.get(column, [])
        at = bisect_right(areas, line, key=lambda area: area[0]) - 1
        return areas[at] if at >= 0 and line <= areas[at][2] else None

    @cached_property
    def _merged_by_column(self) -> dict[int, list[tuple[int, int, int, int]]]:
        """Merged cells by each column of the table: thousands of rows ask, and there may be thousands."""
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        end = self.first_column + max(map(len, self.rows), default=0)
        for top, left, bottom, right in self.merged:
            for column in range(max(left, self.first_column), min(right + 1, end)):
                found.setdefault(column, []).append((top, left, bottom, right))
        for areas in found.values():
            areas.sort()
        return found


def read_workbook(name: str, content: bytes, *, longest: int) -> list[Sheet]:
    """Read a workbook that the portal itself gave out: no CSV, and texts keep their lines.

    Args:
        name: the file's name.
        content: all bytes.
        longest: how many characters of a cell are kept.

    Raises:
        FileUnreadable: with a sentence for the person who sent the file.
    """
    if name.lower().endswith(".csv"):
        raise FileUnreadable("Send the Excel workbook (.xlsx) itself, not a CSV file made from it.")
    kind = _check_kind(name, content, {"xlsx"})
    return _read_workbook(kind, content, longest, keep_lines=True)


def read_sheets(
    name: str, content: bytes, recognises: Callable[[str], bool], *, longest: int = CELL_CHARACTERS
) -> list[Sheet]:
    """Read a file into sheets of cells; a CSV file is one sheet without a name.

    Args:
        name: the file's name; its ending must agree with what the file is.
        content: all bytes.
        recognises: whether a text is one of the expected headings; it decides a CSV file's delimiter.
        longest: how many characters of a cell are kept.

    Raises:
        FileUnreadable: with a sentence for the person who sent the file.
    """
    kind = _check_kind(name, content, {"csv", *WORKBOOKS})
    if kind == "csv":
        return [Sheet("", _read_csv(content, recognises))]
    return _read_workbook(kind, content, longest)


def _check_kind(name: str, content: bytes, endings: Set[str]) -> str:
    """The ending of a file that is what it is called, one of some endings, or a refusal."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if len(content) > LIMIT_BYTES:
        raise FileUnreadable("The file is larger than 2 MB. Send a file with the table only.")
    if not content.strip():
        raise FileUnreadable("The file is empty.")
    if ending in {"xlsm", "xltm", "xlam"}:
        raise FileUnreadable(_REFUSALS["macros"])
    if ending not in endings:
        if ending in {*WORKBOOKS, "numbers", "xlsb", "fods"}:
            raise FileUnreadable(
                f"A .{ending} file cannot be read here. Save it as .xlsx or CSV and send that."
            )
        raise FileUnreadable("Send an Excel workbook (.xlsx) or a CSV file (.csv).")
    if ending == "csv" and content.startswith((_ZIP, _OLE)):
        raise FileUnreadable("The file is named .csv but is not text. If it is a workbook, name it .xlsx.")
    if ending in WORKBOOKS and not content.startswith(WORKBOOKS[ending]):
        if ending == "ods":
            raise FileUnreadable(_REFUSALS["not_a_spreadsheet"])
        if ending == "xls":
            # Learning systems give web pages and plain text that ending.
            raise FileUnreadable(
                "The file is named .xls but is not an Excel workbook: some systems give that name to a web "
                "page or to text. Open it in your spreadsheet program, save it as .xlsx and send that."
            )
        raise FileUnreadable(_REFUSALS["not_a_workbook"])
    return ending


def clean(text: str, *, keep_lines: bool = False) -> str:
    """The text without what no cell means to hold: control characters, odd spaces, halves of characters."""
    text = text.encode("utf-8", "replace").decode()
    if keep_lines:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(clean(line) for line in lines).strip()
    text = "".join(" " if character.isspace() else character for character in text)
    return "".join(character for character in text if character.isprintable()).strip()


def _read_workbook(kind: str, content: bytes, longest: int, *, keep_lines: bool = False) -> list[Sheet]:
    outcome = run(_READER, kind, str(longest), limits=LIMITS, feed=[content])
    if outcome.ending is Ending.OVERDUE:
        raise FileUnreadable(_REFUSALS["no_end"])
    if outcome.ending is not Ending.ANSWERED:
        raise FileUnreadable(_REFUSALS["too_big"])
    answer: dict[str, Any] = json.loads(outcome.answer)
    if "refused" in answer:
        raise FileUnreadable(_REFUSALS[answer["refused"]])
    return [
        Sheet(
            clean(sheet["name"]),
            [[_cell(value, keep_lines) for value in row] for row in sheet["rows"]],
            sheet["first_row"],
            sheet.get("first_column", 1),
            sheet["hidden"],
            [(top, left, bottom, right) for top, left, bottom, right in sheet.get("merged", [])],
        )
        for sheet in answer["sheets"]
    ]


def _cell(value: Any, keep_lines: bool) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"])
    if isinstance(value, str):
        return clean(value, keep_lines=keep_lines) or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value  # type: ignore[no-any-return] # JSON's number, truth value or nothing


def _decoded(content: bytes) -> str:
    """The text of a CSV file: its mark decides, then UTF-8, then what Windows writes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise FileUnreadable(
                    "The file's text is damaged. Save it again as CSV UTF-8 and send that."
                ) from None
    if b"\x00" in content:
        raise FileUnreadable("The file is not text. Save your table as CSV or .xlsx and send that.")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable("The file's text cannot be read. Save it as CSV UTF-8 and send that.")


def _read_csv(content: bytes, recognises: Callable[[str], bool]) -> list[list[Cell]]:
    text = _decoded(content)
    best: list[list[Cell]] = []
    most = -1
    # The delimiter is the one that makes the expected headings appear; guessing from the shape takes a
    # decimal comma for one.
    for delimiter in _DELIMITERS:
        rows = _rows_of(text, delimiter)
        found = max(
            (sum(recognises(str(cell or "")) for cell in row) for row in rows[:_HEADER_LINES]), default=0
        )
        if found > most:
            best, most = rows, found
    if len(best) > ROWS:
        raise FileUnreadable(_REFUSALS["too_many_rows"].replace("A sheet", "The file"))
    if any(len(row) > COLUMNS for row in best):
        raise FileUnreadable(f"The file has more than {COLUMNS} columns. Send the table of figures alone.")
    return best


def _rows_of(text: str, delimiter: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([clean(value[:CELL_CHARACTERS]) or None for value in row])
            if len(rows) > ROWS:
                break
    except csv.Error:
        raise FileUnreadable(
            "The file's quotation marks do not close, so its rows cannot be told apart. "
            "Save the table again as CSV and send that."
        ) from None
    return rows
