"""Files leave by one door, do nothing in our name, and hold no formula from data."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevent_portal.web.downloads import (
    FORMULA_STARTS,
    PDF_TYPE,
    Sheet,
    csv_bytes,
    csv_response,
    download,
    safe_cell,
    safe_filename,
    xlsx_bytes,
    xlsx_response,
)

HOSTILE = [
    "=1+1",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "＝1+1",
    "＋1",
    '=HYPERLINK("http://example.org","x")',
    "=cmd|' /C calc'!A0",
    "http://example.org/",
]


@pytest.mark.parametrize("inline", [True, False])
def test_a_download_cannot_run(inline: bool) -> None:
    response = download(content=b"<script>", filename="a.html", content_type="text/html", inline=inline)
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_a_pdf_may_be_shown_at_once() -> None:
    response = download(content=b"%PDF-", filename="report.pdf", content_type=PDF_TYPE, inline=True)
    assert response["Content-Disposition"].startswith("inline;")


@pytest.mark.django_db  # closing a response tells the database connections
def test_a_stored_file_is_streamed_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(b"content")
    response = download(content=path, filename="note.txt", content_type="text/plain")
    assert b"".join(response) == b"content"
    response.close()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\note.docx", "note.docx"),
        ('a"; filename="b.exe', "a filename= b.exe"),
        ("line\r\nSet-Cookie: x=1.pdf", "line Set-Cookie x=1.pdf"),
        ("", "download"),
        ("...", "download"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_a_file_name_breaks_no_header_and_no_disk(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


@given(st.text())
def test_any_name_makes_a_header_of_one_line(name: str) -> None:
    header = download(content=b"", filename=name, content_type="text/plain")["Content-Disposition"]
    assert header.isascii()
    assert "\n" not in header
    assert "\r" not in header
    assert header.count('"') == 2


def test_a_name_with_accents_keeps_them() -> None:
    header = download(content=b"", filename="Kênfig – plan.pdf", content_type=PDF_TYPE)["Content-Disposition"]
    assert header == (
        "attachment; filename=\"Kenfig  plan.pdf\"; filename*=UTF-8''K%C3%AAnfig%20%E2%80%93%20plan.pdf"
    )


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_csv_disarms_every_formula(text: str) -> None:
    content = csv_bytes(header=["Name"], rows=[[text]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1][0].startswith("'")


@given(st.text())
def test_no_csv_cell_from_text_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip().startswith(FORMULA_STARTS)


def test_csv_keeps_numbers_dates_and_accents() -> None:
    response = csv_response(
        filename="returns.csv",
        header=["Organisation", "Change", "Due", "Missing", "Sent"],
        rows=[["Café trust", -5, dt.date(2019, 3, 31), None, True]],
    )
    assert response.content == (
        "\ufeffOrganisation,Change,Due,Missing,Sent\r\nCafé trust,-5,31 March 2019,,Yes\r\n".encode()
    )


def test_csv_reads_its_rows_before_the_scope_closes() -> None:
    read = []

    def rows() -> object:
        read.append(1)
        yield ["one"]

    csv_response(filename="x.csv", header=["A"], rows=rows())
    assert read == [1]


def test_a_workbook_holds_text_as_text_and_no_formula_or_link() -> None:
    content = xlsx_bytes(sheets=[Sheet("Data", ["Text"], [[text] for text in HOSTILE])])
    page = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert len(cells) == len(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist())


def test_a_workbook_keeps_numbers_and_dates() -> None:
    row = ["Trust", 1007, dt.date(2019, 3, 31), None, dt.datetime(2019, 7, 1, 23, 30, tzinfo=dt.UTC)]
    response = xlsx_response(filename="x.xlsx", sheets=[Sheet("A/B: [draft]", list("abcde"), [row])])
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["A B   draft"]
    values = [cell.value for cell in book.worksheets[0][2]]
    assert values == ["Trust", 1007, dt.datetime(2019, 3, 31), None, dt.datetime(2019, 7, 2, 0, 30)]  # noqa: DTZ001 - a sheet's cell has no time zone


def test_the_same_rows_give_the_same_workbook() -> None:
    moment = dt.datetime(2019, 4, 12, tzinfo=dt.UTC)
    sheets = [Sheet("Data", ["A"], [["x"]])]
    assert xlsx_bytes(sheets=sheets, created=moment) == xlsx_bytes(sheets=sheets, created=moment)
