"""Hostile workbooks: the process that reads them may die, the portal answers in words."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from prevent_portal.limited_process import Ending, Outcome
from prevent_portal.web import spreadsheets, workbook_reader
from prevent_portal.web.spreadsheets import FileUnreadable, Sheet, read_sheets
from tests.training.files import as_xlsx
from training.figures import recognises_heading

GOOD = as_xlsx([["Course", "Period", "Compliant", "Eligible"], ["WRAP", "June 2018", 928, 1161]])
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content: bytes, name: str = "figures.xlsx") -> list[Sheet]:
    return read_sheets(name, content, recognises_heading)


def changed(changes: dict[str, bytes | None], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The good workbook with some parts replaced, added, or (None) taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for entry in old.infolist():
            if entry.filename not in changes:
                new.writestr(entry, old.read(entry))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def sheet_xml(cells: str) -> bytes:
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )


def number_at(*places: str) -> bytes:
    rows = "".join(
        f'<row r="{"".join(c for c in place if c.isdigit())}"><c r="{place}"><v>1</v></c></row>'
        for place in places
    )
    return sheet_xml(rows)


def encrypted() -> bytes:
    """A zip whose directory says that its parts are encrypted."""
    content = bytearray(GOOD)
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) != -1:
        flags = struct.unpack_from("<H", content, place + 8)[0]
        struct.pack_into("<H", content, place + 8, flags | 1)
        place += 4
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: changed({_SHEET: number_at("A1", "XFD1048576")}), "unpacks to far|more than 5,000"),
        (lambda: changed({_SHEET: number_at("A1", "CV5", "A1048576")}), "unpacks to far|more than 5,000"),
        (lambda: changed({_SHEET: number_at("A1", "A5001")}), "more than 5,000 rows"),
        (lambda: changed({_SHEET: number_at("A1", "CZ1")}), "more than 60 columns"),
        (lambda: changed({"xl/media/x.bin": b"\0" * 60_000_000}), "unpacks to far more"),
        (lambda: changed({f"xl/x{n}.xml": b"" for n in range(501)}), "unpacks to far more"),
        (lambda: changed({"xl/vbaProject.bin": b"x"}), "contains macros"),
        (lambda: changed({"xl/workbook.xml": None}), "is not an Excel workbook"),
        (lambda: changed({_SHEET: b"<worksheet"}), "damaged"),
        (lambda: changed({"xl/workbook.xml": b"no xml"}), "damaged|No row|far more"),
        (encrypted, "protected by a password"),
        (lambda: GOOD[:-30], "damaged"),
        (lambda: b"PK\x03\x04" + b"\xff" * 500, "damaged"),
    ],
    ids=[
        "both-corners", "long-column", "5001-rows", "104-columns", "bomb", "many-entries", "macros",
        "no-workbook", "cut-sheet", "no-xml", "encrypted", "cut-directory", "noise",
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_in_words_within_ten_seconds(
    make: Callable[[], bytes], words: str
) -> None:
    content = make()
    started = time.monotonic()
    with pytest.raises(FileUnreadable, match=words):
        assert read(content) == []
    assert time.monotonic() - started < 10.5


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is>'
        "</c></row></sheetData></worksheet>"
    ).encode()
    try:
        sheets = read(changed({_SHEET: bomb}))
    except FileUnreadable:
        return
    assert "haha" not in str(sheets)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending.OVERDUE, "took too long"),
        (Ending.OVERWORKED, "unpacks to far more"),
        (Ending.OUT_OF_MEMORY, "unpacks to far more"),
        (Ending.SAID_TOO_MUCH, "unpacks to far more"),
        (Ending.FAILED, "unpacks to far more"),
    ],
)
def test_a_reader_that_dies_is_one_sentence(
    ending: Ending, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "run", lambda *_, **__: Outcome(ending, -9, b"", ""))
    with pytest.raises(FileUnreadable, match=words):
        read(GOOD)


def test_the_good_workbook_is_read() -> None:
    assert read(GOOD)[0].rows[1] == ["WRAP", "June 2018", 928, 1161]


def test_what_the_reader_prints_carries_days_and_texts_apart() -> None:
    import datetime as dt

    assert workbook_reader.cell(dt.datetime(2018, 6, 1, 9)) == {"d": "2018-06-01"}  # noqa: DTZ001 - a sheet's cell has no time zone
    assert workbook_reader.cell(dt.date(2018, 6, 1)) == {"d": "2018-06-01"}
    assert workbook_reader.cell("007") == "007"
    assert workbook_reader.cell(float("nan")) == "nan"
    assert workbook_reader.read(GOOD)["sheets"][0]["rows"][1] == ["WRAP", "June 2018", 928.0, 1161.0]
    assert workbook_reader.read(b"PK") == {"refused": "damaged"}
