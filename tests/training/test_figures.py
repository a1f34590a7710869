"""Tables of figures as offices make them: read to the expected figures, or refused by cell with a reason."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest

from prevent_portal.web.spreadsheets import FileUnreadable, read_sheets
from tests.training.files import (
    COURSES,
    NAMES,
    PUBLISHED,
    SERVICE_RETURNS,
    TRUST_RETURNS,
    as_csv,
    as_xlsx,
    first_layout,
    second_layout,
)
from training.compliance_ratio import ComplianceRatio
from training.figures import (
    CheckedFile,
    Expected,
    KnownCourse,
    KnownOrganisation,
    check_file,
    recognises_heading,
    rows_from_json,
)

ORGANISATIONS = {
    code: KnownOrganisation(
        uuid4(),
        name,
        [(code, None, date(2024, 10, 31) if code == "RRP" else None)],
        is_council_service=code.startswith("BARNET"),
    )
    for code, name in NAMES.items()
}
KNOWN_COURSES = [
    KnownCourse(uuid4(), "WRAP", ["WRAP 3"]),
    KnownCourse(uuid4(), "Basic awareness", ["Basic Prevent awareness"]),
]
WRAP = KNOWN_COURSES[0]


def check(
    content: bytes, name: str = "figures.csv", codes: Sequence[str] = ("RAL",), **fields: Any
) -> CheckedFile:
    expected = Expected(
        organisations=[ORGANISATIONS[code] for code in codes],
        courses=KNOWN_COURSES,
        council_name="London Borough of Barnet",
        today=date(2019, 2, 1),
        **fields,
    )
    return check_file(read_sheets(name, content, recognises_heading), expected)


def figures(checked: CheckedFile) -> list[tuple[str, str, int | None, int | None]]:
    assert checked.problems == []
    return [(row.course, row.period.label, row.compliant, row.eligible) for row in checked.rows]


def reasons(checked: CheckedFile) -> list[str]:
    return [problem.reason for problem in checked.problems]


def book_of(build: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    build(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


JUNE_WRAP = [("WRAP", "June 2018", 928, 1161)]
HEADER = ["Course", "Period", "Compliant", "Eligible"]
ROW = ["WRAP", "June 2018", 928, 1161]


@pytest.mark.parametrize("make", [as_csv, as_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("layout", [first_layout, second_layout], ids=["compliant", "does-not-meet"])
def test_the_whole_published_table_is_read_and_prints_as_published(
    layout: Callable[..., Any], make: Callable[..., bytes]
) -> None:
    name = "table.csv" if make is as_csv else "table.xlsx"
    checked = check(make(layout(TRUST_RETURNS)), name, ("RAL", "RYX", "RRP"))
    assert checked.problems == []
    by_key = {(row.organisation, row.course, row.period.end): row for row in checked.rows}
    assert len(by_key) == len(TRUST_RETURNS) == 14
    for each in TRUST_RETURNS:
        row = by_key[NAMES[each.code], COURSES[each.course], each.end]
        assert (row.compliant, row.eligible, row.for_council) == (
            each.compliant,
            each.eligible,
            each.for_council,
        )
        assert row.compliant is not None
        assert row.eligible is not None
        assert ComplianceRatio(row.compliant, row.eligible).printed() == f"{each.printed}%"


@pytest.mark.parametrize("make", [as_csv, as_xlsx], ids=["csv", "xlsx"])
def test_services_report_from_one_day_to_another_with_their_sessions(make: Callable[..., bytes]) -> None:
    rows: list[list[Any]] = [
        ["service", "period_start", "period_end", "staff_requiring_training", "staff_trained",
         "wrap3_sessions_delivered"]
    ]  # fmt: skip
    rows.extend(
        [
            NAMES[each.code],
            each.start.isoformat(),
            each.end.isoformat(),
            each.eligible,
            each.compliant,
            each.sessions,
        ]
        for each in SERVICE_RETURNS
    )
    name = "services.csv" if make is as_csv else "services.xlsx"
    checked = check(make(rows), name, ("BARNET-CFS", "BARNET-AC"), course=WRAP)
    assert checked.problems == []
    assert [
        (row.period.label, row.compliant, row.eligible, row.sessions, row.for_council) for row in checked.rows
    ] == [
        ("1 November 2017 to 1 January 2019", 228, 462, 27, True),
        ("1 November 2017 to 1 January 2019", 251, 290, 28, True),
    ]
    assert [
        (
            ComplianceRatio(row.compliant or 0, row.eligible or 0).printed(),
            (row.eligible or 0) - (row.compliant or 0),
        )
        for row in checked.rows
    ] == [("49%", 234), ("87%", 39)]


def test_rows_survive_being_kept_until_they_are_confirmed() -> None:
    checked = check(as_csv(first_layout(TRUST_RETURNS)), codes=("RAL", "RYX", "RRP"))
    assert rows_from_json([row.as_json() for row in checked.rows]) == checked.rows
    assert len(checked.rows) + len(SERVICE_RETURNS) == len(PUBLISHED)


@pytest.mark.parametrize(
    "content",
    [
        as_csv([HEADER, ROW], delimiter=";"),
        as_csv([HEADER, ROW], delimiter="\t"),
        as_csv([HEADER, ROW], delimiter="|"),
        as_csv([HEADER, ROW], encoding="utf-8-sig"),
        as_csv([HEADER, ROW], encoding="utf-16"),
        as_csv([[*HEADER, "Note"], [*ROW, "Café – £5"]], encoding="cp1252"),
        as_csv([["Training return, Royal Free"], [], HEADER, ROW]),
        as_csv([HEADER, ROW, [], ["Grand total", "", 928, 1161]]),
        as_csv([HEADER, HEADER, ROW]),
        as_csv([["ELIGIBLE ", " compliant", "Period:", "course"], ["1,161", " 928 ", "Jun-18", "wrap 3"]]),
        as_csv([["Course", "Period", "Meets", "Does not meet"], ["WRAP", "June 2018", 928, 233]]),
        as_csv([["Course", "Period", "Does not meet", "Total"], ["WRAP", "June 2018", 233, 1161]]),
        as_csv([[*HEADER, "%"], [*ROW, "80 %"]]),
        as_csv([[*HEADER, "%"], [*ROW, "79.9"]]),
        as_csv([["Period", "Compliant", "Eligible"], ["June 2018", 928, 1161]]),
        b"Course,Period,Compliant,Eligible\rWRAP,June 2018,928,1161\r",
    ],
    ids=[
        "semicolon", "tab", "pipe", "utf-8-bom", "utf-16", "cp1252", "title-rows", "total-row",
        "repeated-header",
        "other-case-and-order", "meets-and-not", "not-and-total", "percent-sign", "percent-decimals",
        "no-course",
        "old-mac",
    ],
)  # fmt: skip
def test_csv_files_as_offices_make_them_load_to_the_expected_figures(content: bytes) -> None:
    assert figures(check(content, course=WRAP)) == JUNE_WRAP


def _titled(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet["B2"] = "Prevent training, quarter 1"
    sheet.merge_cells("B2:F2")
    for column, heading in enumerate(HEADER, start=3):
        sheet.cell(row=5, column=column, value=heading)
    for column, value in enumerate(ROW, start=3):
        sheet.cell(row=6, column=column, value=value)


def _dated(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.append([*HEADER, "%"])
    sheet.append(["WRAP", date(2018, 6, 1), 928.0, 1161.0, 928 / 1161])
    sheet["B2"].number_format = "mmm-yy"
    sheet["E2"].number_format = "0%"


def _hidden(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(ROW)
    other = book.create_sheet("Staff")
    other.append(HEADER)
    other.append(["WRAP", "September 2018", 1, 2])
    other.sheet_state = "hidden"
    notes = book.create_sheet("Notes")
    notes.append(["Made by the learning system"])


def _formulas_without_values(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(["WRAP", "June 2018", "=900+28", 1161])


@pytest.mark.parametrize("build", [_titled, _dated, _hidden])
def test_workbooks_as_offices_make_them_load_to_the_expected_figures(
    build: Callable[[openpyxl.Workbook], None],
) -> None:
    assert figures(check(book_of(build), "figures.xlsx")) == JUNE_WRAP


def test_what_was_left_out_is_said() -> None:
    notices = check(book_of(_hidden), "figures.xlsx").notices
    assert notices == [
        "The hidden sheet “Staff” was left out.",
        "The sheet “Notes” was left out: it holds no table of figures.",
    ]


def test_a_problem_in_a_workbook_is_named_by_the_cell_that_people_see() -> None:
    def build(book: openpyxl.Workbook) -> None:
        _titled(book)
        book.active["E6"] = 2000

    problem = check(book_of(build), "figures.xlsx").problems[0]
    assert (problem.sheet, problem.row, problem.column, problem.value) == (
        "Sheet",
        6,
        "E (Compliant)",
        "2000",
    )


def test_a_formula_that_was_never_calculated_is_a_missing_figure() -> None:
    assert reasons(check(book_of(_formulas_without_values), "figures.xlsx")) == ["The figure is missing"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Compliant": "92.5"}, "This is not a whole number"),
        ({"Compliant": "-1"}, "A number of people cannot be below zero"),
        ({"Compliant": "1e9"}, "This is not a whole number"),
        ({"Compliant": "999999999999"}, "This is more than 2,000,000"),
        ({"Compliant": "1162"}, "It is more than the 1,161 staff who need the course"),
        ({"Compliant": "unknown"}, None),
        ({"Eligible": "unknown"}, "One figure is unknown and the other is not"),
        ({"Period": "Q1 2018"}, "This is not a period that can be read"),
        ({"Period": ""}, "This is not a period that can be read"),
        ({"Period": "March 2019"}, "The period ends on 31 March 2019, which is still to come"),
        ({"Course": "Fire safety"}, "This course is not on the list"),
        ({"Course": ""}, "The course is missing"),
        ({"Organisation": "Another Trust"}, f"You can send returns for {NAMES['RAL']} only"),
        ({"Organisation": "The Royal Free London NHS FT"}, None),
        ({"ODS code": "RYX"}, f"You can send returns for {NAMES['RAL']} only"),
        ({"ODS code": "ral"}, None),
        ({"Scope": "some staff"}, "It is not clear whose staff this is"),
        ({"Scope": "Barnet staff"}, None),
        ({"%": "95%"}, "928 of 1,161 is 79.9%"),
        ({"%": "about 80"}, "This is not a percentage"),
        ({"%": "1e999999999"}, "This is not a percentage"),
        ({"Total": "1200"}, None),
        ({"Sessions": "many"}, "This is not a whole number"),
        ({"Sessions": "12"}, None),
        ({"First day": "1 July 2018", "Last day": "30 June 2018"}, "This is not a period that can be read"),
        ({"First day": "soon", "Last day": "30 June 2018"}, "This is not a date"),
        ({"First day": "1 July 2018", "Last day": "30 Sep 2018"}, "This is not a period that can be read"),
        ({"First day": "1 April 2018", "Last day": "30 June 2018"}, None),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_refused_with_its_reason_and_a_right_one_is_not(
    change: dict[str, str], reason: str | None
) -> None:
    row = {**dict(zip(HEADER, map(str, ROW), strict=True)), **change}
    if "Total" in change:
        del row["Eligible"]
    checked = check(as_csv([list(row), list(row.values())]))
    assert reasons(checked) == ([reason] if reason else [])
    assert len(checked.rows) == (0 if reason else 1)
    assert all(problem.fix and problem.row == 2 for problem in checked.problems)


def test_does_not_meet_and_meets_must_make_the_total() -> None:
    rows = [
        ["Course", "Period", "Does not meet", "Meets", "Grand total"],
        ["WRAP", "June 2018", 41, 495, 537],
    ]
    problem = check(as_csv(rows)).problems[0]
    assert (problem.reason, problem.column) == ("41 and 495 make 536", "E (Grand total)")


def test_a_row_said_twice_names_the_other_row() -> None:
    checked = check(as_csv([HEADER, ROW, ["WRAP", "Q1 2018/19", 1, 2]]))
    assert [(p.row, p.reason) for p in checked.problems] == [
        (3, "Said twice: row 2 is about the same organisation, course and period")
    ]


def test_two_columns_for_one_thing_are_refused() -> None:
    checked = check(as_csv([[*HEADER, "Trained"], [*ROW, 5]]))
    assert reasons(checked) == ["Column E and the column “Compliant” both read as “Staff who are compliant”"]


def test_a_code_counts_only_while_it_is_valid() -> None:
    rows = [["ODS code", *HEADER], ["RRP", "WRAP", "December 2018", 400, 482]]
    assert check(as_csv(rows), codes=("RRP",)).problems == []
    ended = KnownOrganisation(UUID(int=1), "Old Trust", [("RXX", date(2018, 1, 1), date(2018, 9, 30))])
    for period, reason in (
        ("December 2018", "The code ended on 30 September 2018, before the period"),
        ("December 2017", "The code began on 1 January 2018, after the period"),
    ):
        expected = Expected([ended], KNOWN_COURSES, "Barnet", date(2019, 2, 1))
        content = as_csv([["ODS code", *HEADER], ["RXX", "WRAP", period, 1, 2]])
        checked = check_file(read_sheets("a.csv", content, recognises_heading), expected)
        assert reasons(checked) == [reason]


def test_a_file_without_the_organisation_needs_one_chosen_when_there_are_several() -> None:
    codes = ("RAL", "RYX")
    assert reasons(check(as_csv([HEADER, ROW]), codes=codes)) == ["No column holds the organisation"]
    chosen = check(as_csv([HEADER, ROW]), codes=codes, organisation=ORGANISATIONS["RYX"])
    assert [row.organisation for row in chosen.rows] == [NAMES["RYX"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (as_csv([["x"] * 61]), "more than 60 columns"),
        (as_csv([HEADER] + [ROW] * 5001), "more than 5,000 rows"),
        (b"\xff\xfe\x00", "text is damaged"),
        (b"\x81\x8d\x8f", "cannot be read"),
        (b'Course,Period\n"' + b"x" * 200_000, "quotation marks do not close"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words):
        check(content)
