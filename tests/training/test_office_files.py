"""Workbooks as offices make them, with four tools: the expected figures, or the expected cells refused."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from prevent_portal.web.spreadsheets import Sheet, read_sheets
from tests.figures import RecordFigure
from tests.training.files import as_csv
from tests.training.office_files import HEAD, JUN_W, LAYOUTS, TOOLS, Layout
from tests.training.workbooks import read_workbooks_here
from training.figures import (
    CheckedFile,
    Expected,
    FirstRow,
    KnownCourse,
    KnownOrganisation,
    check_file,
    marked_csv,
    marked_sheets,
    marked_xlsx,
    recognises_heading,
)
from training.figures.staff_parts import is_about_a_part, note_cuts_staff

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

    read_workbooks_here(monkeypatch)


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
    marked = (marked_csv if is_csv else marked_xlsx)(sheets, check(sheets))
    again = read_sheets(name, marked, recognises_heading)
    assert [row[5:] for row in again[0].rows[:3]][2] == ["What to put right"]
    assert not any(cell for row in again[0].rows[:2] for cell in row[5:])
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


SOON = (
    "B (Period): This is not a period that can be read. "
    "Write a period like June 2018, Q1 2018/19 or 1 April 2018 to 30 June 2018."
)
NO_HEADINGS = (
    "What to put right: No row of headings was found. "
    "Give each column a heading, such as Period, Compliant and Eligible. The template shows how."
)


def test_the_column_of_problems_is_headed_beside_each_table_of_a_sheet() -> None:
    table = ["Period", "Compliant", "Eligible"]
    rows = [["WRAP"], table, ["June 2018", 928, 1161], [], ["Basic awareness"], table, ["soon", 1, 2]]
    sheets = [Sheet("A", rows, first_row=3, first_column=2), Sheet("B", [[], table])]
    marked, other = marked_sheets(sheets, check(sheets))
    assert [(number, row[4]) for number, row in enumerate(marked, start=1) if len(row) > 4] == [
        (4, "What to put right"),
        (8, "What to put right"),
        (9, SOON),
    ]
    assert other[1][3].startswith("What to put right: No column holds the course.")


def test_a_sheet_without_headings_gets_its_problem_in_the_first_row() -> None:
    sheets = [Sheet("", [["hello"], ["world"]])]
    [marked] = marked_sheets(sheets, check(sheets))
    assert marked == [
        [
            "hello",
            NO_HEADINGS,
        ],
        ["world"],
    ]


def test_the_first_five_rows_are_kept_as_they_were_read_whether_or_not_they_can_be_taken() -> None:
    head = ["Trained", "Course", "Quarter", "Staff requiring training"]
    rows = [head, [928, "WRAP 3", "June 2018", 1161], ["many", "Fire", "soon", 2]]
    rows += [[1, "WRAP", f"June {year}", 2] for year in range(2010, 2018)]
    checked = check([Sheet("", rows)])
    assert len(checked.first_rows) == 5
    good, wrong = checked.first_rows[:2]
    assert good.values == (
        ("Course", "WRAP 3"),
        ("Quarter", "June 2018"),
        ("Trained", "928"),
        ("Staff requiring training", "1161"),
    )
    assert good.understood is not None
    assert (good.row, good.understood.course, good.understood.compliant) == (2, "WRAP", 928)
    assert (wrong.row, wrong.values[0], wrong.understood) == (3, ("Course", "Fire"), None)


def test_the_first_rows_of_a_table_that_lacks_a_column_are_shown_as_well() -> None:
    checked = check([Sheet("", [["Compliant", "Course", "Eligible", "Ward"], [], [1, "WRAP", 2, "A"]])])
    assert [problem.reason for problem in checked.problems] == ["No column holds the period"]
    [row] = checked.first_rows
    assert row == FirstRow("", 3, (("Compliant", "1"), ("Course", "WRAP"), ("Eligible", "2")), None)


def test_a_title_that_names_the_council_s_staff_says_whose_the_figures_are() -> None:
    sheet = Sheet("", [["Barnet-based staff only"], HEAD, [*JUN_W]])
    assert [(row.for_council, row.scope) for row in check([sheet]).rows] == [(True, "Barnet-based staff")]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("Clinical staff only", True),
        ("WRAP: nursing and midwifery staff", True),
        ("Non-clinical", True),
        ("Bank staff", True),
        ("New starters", True),
        ("Site: Chase Farm", True),
        ("Division: Surgery", True),
        ("Division:", False),
        ("Clinical and non-clinical staff", False),
        ("All staff, excluding bank staff", False),
        ("Mental Health Nursing Staff College", False),
        ("Prevent training of all staff", False),
        ("Returns", False),
        ("", False),
    ],
)
def test_words_that_cut_the_staff_are_told_from_those_that_do_not(text: str, cuts: bool) -> None:
    assert is_about_a_part(text, ["Mental Health Nursing Staff College"]) is cuts


def test_a_note_may_speak_of_clinical_staff() -> None:
    assert note_cuts_staff("Figures are of clinical staff only")
    assert note_cuts_staff("Counts only clinical staff")
    assert not note_cuts_staff("Clinical staff repeat the course every three years")
