"""The process that reads staff registers, asked in this process too, where coverage can follow it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from prevent_portal.web.spreadsheets import FileUnreadable
from tests.training.register_files import HEADER, register_csv, register_xlsx, staff
from training.registers import process, reader
from training.registers.process import Rows, SheetLeftOut, TableBegins, read_register
from training.registers.rows import HEADINGS


def told(content: bytes, ending: str) -> list[dict[str, Any]]:
    return list(reader.read(content, ending, HEADINGS))


def as_typed(lines: list[dict[str, Any]]) -> list[object]:
    typed: list[object] = []
    for line in lines:
        if "table" in line:
            typed.append(TableBegins(line["table"], line["header"], line["column"], line["cells"]))
        elif "rows" in line:
            typed.append(Rows(line["first"], line["rows"], line["columns"]))
        else:
            typed.append(SheetLeftOut(line["left_out"], line["hidden"]))
    return typed


def book(*sheets: tuple[str, list[list[Any]], bool]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows, hidden in sheets:
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (register_csv(staff()), "csv"),
        (register_xlsx(staff()), "xlsx"),
        (register_csv(staff()).decode().replace(",", ";").encode("utf-16"), "csv"),
        ("Réference;Course\nA1;Caf\xe9\n".encode("cp1252"), "csv"),
        (
            book(
                ("Notes", [["Printed on Monday"]], False),
                ("Old", [HEADER, ["A1", "Site", "Nursing", "WRAP", "30/06/2018", "Yes"]], True),
                ("Now", [["Register"], [], HEADER, [7, 1.5, None, "WRAP", True, "caf\u00e9\u00a0"]], False),
            ),
            "xlsx",
        ),
    ],
    ids=["csv", "xlsx", "semicolons", "cp1252", "sheets"],
)
def test_the_process_and_its_functions_tell_the_same(content: bytes, ending: str) -> None:
    here = as_typed(told(content, ending))
    assert here == list(read_register([content], ending, HEADINGS))
    assert here


@pytest.mark.parametrize(
    ("content", "ending", "code"),
    [
        (b"\x00\x01", "csv", "not_text"),
        (b"a," * 70 + b"z\n", "csv", "too_many_columns"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 20, "xlsx", "damaged"),
        (b"PK\x03\x04", "xls", "not_old_kind"),
        (b"PK\x03\x04rubbish", "xlsx", "damaged"),
        (b"PK\x05\x06" + b"\x00" * 18, "ods", "not_a_workbook"),
        (book(*((f"S{n}", [HEADER], False) for n in range(21))), "xlsx", "too_many_sheets"),
        (book(("S", [["x"] * 70], False)), "xlsx", "too_many_columns"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(content: bytes, ending: str, code: str) -> None:
    with pytest.raises(reader.Refused, match=f"^{code}$"):
        told(content, ending)


def test_no_cell_holds_what_stands_between_cells_or_marks_a_day() -> None:
    content = register_csv(
        [["A\x7f1", f"{reader.DAY}2018-06-30", " two\nlines ", "WRAP", "caf\u00e9\u200b", ""]]
    )
    (_, rows) = told(content, "csv")
    assert rows["columns"] == ["A1", "2018-06-30", "two lines", "WRAP", "caf\u00e9", ""]


def test_rows_that_end_early_are_filled_with_empty_cells() -> None:
    (_, rows) = told(register_csv([["A1", "Site"], ["A2"], ["A3", "", "Nursing"]]), "csv")
    assert [column.split(reader.APART) for column in rows["columns"]] == [
        ["A1", "A2", "A3"],
        ["Site", "", ""],
        ["", "", "Nursing"],
    ]


def test_a_reading_process_that_tells_columns_of_unequal_length_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "liar.py"
    script.write_text("""print('{"first": 2, "rows": 2, "columns": ["a", "b\\x7fc"]}')""")
    monkeypatch.setattr(process, "_READER", script)
    with pytest.raises(FileUnreadable, match="damaged"):
        list(read_register([b"a"], "csv", HEADINGS))
