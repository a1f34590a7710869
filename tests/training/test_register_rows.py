"""What a staff register says: columns, identifiers, days, who counts. No database."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from prevent_portal.web.spreadsheets import FileUnreadable
from tests.training.register_files import DAY, HEADER, register_csv, register_xlsx, staff
from training.registers.groups import TOGETHER, without_small_groups
from training.registers.identifiers import identifier_in, is_nhs_number, none_is_personal, personal_heading
from training.registers.process import Rows, TableBegins, read_register, require_readable
from training.registers.reader import APART
from training.registers.reader import DAY as DAY_SIGN
from training.registers.rows import (
    HEADINGS,
    CheckedRegister,
    RegisterCourse,
    RegisterExpected,
    RegisterOrganisation,
    ServiceFigure,
    check_lines,
    counts_from,
    totals,
)

TRUST, WRAP, BASIC = uuid4(), uuid4(), uuid4()
NHS = "943 476 5919"


def hashed(organisation: UUID) -> Callable[[str], bytes]:
    return lambda reference: hashlib.sha256(f"{organisation}{reference}".encode()).digest()


def expected(**options: Any) -> RegisterExpected:
    return RegisterExpected(
        **{
            "organisations": [RegisterOrganisation(TRUST, "Royal Free")],
            "names_organisations": False,
            "courses": [
                RegisterCourse(WRAP, "WRAP", ["Level 3"], counts_from(DAY, 36), 36),
                RegisterCourse(BASIC, "Basic awareness", [], None),
            ],
            "period_end": DAY,
            "today": date(2018, 7, 20),
            "hashed": hashed,
            **options,
        }
    )


def checked(content: bytes, ending: str = "csv", **options: Any) -> CheckedRegister:
    return check_lines(read_register([content], ending, HEADINGS), expected(**options))


def one(row: list[Any], header: list[str] = HEADER, **options: Any) -> CheckedRegister:
    return checked(register_csv([row], header), **options)


def counts(result: CheckedRegister) -> dict[str, tuple[int, int]]:
    return {
        course: (compliant, eligible) for _, course, eligible, compliant in totals(result.figures).values()
    }


@pytest.mark.parametrize(("make", "ending"), [(register_csv, "csv"), (register_xlsx, "xlsx")])
def test_people_who_need_and_hold_a_course_are_counted_exactly(make: Any, ending: str) -> None:
    result = checked(make(staff()), ending)
    assert (result.problem_count, result.rows_read, result.people) == (0, 1_000, 500)
    assert counts(result) == {"WRAP": (400, 500), "Basic awareness": (440, 490)}
    assert len(result.figures) == 8
    assert sum(lines.count("\n") for lines in result.copied) == 1_000


GOOD = ["A1", "Site", "Nursing", "WRAP", "30/06/2018", "Yes"]


def with_cell(column: int, value: str) -> list[str]:
    return [*GOOD[:column], value, *GOOD[column + 1 :]]


@pytest.mark.parametrize(
    ("completed", "counts_as"),
    [
        ("30/06/2015", 1),
        ("29/06/2015", 0),
        ("30/06/2018", 1),
        ("01/07/2018", 0),
        ("30 June 2018", 1),
        ("2018-06-30 00:00:00", 1),
        ("", 0),
        ("Not completed", 0),
    ],
)
def test_a_completion_counts_within_the_interval_and_not_after_the_period(
    completed: str, counts_as: int
) -> None:
    assert counts(one(with_cell(4, completed))) == {"WRAP": (counts_as, 1)}


def test_the_interval_is_the_same_day_so_many_months_before() -> None:
    assert counts_from(date(2018, 6, 30), 36) == date(2015, 6, 30)
    assert counts_from(date(2018, 3, 31), 1) == date(2018, 2, 28)
    assert counts_from(date(2018, 3, 31), None) is None


def test_a_course_that_lasts_for_good_counts_however_old() -> None:
    row = ["A1", "Site", "Nursing", "Basic awareness", "01/01/2001", "Yes"]
    assert counts(one(row)) == {"Basic awareness": (1, 1)}


def test_a_completion_that_is_due_again_is_said_not_to_count_and_why() -> None:
    rows = [["A1", "Site", "Nursing", "WRAP", "29/06/2015", "Yes"], with_cell(0, "A2")]
    rows += [["A3", "Site", "Nursing", "WRAP", "01/01/2014", "No"]]
    (notice,) = checked(register_csv(rows)).notices
    assert notice == (
        "1 person completed WRAP before 30 June 2015, which does not count. It is due again after 36 months: "
        "on 30 June 2018 only completions from 30 June 2015 on count."
    )
    rows += [["A4", "Site", "Nursing", "WRAP", "01/01/2014", "Yes"]]
    (notice,) = checked(register_csv(rows)).notices
    assert notice.startswith("2 people last completed WRAP before 30 June 2015")


def test_who_does_not_need_a_course_is_not_counted() -> None:
    assert counts(one(with_cell(5, "No"))) == {"WRAP": (0, 0)}


def test_the_latest_completion_in_the_period_counts_with_a_notice() -> None:
    days = ["01/01/2010", "01/06/2018", "", "15/07/2018"]
    result = checked(register_csv([with_cell(4, day) for day in days]))
    assert counts(result) == {"WRAP": (1, 1)}
    assert result.notices == [
        "3 rows say again who took which course. The latest completion counts.",
        "1 completion after 30 June 2018 does not count for this period.",
    ]


def test_one_person_and_course_cannot_be_required_and_not() -> None:
    result = checked(register_csv([GOOD, with_cell(5, "No")]))
    assert [(p.row, p.column, p.reason) for p in result.problems] == [
        (3, "F (Required)", "Row 2 says the opposite of the same person and course")
    ]


IDENTIFIERS = [
    ("jo@example.org", "an email address"),
    ("AB123456C", "a National Insurance number"),
    ("ab 12 34 56 c", "a National Insurance number"),
    (NHS, "an NHS number"),
    (NHS.replace(" ", ""), "an NHS number"),
    ("03/11/1979", "a date, such as a date of birth"),
    ("1979-11-03", "a date, such as a date of birth"),
    # Other signs and other gaps that say the same.
    ("jo＠example．org", "an email address"),
    ("jo @ example.org", "an email address"),
    ("ＡＢ１２３４５６Ｃ", "a National Insurance number"),
    ("AB1 23 45 6C", "a National Insurance number"),
    ("AB123\u00ad456C", "a National Insurance number"),
    ("９４３４７６５９１９", "an NHS number"),
    ("943  476  5919", "an NHS number"),
    ("943–476–5919", "an NHS number"),
    ("943.476.5919", "an NHS number"),
    ("٩٤٣٤٧٦٥٩١٩", "an NHS number"),
    ("０３/１１/１９７９", "a date, such as a date of birth"),
    ("3 November 1979", "a date, such as a date of birth"),
    ("3rd Nov 79", "a date, such as a date of birth"),
    ("November 3, 1979", "a date, such as a date of birth"),
]


@pytest.mark.parametrize("column", [0, 1, 2, 3])
@pytest.mark.parametrize(("value", "words"), IDENTIFIERS)
def test_an_identifier_in_a_cell_is_refused_and_never_shown(column: int, value: str, words: str) -> None:
    result = one(with_cell(column, value))
    assert [p.reason for p in result.problems] == [f"There is {words} in this cell"]
    assert value not in repr(result)
    assert list(result.copied) == []


@pytest.mark.parametrize("column", [1, 2, 3])
@pytest.mark.parametrize(
    "value",
    [
        "Mrs Joan Example", "Dr Example", "MR J EXAMPLE", "Miss J. Example-Jones", "Prof. Joan O'Hara",
        "Example, Joan", "EXAMPLE, Joan", "Example-Jones, Joan A", "O'Hara, Mr John",
        "van Example, John (Mr)",
        "Example, J.", "Example, Dr J",
    ],
)  # fmt: skip
def test_a_name_by_its_shape_is_refused_and_never_shown(value: str, column: int) -> None:
    result = one(with_cell(column, value))
    assert [p.reason for p in result.problems] == ["There is what looks like a person's name in this cell"]
    assert value not in repr(result)


@pytest.mark.parametrize(
    "value",
    [
        "Adults, Children", "Housing, HR", "Edgware, Middlesex", "Victoria Ward", "John Radcliffe",
        "Jo Cox House", "Dr Gray's Hospital", "Dr Patel's Surgery", "Dr Smith Surgery", "MS Society",
        "MR Imaging", "St Mary's", "Elizabeth Ward, Alexandra", "Ward, Charlotte House", "Miss",
        "Finance, I.T. team", "Barnet, N.W. area",
    ],
)  # fmt: skip
def test_teams_wards_and_places_are_not_taken_for_names(value: str) -> None:
    assert one(with_cell(1, value)).problem_count == 0


def small(*groups: tuple[str, int, int]) -> list[tuple[str, int, int]]:
    figures = [
        ServiceFigure(TRUST, "Royal Free", WRAP, "WRAP", service, "", eligible, compliant)
        for service, eligible, compliant in groups
    ]
    return [(each.service, each.eligible, each.compliant) for each in without_small_groups(figures)]


def test_no_group_of_fewer_than_five_is_told_or_can_be_worked_out() -> None:
    assert small(("A", 5, 5), ("B", 40, 1)) == [("A", 5, 5), ("B", 40, 1)]
    assert small(("A", 4, 4), ("B", 6, 3), ("C", 40, 1)) == [("C", 40, 1), (TOGETHER, 10, 7)]
    assert small(("A", 4, 4), ("B", 1, 0), ("C", 40, 1)) == [("C", 40, 1), (TOGETHER, 5, 4)]
    assert small(("A", 4, 4)) == []
    assert small(("A", 2, 1), ("B", 2, 1)) == []
    assert small(("A", 0, 0), ("B", 9, 1)) == [("B", 9, 1)]
    assert small((TOGETHER, 9, 9), ("A", 1, 0), ("B", 7, 1)) == [("B", 7, 1), (TOGETHER, 10, 9)]


def test_small_groups_of_two_organisations_and_courses_are_not_counted_together() -> None:
    other, about = uuid4(), [(TRUST, "Royal Free", WRAP, "WRAP"), (TRUST, "Royal Free", BASIC, "Basic")]
    about.append((other, "Other", WRAP, "WRAP"))
    figures = [ServiceFigure(*each, service, "", 3, 1) for each in about for service in ("A", "B")]
    found = without_small_groups(figures)
    assert [(each.organisation_id, each.course_id, each.eligible) for each in found] == [
        (other, WRAP, 6), (TRUST, BASIC, 6), (TRUST, WRAP, 6),
    ]  # fmt: skip


@pytest.mark.parametrize("place", [0, 500, 999])
@pytest.mark.parametrize(("value", "words"), IDENTIFIERS)
def test_one_identifier_among_a_thousand_references_is_found(place: int, value: str, words: str) -> None:
    references = [f"{number:08}-{number % 3}" for number in range(1_000)]
    references[place] = value
    rows = [[each, *GOOD[1:]] for each in references]
    columns = [APART.join(column) for column in zip(*rows, strict=True)]
    lines = [TableBegins("", 1, 1, HEADER), Rows(2, 1_000, columns)]
    result = check_lines(lines, expected())
    assert [(p.row, p.reason) for p in result.problems] == [(place + 2, f"There is {words} in this cell")]
    assert value not in repr(result)


@pytest.mark.parametrize(
    "value",
    ["AB123456C", "AB-12-34-56-C", "9434765919", "943-476-5919", "03-11-1979", "1979/11/03", "3nov79"],
)
def test_what_is_asked_of_many_references_at_once_misses_nothing(value: str) -> None:
    """Each reads as a staff number would, so the search through all of them is all that stands before it."""
    assert not none_is_personal(["10000001-2", value, "A/17"])
    assert identifier_in(value)


def test_what_is_asked_at_once_misses_none_of_thousands_of_texts_made_by_a_seed() -> None:
    random_ = random.Random(20180630)
    pieces = [
        "9434765919",
        "AB123456C",
        "943",
        "476",
        "5919",
        "03",
        "11",
        "1979",
        "nov",
        "3",
        "JAN",
        "st",
        "of",
        "20",
        "may5",
        "79",
        "A",
        "12",
        "/",
        "-",
        ".",
        "_",
    ]
    found = 0
    for _ in range(6_000):
        text = "".join(random_.choices(pieces, k=random_.randint(1, 6)))
        if identifier_in(text):
            found += 1
            assert not none_is_personal([text]), text
    assert found > 500


def test_most_staff_numbers_need_no_search() -> None:
    assert none_is_personal(["10000001-2", "A/17", "esr_99", "1234567890", "STAFF0001", "EH4107"])


@pytest.mark.parametrize("value", ["Joan Example", "Joan", "O'Hara", "x" * 41 + "1", "éa1"])
def test_a_reference_that_may_be_a_name_is_refused_and_never_shown(value: str) -> None:
    result = one(with_cell(0, value))
    assert len(result.problems) == 1
    assert value not in repr(result)


@pytest.mark.parametrize("value", ["10000001", "10000001-2", "A/17", "esr_99", "1234567890"])
def test_a_staff_number_is_taken(value: str) -> None:
    assert one(with_cell(0, value)).problem_count == 0


@pytest.mark.parametrize("column", [4, 5])
def test_a_name_where_another_column_is_expected_is_not_shown(column: int) -> None:
    result = one(with_cell(column, "Joan Example"))
    assert result.problem_count == 1
    assert "Joan" not in repr(result)


@pytest.mark.parametrize(
    "heading",
    [
        "Name", "Employee name", "First Name", "Surname", "Full name", "Learner's name", "E-mail",
        "Email address", "NHS number", "NHS No.", "NI number", "National Insurance", "NINO", "DOB",
        "Date of birth", "Birth date", "Mobile", "Home postcode", "Username", "Manager name", "Gender",
        "EmailAddress", "DateOfBirth", "D.O.B.", "NHSNumber", "NINumber", "N.I. No.", "StaffName",
        "Forename1", "First name 1", "Known as", "Tel",
    ],
)  # fmt: skip
def test_a_column_that_names_people_is_refused_by_its_heading(heading: str) -> None:
    result = one([*GOOD, "x"], [*HEADER, heading])
    assert [p.reason for p in result.problems] == ["This column names or describes people"]
    assert result.rows_read == 0


@pytest.mark.parametrize("heading", ["Course name", "Cost centre", "NHS trust", "Line manager grade", "Band"])
def test_a_column_that_names_nobody_is_left_out(heading: str) -> None:
    assert not personal_heading(heading)


@pytest.mark.parametrize("value", ["jo@example.org", "AB 12 34 56 C", NHS])
def test_an_identifier_in_a_heading_is_refused_and_never_shown(value: str) -> None:
    result = one([*GOOD, "x"], [*HEADER, value])
    assert len(result.problems) == 1
    assert value not in repr(result)


@pytest.mark.parametrize("value", ["Ward 3", "3 Marlow House", "Team 12-14", "May Day unit", "Mar-a-Lago 20"])
def test_a_service_with_numbers_and_months_is_taken(value: str) -> None:
    assert one(with_cell(1, value)).problem_count == 0


def test_columns_that_are_not_needed_are_left_out_with_a_notice_and_screened() -> None:
    result = checked(
        register_csv(
            [[*GOOD, "7", "x"], [*with_cell(0, "A2"), "8", "jo@example.org"]], [*HEADER, "Band", "Note"]
        )
    )
    assert result.notices == ["Columns that are not needed were left out: “Band”, “Note”."]
    assert [(p.row, p.column, p.value) for p in result.problems] == [(3, "H (Note)", "(not shown)")]


def test_a_column_of_nhs_numbers_is_found_whatever_its_heading() -> None:
    rows = [[*with_cell(0, f"A{n}"), NHS] for n in range(3)]
    result = checked(register_csv(rows, [*HEADER, "Other"]))
    assert [p.reason for p in result.problems] == ["This column holds NHS numbers"]


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("9434765919", True),
        ("9434765918", False),
        ("4010232137", True),
        ("123456789", False),
        ("1234567890", False),
    ],
)
def test_an_nhs_number_carries_a_check_digit(digits: str, valid: bool) -> None:
    assert is_nhs_number(digits) is valid


def test_another_course_is_refused_by_cell_or_left_out_when_the_sender_said_so() -> None:
    row = with_cell(3, "Fire safety")
    refused = one(row)
    assert [(p.row, p.column, p.value) for p in refused.problems] == [(2, "D (Course)", "Fire safety")]
    left = checked(register_csv([GOOD, row]), leaves_out_other_courses=True)
    assert counts(left) == {"WRAP": (1, 1)}
    assert left.notices == ["Rows of courses that are not on the list were left out: “Fire safety” (1 row)."]


def test_rows_of_the_council_name_its_services() -> None:
    services = [RegisterOrganisation(uuid4(), "Adults"), RegisterOrganisation(uuid4(), "Housing")]
    rows = [with_cell(1, "adults"), [*with_cell(1, "Housing")], with_cell(1, "Parks")]
    options = {"organisations": services, "names_organisations": True}
    refused = checked(register_csv(rows), **options)
    assert [(p.row, p.value) for p in refused.problems] == [(4, "Parks")]
    taken = checked(register_csv(rows[:2]), **options)
    assert [(f.organisation, f.compliant, f.eligible) for f in taken.figures] == [
        ("Adults", 1, 1),
        ("Housing", 1, 1),
    ]


def test_a_contradiction_of_two_services_is_none() -> None:
    """One person of two services needs the course in each of them or not."""
    services = [RegisterOrganisation(uuid4(), "Adults"), RegisterOrganisation(uuid4(), "Housing")]
    rows = [with_cell(1, "Adults"), ["A1", "Housing", "Nursing", "WRAP", "", "No"]]
    result = checked(register_csv(rows), organisations=services, names_organisations=True)
    assert result.problem_count == 0


def test_headings_come_in_any_order_with_synonyms_below_a_title() -> None:
    content = (
        "Compliance export;;;\nprinted 1 July 2018;;;\n"
        "Date completed;Competence Name;Assignment Number;Mandatory\n30.06.2018;level 3;77-1;Y\n"
    ).encode("cp1252")
    result = checked(content)
    assert counts(result) == {"WRAP": (1, 1)}
    assert {column.column for column in result.columns} == {"A", "B", "C", "D"}


def test_a_missing_column_is_named_and_no_row_is_read() -> None:
    result = one(["A1", "WRAP"], ["Staff reference", "Course"])
    assert [p.reason for p in result.problems] == ["A column is missing: Completed on"]


def test_without_a_column_required_everybody_needs_the_course() -> None:
    result = one(["A1", "WRAP", "30/06/2018"], ["Staff reference", "Course", "Completed on"])
    assert counts(result) == {"WRAP": (1, 1)}
    assert "everybody in the file is taken to need the course" in result.notices[0]


def test_a_day_to_come_is_refused() -> None:
    assert [p.row for p in one(with_cell(4, "21/07/2018")).problems] == [2]


def test_problems_are_kept_up_to_a_thousand_and_counted_all() -> None:
    result = checked(register_csv([with_cell(4, "soon1")] * 1_200))
    assert (len(result.problems), result.problem_count) == (1_000, 1_200)
    assert [row.row for row in result.marked] == [1, *range(2, 1_002)]


def test_rows_of_two_tables_come_back_each_under_its_headings() -> None:
    def lines(sheet: str, row: int, day: str) -> list[Any]:
        cells = [*GOOD[:4], day, GOOD[5]]
        return [TableBegins(sheet, row, 1, HEADER), Rows(row + 1, 1, cells)]

    result = check_lines([*lines("North", 1, "soon"), *lines("South", 4, "later")], expected())
    assert [(row.sheet, row.row, row.cells[4], bool(row.words)) for row in result.marked] == [
        ("North", 1, "Completed on", False),
        ("North", 2, "(not shown)", True),
        ("South", 4, "Completed on", False),
        ("South", 5, "(not shown)", True),
    ]


def test_what_is_wrong_with_the_headings_stands_beside_them() -> None:
    (head,) = one(["A1", "WRAP", "x"], ["Staff reference", "Course", "Surname"]).marked
    assert (head.row, head.cells) == (1, ["Staff reference", "Course", "Surname"])
    assert [words.partition(". ")[0] for words in head.words] == [
        "C (Surname): This column names or describes people",
        "A column is missing: Completed on",
    ]
    (whole,) = checked(b"nothing,here\n1,2\n").marked
    assert (whole.row, whole.cells) == (0, [])
    assert whole.words[0].startswith("No row of headings was found.")


def test_a_cell_of_another_column_comes_back_without_what_names_a_person() -> None:
    header, row = [*HEADER, "Note", "Start"], [*with_cell(4, "soon"), "Dr J Example", f"{DAY_SIGN}1979-11-03"]
    (_, marked) = check_lines([TableBegins("", 1, 1, header), Rows(2, 1, row)], expected()).marked
    assert marked.cells == [*GOOD[:4], "(not shown)", "Yes", "(not shown)", "(not shown)"]


def test_what_is_copied_holds_no_reference_and_escapes_what_copy_reads() -> None:
    result = one(["SECRET9", "A\\B\tC", "", "WRAP", "30/06/2018", "Yes"])
    (lines,) = result.copied
    assert "SECRET9" not in repr(result)
    assert lines == f"\\\\x{hashed(TRUST)('SECRET9').hex()}\t{WRAP}\tA\\\\B C\t\t1\t2018-06-30\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b"", "empty"),
        ("r.csv", b"PK\x03\x04", "not text"),
        ("r.xlsx", b"a,b", "not the workbook"),
        ("r.xls", b"PK\x03\x04", "not an old Excel workbook"),
        ("r.ods", b"\xd0\xcf\x11\xe0", "not the workbook"),
        ("r.csv", b"\xd0\xcf\x11\xe0", "not text"),
        ("r.xlsm", b"PK", "macros"),
        ("r.exe", b"MZ", "Send an Excel workbook"),
        ("r", b"a", "Send an Excel workbook"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_refused_at_once(
    name: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileUnreadable, match=words):
        require_readable(name, content, len(content))


@pytest.mark.parametrize(
    ("ending", "content", "words"),
    [
        ("csv", b"\x00\x01", "not text"),
        ("csv", b"\xff\xfe\x00", "not text"),
        ("xlsx", b"PK\x03\x04rubbish", "damaged"),
        ("ods", b"PK\x05\x06" + b"\x00" * 18, "not the workbook"),
        ("csv", b"a," * 70 + b"z\n", "60 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(ending: str, content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words):
        list(read_register([content], ending, HEADINGS))


def test_a_workbook_whose_cells_lie_a_million_rows_apart_ends_its_process_alone() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    source, out = io.BytesIO(register_xlsx([GOOD])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, sheet if is_sheet else old.read(entry))
    with pytest.raises(FileUnreadable, match=r"far more than a register needs|columns|rows"):
        list(read_register([out.getvalue()], "xlsx", HEADINGS))


def test_an_open_document_sheet_is_read() -> None:
    def row(cells: list[Any]) -> str:
        cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
        return f"<table:table-row>{''.join(cell.format(each) for each in cells)}</table:table-row>"

    content = (
        "<?xml version='1.0' encoding='UTF-8'?><office:document-content"
        " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
        " xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'"
        " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:version='1.2'><office:body>"
        f"<office:spreadsheet><table:table table:name='S'>{row(HEADER)}{row(GOOD)}</table:table>"
        f"</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("content.xml", content)
        book.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
            f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/></manifest:manifest>",
        )
    assert counts(checked(out.getvalue(), "ods")) == {"WRAP": (1, 1)}
