"""Workbooks as offices make them, with four tools: the expected figures, or the expected cells refused."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from prevent_portal.web import spreadsheets, workbook_reader
from prevent_portal.web.spreadsheets import Sheet, read_sheets
from tests.figures import RecordFigure
from tests.training.files import as_csv
from tests.training.office_files import HEAD, JUN_W, LAYOUTS, TOOLS, Layout
from training.figures import (
    CheckedFile,
    Expected,
    KnownCourse,
    KnownOrganisation,
    check_file,
    marked_csv,
    marked_xlsx,
    recognises_heading,
)

COURSES = [KnownCourse(uuid4(), "WRAP", ["WRAP 3"]), KnownCourse(uuid4(), "Basic awareness")]
ROYAL_FREE = KnownOrganisation(uuid4(), "Royal Free London NHS Foundation Trust", [("RAL", None, None)])
MADE = [(layout, tool) for layout in LAYOUTS for tool in layout.tools]


def check(sheets: list[Sheet], course: str = "") -> CheckedFile:
    return check_file(
        sheets,
        Expected(
            [ROYAL_FREE],
            COURSES,
            "London Borough of Barnet",
            date(2019, 2, 1),
            course=next((each for each in COURSES if each.name == course), None),
        ),
    )


@pytest.fixture
def reader_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the reading program here: starting it a hundred times would be most of the test's time."""

    def run(command: list[str], *, input: bytes, **_: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: A002 - as subprocess.run names it
        kind, longest = command[-2:]
        answer = workbook_reader.read(input, int(longest), kind)
        return subprocess.CompletedProcess(command, 0, json.dumps(answer).encode())

    monkeypatch.setattr(spreadsheets.subprocess, "run", run)


def made(layout: Layout, tool: str) -> tuple[str, bytes]:
    ending, write = TOOLS[tool]
    return f"returns.{ending}", write(layout.sheets, merges=layout.merges, hidden=layout.hidden)


def agrees(layout: Layout, checked: CheckedFile) -> None:
    figures = [(row.course, row.period.label, row.compliant, row.eligible) for row in checked.rows]
    problems = [(p.row, p.column.partition(" ")[0], p.reason) for p in checked.problems]
    if layout.problems:
        assert problems == list(layout.problems)
        assert all(problem.fix for problem in checked.problems)
    else:
        assert problems == []
        assert sorted(figures, key=str) == sorted(layout.figures, key=str)
    for notice in layout.notices:
        assert notice in checked.notices


@pytest.mark.usefixtures("reader_in_process")
@pytest.mark.parametrize(("layout", "tool"), MADE, ids=[f"{layout.name}, {tool}" for layout, tool in MADE])
def test_a_workbook_as_an_office_makes_it_loads_to_its_figures_or_is_refused_by_cell(
    layout: Layout, tool: str
) -> None:
    name, content = made(layout, tool)
    agrees(layout, check(read_sheets(name, content, recognises_heading), layout.course))


@pytest.mark.parametrize("tool", TOOLS)
def test_the_child_process_reads_the_workbooks_of_every_tool(tool: str) -> None:
    name, content = made(LAYOUTS[0], tool)
    agrees(LAYOUTS[0], check(read_sheets(name, content, recognises_heading)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_same_layouts_as_csv_say_the_same(delimiter: str, encoding: str) -> None:
    for layout in LAYOUTS:
        if len(layout.sheets) > 1 or (2, 1, 3, 1) in layout.merges:
            continue
        [rows] = layout.sheets.values()
        content = as_csv(rows, delimiter=delimiter, encoding=encoding)
        checked = check(read_sheets("returns.csv", content, recognises_heading), layout.course)
        if layout.problems:
            found = {(p.row, p.column.partition(" ")[0], p.reason) for p in checked.problems}
            assert found == set(layout.problems), layout.name
        else:
            assert checked.problems == [], layout.name
            assert {(r.course, r.period.label, r.compliant, r.eligible) for r in checked.rows} == set(
                layout.figures
            ), layout.name


@pytest.mark.figures("office workbooks")
def test_the_corpus_is_as_large_as_it_is_said_to_be(record_figure: RecordFigure) -> None:
    value = {
        "layouts": len(LAYOUTS),
        "workbooks": len(MADE),
        "tools": len(TOOLS),
        "refused by cell": sum(bool(layout.problems) for layout, _ in MADE),
    }
    assert value["workbooks"] >= 40
    wrong = [[*HEAD], [*JUN_W[:2], 929, 1161]]
    refuted = check(read_sheets("a.csv", as_csv(wrong), recognises_heading))
    with pytest.raises(AssertionError):
        agrees(Layout("one person more", {}, [JUN_W]), refuted)
    record_figure("office workbooks", value, control="a figure that differs by one person fails")


@pytest.mark.parametrize("is_csv", [True, False], ids=["csv", "workbook"])
def test_a_refused_file_comes_back_with_its_problems_and_put_right_is_read(is_csv: bool) -> None:
    rows = [["Trust returns"], [], [*HEAD, "Note"], ["WRAP", "June 2018", "1,300", 1161, "=1+1"]]
    name, content = ("r.csv", as_csv(rows)) if is_csv else ("r.xlsx", TOOLS["openpyxl"][1]({"A": rows}))
    sheets = read_sheets(name, content, recognises_heading)
    problems = check(sheets).problems
    marked = (marked_csv if is_csv else marked_xlsx)(sheets, problems)
    again = read_sheets(name, marked, recognises_heading)
    assert again[0].rows[0][5] == "What to put right"
    assert again[0].rows[3][:3] == ["WRAP", "June 2018", "1,300"]
    note = (
        "C (Compliant): It is more than the 1,161 staff who need the course. "
        "Check that the two columns are not swapped, and correct the figure that is wrong."
    )
    assert again[0].rows[3][5] == note
    if is_csv:
        assert b",'=1+1," in marked
    fixed = [[928 if cell == "1,300" else cell for cell in row] for row in again[0].rows]
    checked = check([Sheet("A", fixed)])
    assert checked.problems == []
    assert [(r.compliant, r.eligible) for r in checked.rows] == [(928, 1161)]
