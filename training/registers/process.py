"""Runs the process that reads a staff register, and turns its lines into typed ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from prevent_portal.limited_process import Ending, LimitedProcess, Limits
from prevent_portal.web.spreadsheets import FileUnreadable
from training.registers.reader import APART, COLUMNS, ROWS

LIMITS = Limits(memory=256 << 20, processor_seconds=10, seconds=30, answer=64 << 20)
"""What reading a register may take. By the clock it may wait for the portal, which judges rows meanwhile.

A thousand rows are one line of the answer: of the longest cells in as many columns as may be, 18 million
characters.
"""

LIMIT_BYTES = 20_000_000
ENDINGS = ("csv", "xlsx", "ods", "xls")
_CONTAINER = b"\xd0\xcf\x11\xe0"

_READER = Path(__file__).with_name("reader.py")

_SAVE_AGAIN = "Save it again as .xlsx or CSV and send that."
_REFUSALS = {
    "protected": "The file is protected by a password. "
    "Open it, take the password off and save it as an Excel workbook (.xlsx) or as CSV.",
    "old_kind": "The file is in the old .xls format but is not named so. Name it .xls, or save it as .xlsx.",
    "not_old_kind": "The file is named .xls but is not an old Excel workbook. "
    "If it is an Excel workbook, name it .xlsx; if it is text, save it as CSV.",
    "damaged": f"The file is damaged and cannot be opened as a workbook. {_SAVE_AGAIN}",
    "not_a_workbook": "The file is not the workbook that its name says. "
    "Save your register as .xlsx or CSV and send that.",
    "macros": "The workbook contains macros. Save it as a workbook without macros (.xlsx) and send that.",
    "too_big": "The file unpacks to far more than a register needs. "
    "Copy the register alone into a new workbook, or save it as CSV.",
    "too_many_sheets": "The workbook has more than 20 sheets. Copy the register into a new workbook.",
    "too_many_rows": f"The file has more than {ROWS:,} rows. Send the courses in two files.",
    "too_many_columns": f"The file has more than {COLUMNS} columns. Send only the columns that are needed.",
    "not_text": "The file is not text that can be read. Save your register as CSV UTF-8 or .xlsx.",
    "quotes": "The file's quotation marks do not close, so its rows cannot be told apart. "
    "Save the register again as CSV and send that.",
    "no_end": "Reading the file took too long. Save your register as CSV and send that.",
}


@dataclass(frozen=True)
class TableBegins:
    """A table was found: its row of headings and where it lies, counted from 1."""

    sheet: str
    row: int
    column: int
    cells: list[str]


@dataclass(frozen=True)
class Rows:
    """The next rows of the table that began last: its columns, each as one text whose cells APART divides."""

    first: int
    count: int
    columns: list[str]

    def column(self, index: int) -> list[str]:
        """The cells of a column; of one that no row reaches, empty ones."""
        return self.columns[index].split(APART) if index < len(self.columns) else [""] * self.count


@dataclass(frozen=True)
class SheetLeftOut:
    """A sheet without a table, or one that is hidden."""

    sheet: str
    is_hidden: bool


Line = TableBegins | Rows | SheetLeftOut


def refusal(code: str) -> FileUnreadable:
    """What is said of a file that the reading process refused with a code."""
    return FileUnreadable(_REFUSALS[code])


def require_readable(name: str, start: bytes, size: int) -> str:
    """The ending of a file that may be what it is called. Raises FileUnreadable."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if size > LIMIT_BYTES:
        raise FileUnreadable("The file is larger than 20 MB. Send only the columns that are needed.")
    if not start.strip():
        raise FileUnreadable("The file is empty.")
    if ending == "xlsm":
        raise FileUnreadable(_REFUSALS["macros"])
    if ending not in ENDINGS:
        raise FileUnreadable(
            "Send an Excel workbook (.xlsx or .xls), an OpenDocument sheet (.ods) or a CSV file."
        )
    is_archive, is_container = start.startswith(b"PK"), start.startswith(_CONTAINER)
    if ending == "csv" and (is_archive or is_container):
        raise FileUnreadable("The file is named .csv but is not text. If it is a workbook, name it .xlsx.")
    if ending == "xls" and not is_container:
        raise FileUnreadable(_REFUSALS["not_old_kind"])
    if ending == "ods" and not is_archive:
        raise FileUnreadable(_REFUSALS["not_a_workbook"])
    if ending == "xlsx" and not (is_archive or is_container):
        raise FileUnreadable(_REFUSALS["not_a_workbook"])
    return ending


def read_register(parts: Iterable[bytes], ending: str, headings: Iterable[str]) -> Iterator[Line]:
    """Read a file part by part, in a process that has nothing to lose.

    Args:
        parts: the bytes of the file, in order.
        ending: as :func:`require_readable` gave it.
        headings: folded headings that make a row the row of headings.

    Raises:
        FileUnreadable: with a sentence for the person who sent the file.
    """
    settings = json.dumps({"ending": ending, "headings": sorted(headings)}).encode() + b"\n"
    with LimitedProcess(_READER, limits=LIMITS, feed=chain([settings], parts)) as process:
        for text in process.lines():
            line = json.loads(text)
            if "rows" in line:
                yield _rows(line)
            elif "table" in line:
                yield TableBegins(line["table"], line["header"], line["column"], line["cells"])
            elif "left_out" in line:
                yield SheetLeftOut(line["left_out"], line["hidden"])
            elif "refused" in line:
                raise refusal(line["refused"])
            else:
                return
        # It printed no end, so something ended it: its own limits, or the clock.
        raise refusal("no_end" if process.ending() is Ending.OVERDUE else "too_big")


def _rows(line: dict[str, Any]) -> Rows:
    """Rows as the process printed them, if their columns are of one length. Raises FileUnreadable."""
    rows = Rows(line["first"], line["rows"], line["columns"])
    if any(column.count(APART) != rows.count - 1 for column in rows.columns):
        raise refusal("damaged")
    return rows
