"""Reads one workbook in a process of its own: a parser made to eat memory or die takes only this with it.

    python -I workbook_reader.py 300 < workbook.xlsx

The number is how many characters of a cell are kept.

It limits itself before it looks at a byte, checks the zip directory, and only then hands the file to the
parser. It prints one JSON object: ``{"sheets": [...]}`` or ``{"refused": code}``. Nothing of the portal is
loaded here.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
import resource
import sys
import zipfile
from typing import Any

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 8
ENTRIES = 500
UNPACKED_BYTES = 64_000_000
RATIO = 200
RATIO_APPLIES_FROM = 1_000_000
SHEETS = 20
ROWS = 5_000
COLUMNS = 60
CELL_CHARACTERS = 300

_OLE = b"\xd0\xcf\x11\xe0"


def limit() -> None:
    """Give up everything this process has no need of, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refusal(content: bytes) -> str | None:
    """Why the file should not reach the parser, judged by its zip directory alone; None when it may."""
    if content.startswith(_OLE):
        return "protected"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return "damaged"
    names = {entry.filename.lower() for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "protected"
    if "xl/workbook.xml" not in names:
        return "not_a_workbook"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "macros"
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES or packed > len(content):
        return "too_big"
    if unpacked > RATIO_APPLIES_FROM and unpacked > packed * RATIO:
        return "too_big"
    return None


def cell(value: Any, characters: int = CELL_CHARACTERS) -> Any:
    """One cell as JSON can carry it; days as ``{"d": iso}``, so that a text is never taken for one."""
    if isinstance(value, dt.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)[:characters]


def read(content: bytes, characters: int = CELL_CHARACTERS) -> dict[str, Any]:
    """The visible sheets with their cells, or why not."""
    if (why := refusal(content)) is not None:
        return {"refused": why}
    import python_calamine  # noqa: PLC0415 - after the limits and the check

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        described = workbook.sheets_metadata
        sheets: list[dict[str, Any]] = []
        for index, about in enumerate(described):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            if len(sheets) >= SHEETS:
                return {"refused": "too_many_sheets"}
            if hidden:
                sheets.append({"name": about.name[:100], "hidden": True, "first_row": 1, "rows": []})
                continue
            sheet = workbook.get_sheet_by_index(index)
            if sheet.height > ROWS:
                return {"refused": "too_many_rows"}
            if sheet.width > COLUMNS:
                return {"refused": "too_many_columns"}
            first_row, first_column = (part + 1 for part in sheet.start or (0, 0))
            rows = [
                [cell(value, characters) for value in row] for row in sheet.to_python(skip_empty_area=True)
            ]
            sheets.append(
                {
                    "name": about.name[:100],
                    "hidden": False,
                    "first_row": first_row,
                    "first_column": first_column,
                    "rows": rows,
                }
            )
    except (
        python_calamine.CalamineError,
        OSError,
        ValueError,
        TypeError,
        IndexError,
        OverflowError,
        MemoryError,
    ):
        return {"refused": "damaged"}
    return {"sheets": sheets}


def main() -> int:
    """Read standard input, print the answer."""
    characters = int(sys.argv[1]) if len(sys.argv) > 1 else CELL_CHARACTERS
    limit()
    content = sys.stdin.buffer.read()
    # What the parser prints when it panics says nothing to people and could hold cells.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout.write(json.dumps(read(content, characters)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
