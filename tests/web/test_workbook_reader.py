"""Why a workbook does not reach the parser, judged by its directory alone; no process is started here."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest

from prevent_portal.web import workbook_reader
from tests.training.workbooks import ole_container


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


@pytest.mark.parametrize(
    ("code", "is_per_cent"),
    [
        ("0%", True),
        ("0.0 %;[Red]-0.0 %", True),
        ('0"%"', False),
        ("0\\%", False),
        ('"n%" 0%', True),
        ("General", False),
    ],
)
def test_a_number_format_prints_a_percentage_where_its_sign_is_neither_quoted_nor_escaped(
    code: str, is_per_cent: bool
) -> None:
    assert workbook_reader.is_per_cent_format(code) is is_per_cent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "100%"),
        (1, "100%"),
        (0.925, "92.5%"),
        (1 / 3, "33.333333%"),
        (0.0, "0%"),
        (-0.5, "-50%"),
        ("n/a", "n/a"),
        (True, True),
        ({"d": "2018-06-30"}, {"d": "2018-06-30"}),
    ],
)
def test_a_percentage_is_read_as_people_see_it(value: object, shown: object) -> None:
    assert workbook_reader.shown_per_cent(value) == shown


STYLES = b"""<s:styleSheet><s:numFmts><s:numFmt formatCode='[>0]0.0%;"&lt;"0' numFmtId="170"/>
<s:numFmt numFmtId="171" formatCode="0&quot;%&quot;"/></s:numFmts>
<s:cellStyleXfs><s:xf numFmtId="9"/></s:cellStyleXfs>
<s:cellXfs><s:xf numFmtId="0"/><s:xf numFmtId="170"><s:alignment/></s:xf><s:xf numFmtId="171"/></s:cellXfs>
</s:styleSheet>"""


def styled_book(cells: str) -> bytes:
    """A workbook whose second sheet has cells of three styles: general, a percentage, a quoted sign."""
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Second")
    made, out = io.BytesIO(), io.BytesIO()
    workbook.save(made)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<s:worksheet xmlns:s="{main}"><s:sheetData>{cells}</s:sheetData></s:worksheet>'
    changed = {
        "xl/styles.xml": STYLES.replace(b"<s:styleSheet", f'<s:styleSheet xmlns:s="{main}"'.encode()),
        "xl/worksheets/sheet2.xml": sheet.encode(),
    }
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("piece", [1 << 20, 211], ids=["whole", "in pieces"])
def test_the_format_of_a_cell_is_found_however_the_workbook_is_written(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_reader, "_PIECE", piece)
    cells = (
        "<s:row><s:c s='1'><s:v>1</s:v></s:c><s:c s='0'><s:v>1</s:v></s:c>"
        "<s:c s='2'><s:v>1</s:v></s:c></s:row>"
        '<s:row r="3"><s:c r="AB3" t="n" s="1"><s:v>0.5</s:v></s:c></s:row>'
    )
    first, second = workbook_reader.read(styled_book(cells))["sheets"]
    assert first["rows"] == []
    assert second["rows"][0][:3] == ["100%", 1.0, 1.0]
    assert second["rows"][2][27] == "50%"


def test_an_open_document_s_repeated_percentages_and_cells_that_are_one_are_told() -> None:
    content = (
        "<office:document-content><office:body><office:spreadsheet><table:table table:name='One'>"
        "<table:table-row><table:table-cell/></table:table-row></table:table><table:table table:name='Two'>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>W</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="percentage" office:value="1"><text:p>100%</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    archived = archive("content.xml", content=content.encode())
    assert list(workbook_reader.marks(archived, "ods")) == [
        (1, True, (4, 1, 5, 1)),
        (1, False, (4, 2, 5, 3)),
    ]


def record(kind: int, layout: str, *values: int) -> bytes:
    data = struct.pack(layout, *values)
    return struct.pack("<HH", kind, len(data)) + data


def test_an_old_workbook_s_percentages_are_told_in_every_kind_of_record_and_past_a_chart() -> None:
    begin, end = record(0x0809, "<16x"), record(0x000A, "")
    styles = record(0x00E0, "<HH16x", 0, 0) + record(0x00E0, "<HH16x", 0, 9)
    chart = begin + record(0x0203, "<HHHd", 8, 8, 0, 0) + end
    sheet = begin + chart + record(0x0203, "<HHHd", 2, 0, 1, 1) + record(0x027E, "<HHHI", 2, 1, 0, 0)
    sheet += record(0x00BD, "<HHHIHIHIH", 3, 4, 1, 0, 0, 0, 1, 0, 6) + end
    start = begin + styles
    place = len(start) + 16 + len(end)
    book = start + record(0x0085, "<I8x", place) + end + sheet
    content = ole_container({"Workbook": book})
    assert list(workbook_reader.marks(content, "xls")) == [
        (0, False, (3, 1, 3, 1)),
        (0, False, (4, 5, 4, 5)),
        (0, False, (4, 7, 4, 7)),
    ]
