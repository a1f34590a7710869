"""Reads one workbook in a process of its own: a parser made to eat memory or die takes only this with it.

    python -I workbook_reader.py xlsx 300 < workbook.xlsx

The words are the kind of workbook that the file's name promises (xlsx, ods, xls) and how many characters of a
cell are kept.

It limits itself before it looks at a byte, checks the directory of the archive or of the OLE container, and
only then hands the file to the parser. It prints one JSON object: ``{"sheets": [...]}`` or
``{"refused": code}``. Nothing of the portal is loaded here.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
import resource
import struct
import sys
import zipfile
from typing import Any

MEMORY_BYTES = 192 << 20
"""All the memory that may be mapped, so what is held never exceeds it: UP-3 allows 256 MiB.

Measured with the largest table that may be read, 5,000 rows of 60 columns of texts that differ (1.9 MB of
file): VmPeak 68 MiB, VmHWM 64 MiB, 0.5 seconds. The rest is for long texts.
"""
CPU_SECONDS = 8
ENTRIES = 500
UNPACKED_BYTES = 64_000_000
RATIO = 200
RATIO_APPLIES_FROM = 1_000_000
SHEETS = 20
ROWS = 5_000
COLUMNS = 60
CELLS = ROWS * COLUMNS
ANSWER_CHARACTERS = 20_000_000
CELL_CHARACTERS = 300

_OLE = b"\xd0\xcf\x11\xe0"


def limit() -> None:
    """Give up everything this process has no need of, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refusal(content: bytes, kind: str = "xlsx") -> str | None:
    """Why the file should not reach the parser, judged by its directory alone; None when it may."""
    if content.startswith(_OLE):
        return ole_refusal(content, kind)
    if kind == "xls":
        return "other_kind"
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
    if ("content.xml" if kind == "ods" else "xl/workbook.xml") not in names:
        if {"content.xml", "xl/workbook.xml"} & names:
            return "other_kind"
        return "not_a_spreadsheet" if kind == "ods" else "not_a_workbook"
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
        return "macros"
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES or packed > len(content):
        return "too_big"
    if unpacked > RATIO_APPLIES_FROM and unpacked > packed * RATIO:
        return "too_big"
    return None


def ole_refusal(content: bytes, kind: str) -> str | None:
    """Why an OLE container should not reach the parser, judged by the names in its directory."""
    names = ole_names(content)
    if names is None:
        return "damaged"
    if "encryptedpackage" in names:
        return "protected"
    if not {"workbook", "book"} & names:
        return "not_a_workbook"
    if any("vba" in name for name in names):
        return "macros"
    return None if kind == "xls" else "old_kind"


def ole_names(content: bytes) -> set[str] | None:
    """The names of the streams and storages of an OLE container; None if its directory cannot be followed."""
    try:
        size = 1 << struct.unpack_from("<H", content, 30)[0]
        if size not in {512, 4096}:
            return None
        sector = struct.unpack_from("<I", content, 48)[0]
        table = b"".join(
            content[(1 + place) * size : (2 + place) * size]
            for place in struct.unpack_from("<109I", content, 76)
            if place < 0xFFFFFFFC
        )
        names: set[str] = set()
        seen: set[int] = set()
        while sector < 0xFFFFFFFC:
            start = (1 + sector) * size
            if sector in seen or start + size > len(content) + size - 1:
                return None
            seen.add(sector)
            for entry in range(start, start + size, 128):
                length = struct.unpack_from("<H", content, entry + 64)[0]
                if 2 <= length <= 64:
                    names.add(content[entry : entry + length - 2].decode("utf-16-le", "replace").lower())
            sector = struct.unpack_from("<I", table, sector * 4)[0]
    except (struct.error, ValueError, IndexError):
        return None
    return names


def cell(value: Any, characters: int = CELL_CHARACTERS) -> Any:
    """One cell as JSON can carry it; days as ``{"d": iso}``, so that a text is never taken for one."""
    if isinstance(value, dt.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)[:characters]


def read(content: bytes, characters: int = CELL_CHARACTERS, kind: str = "xlsx") -> dict[str, Any]:
    """The visible sheets with their cells, or why not."""
    if (why := refusal(content, kind)) is not None:
        return {"refused": why}
    import python_calamine  # noqa: PLC0415 - after the limits and the check

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        described = workbook.sheets_metadata
        sheets: list[dict[str, Any]] = []
        cells = 0
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
            cells += sheet.height * sheet.width
            if cells > CELLS:
                return {"refused": "too_big"}
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
                    "merged": [
                        [top + 1, left + 1, bottom + 1, right + 1]
                        for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])[:ROWS]
                    ],
                }
            )
    except python_calamine.PasswordError:
        return {"refused": "protected"}
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
    kind = sys.argv[1] if len(sys.argv) > 1 else "xlsx"
    characters = int(sys.argv[2]) if len(sys.argv) > 2 else CELL_CHARACTERS
    limit()
    content = sys.stdin.buffer.read()
    # What the parser prints when it panics says nothing to people and could hold cells.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    answer = json.dumps(read(content, characters, kind))
    sys.stdout.write(answer if len(answer) <= ANSWER_CHARACTERS else json.dumps({"refused": "too_big"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
