"""Writes workbooks with four tools: two libraries, OpenDocument XML and the records of .xls by hand."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
import xlsxwriter

from prevent_portal.limited_process import Ending, Limits, Outcome
from prevent_portal.web import spreadsheets, workbook_reader

Rows = Sequence[Sequence[Any]]
Merges = Sequence[tuple[int, int, int, int]]


def read_workbooks_here(patched: pytest.MonkeyPatch) -> None:
    """Run the reading program in the tests' own process, and answer as its process would if it dies."""

    def run(program: Path, kind: str, longest: str, *, limits: Limits, feed: Iterable[bytes]) -> Outcome:
        try:
            answer = workbook_reader.read(b"".join(feed), int(longest), kind)
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            return Outcome(Ending.FAILED, 101, b"", "")
        return Outcome(Ending.ANSWERED, 0, json.dumps(answer).encode(), "")

    patched.setattr(spreadsheets, "run", run)


class PerCent(float):
    """A number in a cell that is formatted as a percentage."""

    def __str__(self) -> str:
        return f"{self * 100:g}%"

    __repr__ = __str__


def with_openpyxl(sheets: dict[str, Rows], *, merges: Merges = (), hidden: Sequence[str] = ()) -> bytes:
    """``merges``: first row, first column, last row, last column, from 1, of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
            for column, value in enumerate(row, start=1):
                if isinstance(value, PerCent):
                    sheet.cell(sheet.max_row, column).number_format = "0.0%"
        if name in hidden:
            sheet.sheet_state = "hidden"
    first = book.worksheets[0]
    for top, left, bottom, right in merges:
        first.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_xlsxwriter(sheets: dict[str, Rows], *, merges: Merges = (), hidden: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy"})
    per_cent = book.add_format({"num_format": "0%"})
    for place, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(index, column, value)  # type: ignore[arg-type]
                elif isinstance(value, PerCent):
                    sheet.write_number(index, column, value, per_cent)
                elif value is not None:
                    sheet.write(index, column, value)
        for top, left, bottom, right in merges if not place else ():
            value = rows[top - 1][left - 1]
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return out.getvalue()


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def with_xml(sheets: dict[str, Rows], *, merges: Merges = (), hidden: Sequence[str] = ()) -> bytes:
    """An OpenDocument spreadsheet as its standard describes it, with the empty rows that programs leave."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    tables = []
    for place, (name, rows) in enumerate(sheets.items()):
        lines = []
        for index, row in enumerate(rows, start=1):
            cells = []
            for column, value in enumerate(row, start=1):
                span = spans.get((index, column)) if not place else None
                more = (
                    f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
                    if span
                    else ""
                )
                cells.append(_ods_cell(value, more))
            lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
        lines.append(
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
        )
        style = ' table:style-name="hidden"' if name in hidden else ""
        tables.append(f"<table:table table:name={quoteattr(name)}{style}>{''.join(lines)}</table:table>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
        '<office:automatic-styles><style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>',
        )
    return out.getvalue()


def _ods_cell(value: Any, more: str) -> str:
    if value is None:
        return f"<table:table-cell{more}/>"
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, PerCent):
        kind = f'office:value-type="percentage" office:value="{float(value)!r}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}{more}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def with_records(
    sheets: dict[str, Rows], *, merges: Merges = (), hidden: Sequence[str] = (), streams: Sequence[str] = ()
) -> bytes:
    """An .xls workbook: BIFF8 records in an OLE container; ``streams`` are names of others beside it."""
    bodies = [_biff_sheet(rows, merges if not place else ()) for place, rows in enumerate(sheets.values())]
    # Three formats of cells: general, a day (built-in number 14) and a percentage (described, number 164).
    formats = b"".join(
        _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 1, 0x20, 0, 0, 0, 0, 0, 0x20C0))
        for number in (0, 14, 164)
    ) + _record(0x041E, struct.pack("<HHB", 164, 4, 0) + b"0.0%")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06)) + formats

    def sheet_record(name: str, offset: int) -> bytes:
        text = name.encode("utf-16-le")
        return _record(0x0085, struct.pack("<IBBBB", offset, int(name in hidden), 0, len(name), 1) + text)

    length = len(start) + sum(len(sheet_record(name, 0)) for name in sheets) + 4
    offsets = [length + sum(map(len, bodies[:place])) for place in range(len(bodies))]
    globals_ = start + b"".join(map(sheet_record, sheets, offsets)) + _record(0x000A, b"")
    return ole_container({"Workbook": globals_ + b"".join(bodies), **dict.fromkeys(streams, b"x")})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff_sheet(rows: Rows, merges: Merges) -> bytes:
    made = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 0x06))]
    width = max(map(len, rows), default=0)
    made.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                days = float((value - date(1899, 12, 30)).days)
                made.append(_record(0x0203, struct.pack("<HHHd", index, column, 1, days)))
            elif isinstance(value, int | float):
                style = 2 if isinstance(value, PerCent) else 0
                made.append(_record(0x0203, struct.pack("<HHHd", index, column, style, float(value))))
            elif value is not None:
                text = value.encode("utf-16-le")
                head = struct.pack("<HHHHB", index, column, 0, len(value), 1)
                made.append(_record(0x0204, head + text))
    if merges:
        areas = b"".join(struct.pack("<HHHH", t - 1, b - 1, lft - 1, r - 1) for t, lft, b, r in merges)
        made.append(_record(0x00E5, struct.pack("<H", len(merges)) + areas))
    made.append(_record(0x000A, b""))
    return b"".join(made)


def ole_container(streams: dict[str, bytes]) -> bytes:
    """An OLE container of some streams, each long enough to have sectors of its own."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    table: list[int] = [0xFFFFFFFD]
    body = b""
    entries = [_ole_entry("Root Entry", 5, end, 0, child=1)]
    for place, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % sector)
        first, count = len(table), len(padded) // sector
        table += [*range(first + 1, first + count), end]
        body += padded
        following = place + 1 if place < len(streams) else free
        entries.append(_ole_entry(name, 2, first, max(len(content), 4096), right=following))
    while len(entries) % 4:
        entries.append(_ole_entry("", 0, 0, 0))
    directory = len(table)
    count = len(entries) // 4
    table += [*range(directory + 1, directory + count), end]
    table_sector = b"".join(struct.pack("<I", one) for one in [*table, *[free] * (128 - len(table))])
    assert len(table) <= 128
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096, end, 0, end, 0)
    )  # fmt: skip
    head += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    return head.ljust(sector, b"\0")[:sector] + table_sector + body + b"".join(entries)


def _ole_entry(
    name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
