"""Why a workbook does not reach the parser, judged by its directory alone; no process is started here."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from prevent_portal.web import workbook_reader


def archive(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return out.getvalue()


def encrypted() -> bytes:
    content = bytearray(archive("xl/workbook.xml"))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def book(rows: int = 1, columns: int = 1, sheets: int = 1) -> bytes:
    workbook = openpyxl.Workbook()
    for number in range(sheets - 1):
        workbook.create_sheet(f"Sheet {number}")
    for sheet in workbook.worksheets:
        sheet.cell(1, 1, "first")
        sheet.cell(rows, columns, "last")
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"PK", "xlsx", "damaged"),
        (b"PK", "xls", "other_kind"),
        (encrypted(), "xlsx", "protected"),
        (archive("content.xml"), "xlsx", "other_kind"),
        (archive("xl/workbook.xml"), "ods", "other_kind"),
        (archive("word/document.xml"), "xlsx", "not_a_workbook"),
        (archive("word/document.xml"), "ods", "not_a_spreadsheet"),
        (archive("xl/workbook.xml", "xl/vbaProject.bin"), "xlsx", "macros"),
        (archive("content.xml", "Basic/Standard/Module1.xml"), "ods", "macros"),
        (archive("xl/workbook.xml", content=b"0" * 60_000_000), "xlsx", "too_big"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "xls", "damaged"),
        (b"\xd0\xcf\x11\xe0", "xls", "damaged"),
    ],
)
def test_what_should_not_reach_the_parser_is_refused_by_its_directory(
    content: bytes, kind: str, code: str
) -> None:
    assert workbook_reader.read(content, kind=kind) == {"refused": code}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (book(sheets=workbook_reader.SHEETS + 1), "too_many_sheets"),
        (book(rows=workbook_reader.ROWS + 1), "too_many_rows"),
        (book(columns=workbook_reader.COLUMNS + 1), "too_many_columns"),
        (archive("xl/workbook.xml"), "damaged"),
    ],
)
def test_a_workbook_beyond_its_bounds_is_refused(content: bytes, code: str) -> None:
    assert workbook_reader.read(content) == {"refused": code}


def test_cells_keep_their_kind() -> None:
    kept = [True, 3, 1.5, dt.date(2018, 6, 30), "x" * 400]
    assert [workbook_reader.cell(value) for value in kept] == [True, 3, 1.5, {"d": "2018-06-30"}, "x" * 300]
