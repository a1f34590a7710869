"""Reads one workbook in a process of its own: a parser made to eat memory or die takes only this with it.

    python -I workbook_reader.py xlsx 300 < workbook.xlsx

The words are the kind of workbook that the file's name promises (xlsx, ods, xls) and how many characters of a
cell are kept.

It is started under limits, checks the directory of the archive or of the OLE container, and only then hands
the file to the parser. It prints one JSON object: ``{"sheets": [...]}`` or
``{"refused": code}``. Nothing of the portal is loaded here.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

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
_PIECE = 1 << 20
_STYLES_BYTES = 8_000_000
_BUILT_IN_PER_CENT = frozenset({9, 10})
"""Numbers of the formats 0% and 0.00%, which a workbook need not describe."""
_BEGIN, _END, _SHEET, _FORMAT, _XF = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_NUMBERS, _SEVERAL_NUMBERS = frozenset({0x0203, 0x027E, 0x0006}), 0x00BD
"""Kinds of records of an .xls workbook."""
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(["'])(.*?)\2""", re.DOTALL)
_PLACE = re.compile(rb"([A-Z]{1,3})[0-9]{1,7}")

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 1."""


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
    names = ole_entries(content)
    if names is None:
        return "damaged"
    if "encryptedpackage" in names:
        return "protected"
    if not {"workbook", "book"} & set(names):
        return "not_a_workbook"
    if any("vba" in name for name in names):
        return "macros"
    return None if kind == "xls" else "old_kind"


def ole_entries(content: bytes) -> dict[str, tuple[int, int]] | None:
    """First sector and length of each stream and storage of an OLE container, by name.

    None if its directory cannot be followed.
    """
    try:
        size, table = _ole_table(content)
        if size not in {512, 4096}:
            return None
        sector = struct.unpack_from("<I", content, 48)[0]
        entries: dict[str, tuple[int, int]] = {}
        seen: set[int] = set()
        while sector < 0xFFFFFFFC:
            start = (1 + sector) * size
            if sector in seen or start + size > len(content) + size - 1:
                return None
            seen.add(sector)
            for entry in range(start, start + size, 128):
                length = struct.unpack_from("<H", content, entry + 64)[0]
                if 2 <= length <= 64:
                    name = content[entry : entry + length - 2].decode("utf-16-le", "replace").lower()
                    entries[name] = struct.unpack_from("<II", content, entry + 116)
            sector = struct.unpack_from("<I", table, sector * 4)[0]
    except (struct.error, ValueError, IndexError):
        return None
    return entries


def _ole_table(content: bytes) -> tuple[int, bytes]:
    """The size of a sector, and the table that names for each sector the one after it."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    return size, b"".join(
        content[(1 + place) * size : (2 + place) * size]
        for place in struct.unpack_from("<109I", content, 76)
        if place < 0xFFFFFFFC
    )


def _ole_stream(content: bytes, first: int, length: int) -> bytes:
    """A stream's bytes; none of one so short that it shares a sector with others, which no workbook is."""
    if length < 4096:
        return b""
    size, table = _ole_table(content)
    sectors: list[bytes] = []
    while first < 0xFFFFFFFC and len(sectors) * size < length:
        sectors.append(content[(1 + first) * size : (2 + first) * size])
        first = struct.unpack_from("<I", table, first * 4)[0]
    return b"".join(sectors)[:length]


# What the parser leaves out ------------------------------------------------------------------------


def shown_per_cent(value: Any) -> Any:
    """A number as people see it in a cell that is formatted as a percentage: 1 as "100%", 0.925 as "92.5%".

    Without its format 1 would read as one person. Six decimals are more than anybody prints.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    digits = f"{value * 100:.6f}".rstrip("0").rstrip(".")
    return f"{digits}%"


def is_per_cent_format(code: str) -> bool:
    """Whether a number format prints a percentage: it has a % that is neither quoted nor escaped."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


def marks(content: bytes, kind: str) -> Iterator[tuple[int, bool, Area]]:
    """What the parser does not say of cells: the sheet's place, whether they are one cell, where they lie.

    Those that are not one hold percentages. Of an .xlsx or .xls the parser says itself which are one.
    """
    if kind == "xls":
        for index, row, column in _biff_per_cents(content):
            yield index, False, (row, column, row, column)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if kind == "ods":
            yield from _ods_marks(archive)
            return
        names = set(archive.namelist())
        styles = _xlsx_per_cent_styles(archive) if "xl/styles.xml" in names else frozenset()
        for index, part in enumerate(_xlsx_parts(archive)) if styles else ():
            if part in names:
                for row, column in _xlsx_per_cents(archive, part, styles):
                    yield index, False, (row, column, row, column)


def _tags(stream: IO[bytes], names: bytes) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    """The opening tags of some names in an XML part, and their attributes, read a piece at a time.

    No entity is expanded and no text is kept.
    """
    pattern = re.compile(
        rb"<((?:\w+:)?(?:" + names + rb"))(?=[\s/>])((?:[^<>\"']++|\"[^<\"]*\"|'[^<']*')*+)>"
    )
    rest = b""
    while piece := stream.read(_PIECE):
        whole = rest + piece
        end = 0
        for found in pattern.finditer(whole):
            end = found.end()
            yield found[1], {name: value for name, _, value in _ATTRIBUTE.findall(found[2])}
        # The last tag may go on in the next piece. No tag that is looked for is as long as a piece.
        last = whole.rfind(b"<")
        rest = whole[last:][:_PIECE] if last >= end else b""


def _count(attributes: dict[bytes, bytes], name: bytes, default: int) -> int:
    text = attributes.get(name, b"")
    return int(text) if text.isdigit() and len(text) < 10 else default


def _xlsx_per_cents(
    archive: zipfile.ZipFile, part: str, styles: frozenset[bytes]
) -> Iterator[tuple[int, int]]:
    row = column = 0
    with archive.open(part) as stream:
        for name, attributes in _tags(stream, b"row|c"):
            if name.endswith(b"row"):
                row, column = _count(attributes, b"r", row + 1), 0
                continue
            # A cell need not say where it is; then it follows the one before.
            place = _PLACE.fullmatch(attributes.get(b"r", b""))
            column = _column_number(place[1]) if place else column + 1
            if attributes.get(b"s") in styles:
                yield row, column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xlsx_per_cent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the styles that print a percentage, as cells name them."""
    with archive.open("xl/styles.xml") as stream:
        text = stream.read(_STYLES_BYTES)
    described = {
        attributes.get(b"numFmtId", b""): _unescaped(attributes.get(b"formatCode", b""))
        for _, attributes in _tags(io.BytesIO(text), b"numFmt")
    }
    per_cents = {b"%d" % number for number in _BUILT_IN_PER_CENT} - set(described)
    per_cents |= {number for number, code in described.items() if is_per_cent_format(code)}
    cells = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
    return frozenset(
        b"%d" % number
        for number, (_, attributes) in enumerate(_tags(io.BytesIO(cells[0] if cells else b""), b"xf"))
        if attributes.get(b"numFmtId") in per_cents
    )


def _unescaped(text: bytes) -> str:
    return text.replace(b"&quot;", b'"').replace(b"&#34;", b'"').decode("utf-8", "replace")


def _xlsx_parts(archive: zipfile.ZipFile) -> Iterator[str]:
    """The part that holds each sheet, in the order of the workbook."""
    with archive.open("xl/workbook.xml") as book:
        sheets = [attributes for _, attributes in _tags(book, b"sheet")]
    with archive.open("xl/_rels/workbook.xml.rels") as relations:
        targets = {one.get(b"Id"): one.get(b"Target", b"") for _, one in _tags(relations, b"Relationship")}
    for sheet in sheets:
        key = next((value for name, value in sheet.items() if name.endswith(b":id")), None)
        target = targets.get(key, b"").decode("utf-8", "replace")
        yield target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _ods_marks(archive: zipfile.ZipFile) -> Iterator[tuple[int, bool, Area]]:
    index, row, rows, column = -1, 1, 0, 1
    with archive.open("content.xml") as stream:
        for name, attributes in _tags(stream, b"table|table-row|table-cell|covered-table-cell"):
            if name == b"table:table":
                index, row, rows = index + 1, 1, 0
            elif name == b"table:table-row":
                row, column = row + rows, 1
                rows = _count(attributes, b"table:number-rows-repeated", 1)
            elif name in {b"table:table-cell", b"table:covered-table-cell"}:
                columns = _count(attributes, b"table:number-columns-repeated", 1)
                if attributes.get(b"office:value-type") == b"percentage":
                    yield index, False, (row, column, row + rows - 1, column + columns - 1)
                below = _count(attributes, b"table:number-rows-spanned", 1)
                beside = _count(attributes, b"table:number-columns-spanned", 1)
                if below * beside > 1:
                    yield index, True, (row, column, row + below - 1, column + beside - 1)
                column += columns


def _biff_per_cents(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Sheet's place, row and column of each cell of an .xls workbook that is formatted as a percentage."""
    entries = ole_entries(content) or {}
    book = _ole_stream(content, *entries.get("workbook", entries.get("book", (0, 0))))
    formats: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[int] = []
    for kind, data in _biff_records(book, 0):
        if kind == _XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _FORMAT:
            # The text's own signs are what counts; whether each takes one byte or two does not.
            formats[struct.unpack_from("<H", data)[0]] = data[3:].replace(b"\0", b"").decode("latin-1")
        elif kind == _SHEET:
            sheets.append(struct.unpack_from("<I", data)[0])
    per_cents = {number for number, code in formats.items() if is_per_cent_format(code)}
    per_cents |= _BUILT_IN_PER_CENT - set(formats)
    chosen = {number for number, style in enumerate(styles) if style in per_cents}
    for index, start in enumerate(sheets) if chosen else ():
        for kind, data in _biff_records(book, start):
            if kind in _NUMBERS:
                row, column, style = struct.unpack_from("<HHH", data)
                if style in chosen:
                    yield index, row + 1, column + 1
            elif kind == _SEVERAL_NUMBERS:
                row, column = struct.unpack_from("<HH", data)
                for place in range((len(data) - 6) // 6):
                    if struct.unpack_from("<H", data, 4 + place * 6)[0] in chosen:
                        yield index, row + 1, column + place + 1


def _biff_records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of an .xls workbook, up to its end; a chart within it is a part of its own."""
    depth = 0
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        yield kind, book[start + 4 : start + 4 + length]
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        start += 4 + length


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
        places: dict[int, int] = {}
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
            places[index] = len(sheets)
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
        _add_marks({index: sheets[place] for index, place in places.items()}, marks(content, kind))
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
        # The archive is read once more, for what the parser leaves out.
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        RuntimeError,
        struct.error,
    ):
        return {"refused": "damaged"}
    return {"sheets": sheets}


def _add_marks(sheets: dict[int, dict[str, Any]], found: Iterator[tuple[int, bool, Area]]) -> None:
    """Write percentages as people see them, and add the cells that are one, to the sheets that are read."""
    for index, is_one, (top, left, bottom, right) in found:
        sheet = sheets.get(index)
        if sheet is None:
            continue
        if is_one:
            if len(sheet["merged"]) < ROWS:
                sheet["merged"].append([top, left, bottom, right])
            continue
        first_row, first_column = sheet["first_row"], sheet["first_column"]
        for row in sheet["rows"][max(top - first_row, 0) : max(bottom - first_row + 1, 0)]:
            for place in range(max(left - first_column, 0), min(right - first_column + 1, len(row))):
                row[place] = shown_per_cent(row[place])


def main() -> int:
    """Read standard input, print the answer."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "xlsx"
    characters = int(sys.argv[2]) if len(sys.argv) > 2 else CELL_CHARACTERS
    content = sys.stdin.buffer.read()
    # What the parser prints when it panics says nothing to people and could hold cells.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    answer = json.dumps(read(content, characters, kind))
    sys.stdout.write(answer if len(answer) <= ANSWER_CHARACTERS else json.dumps({"refused": "too_big"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
