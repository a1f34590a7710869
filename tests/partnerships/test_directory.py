"""The official registers are read into the directory all or nothing, again without change, and reported."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partnerships.directory.entries import FileFaulty, in_sentence_capitals, register_date
from partnerships.directory.gias import read_links, read_schools
from partnerships.directory.ods import read_successions, read_trusts
from partnerships.enums import CodeScheme, DirectoryChange, OrganisationKind
from partnerships.models import DirectoryImport, Organisation, OrganisationCode
from partnerships.services.directory import import_gias, import_ods
from partnerships.services.organisations import add_code, add_organisation
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory

HEADINGS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate,Postcode"
)


def trust(code: str, name: str, opens: str = "20010401", closes: str = "") -> str:
    cells = [code, name, "Y56", "QMJ", "1 Any Road", "", "", "ANYTOWN", "", "AB1 2CD", opens, closes]
    return ",".join(f'"{cell}"' for cell in [*cells, *[""] * 15])


def trusts(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def school(
    urn: int, name: str, status: str = "Open", closes: str = "", area: int = 302, kind: str = ""
) -> str:
    kind = kind or "Academy converter"
    return f'{urn},{area},Anyshire,4001,{name},{kind},"{status}",01-09-2012,{closes},AB1 2CD'


def schools(*lines: str) -> bytes:
    return "\r\n".join([HEADINGS, *lines]).encode("cp1252")


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("ROYAL NORTHSHIRE NHS FOUNDATION TRUST", "Royal Northshire NHS Foundation Trust"),
        ("GUY'S AND ST BEDE'S OF NORTHSHIRE", "Guy's and St Bede's of Northshire"),
        ("O'BRIEN (NORTH) STOKE-ON-TRENT", "O'Brien (North) Stoke-on-Trent"),
        ("St Bede's", "St Bede's"),
    ],
)
def test_a_name_in_capitals_alone_is_written_as_people_write_it(printed: str, written: str) -> None:
    assert in_sentence_capitals(printed) == written


def test_dates_of_both_registers_are_read_and_no_others() -> None:
    assert register_date("20241031") == register_date("31-10-2024") == date(2024, 10, 31)
    assert register_date("") is None
    for wrong in ("2024-10-31", "20241399", "31-02-2024", "soon"):
        with pytest.raises(ValueError, match=r".*"):
            register_date(wrong)


def test_every_bad_line_of_a_file_of_trusts_is_named() -> None:
    content = trusts(
        trust("RXX", "GOOD TRUST"),
        "RXY,Too short",
        trust("R?", "NO CODE"),
        trust("RXX", "TWICE"),
        trust("RXZ", "LATE", closes="3110"),
        trust("RX1", "BACKWARDS", opens="20200101", closes="20190101"),
        trust("RX2", ""),
    )
    with pytest.raises(FileFaulty) as refused:
        read_trusts(content)
    assert [str(fault) for fault in refused.value.faults] == [
        "Line 2: There are 2 columns; the register has 27.",
        "Line 3: “R?” is no code of an organisation.",
        "Line 4: The code RXX is on line 1 already.",
        "Line 5: “3110” is no date of the form YYYYMMDD.",
        "Line 6: RX1 closes before it opens.",
        "Line 7: RX2 needs a name of at most 200 characters.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"a\x00b", "not a CSV file"),
        (b"\x81\x8d\xff", "neither UTF-8 nor Windows-1252"),
        (b"", "holds no organisation"),
    ],
)
def test_what_is_no_file_of_the_register_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileFaulty, match=words):
        read_trusts(content)


def test_schools_are_read_by_heading_in_the_register_s_own_encoding() -> None:
    content = schools(
        school(100001, "Château School"),
        school(100002, "North College", kind="Further education"),
        school(100003, "Soon School", status="Proposed to open"),
        school(100004, "Ending School", status="Open, but proposed to close", closes="31-08-2030"),
        school(100005, "Far School", area=999),
        school(100006, "Abroad", kind="British schools overseas"),
    )
    found = read_schools(content, ["302"])
    assert [(each.code, each.name, each.kind, each.closes_on) for each in found] == [
        ("100001", "Château School", OrganisationKind.SCHOOL, None),
        ("100002", "North College", OrganisationKind.COLLEGE, None),
        ("100004", "Ending School", OrganisationKind.SCHOOL, None),
    ]
    assert len(read_schools(content)) == 4


def test_the_schedules_follow_from_what_a_register_says_a_body_is() -> None:
    """Schools and colleges stand in both; an integrated care board is a panel partner alone."""
    found = read_schools(
        schools(
            school(100001, "A"),
            school(100002, "B", kind="Pupil referral unit"),
            school(100003, "C", kind="Further education"),
            school(100004, "D", kind="Miscellaneous"),
            school(100005, "E", kind="Online provider"),
        )
    )
    assert [(each.code, each.specified_authority, each.panel_partner) for each in found] == [
        ("100001", True, True),
        ("100002", True, True),
        ("100003", True, True),
        ("100004", False, False),
        ("100005", False, False),
    ]
    bodies = read_trusts(
        trusts(
            trust("RXX", "NORTH NHS FOUNDATION TRUST"),
            trust("7A9", "SOUTH UNIVERSITY HEALTH BOARD"),
            trust("QXX", "NHS EAST INTEGRATED CARE BOARD"),
            trust("T99", "WEST SUPPLIES AGENCY"),
        )
    )
    assert [(each.code, each.kind, each.specified_authority, each.panel_partner) for each in bodies] == [
        ("RXX", OrganisationKind.NHS_TRUST, True, True),
        ("7A9", OrganisationKind.NHS_TRUST, True, True),
        ("QXX", OrganisationKind.OTHER, False, True),
        ("T99", OrganisationKind.OTHER, False, False),
    ]


def test_a_file_of_schools_without_a_column_or_with_a_bad_line_is_refused() -> None:
    with pytest.raises(FileFaulty, match=r"lacks the column EstablishmentName"):
        read_schools(b"URN,LA (code)\n1,2")
    with pytest.raises(FileFaulty) as refused:
        read_schools(
            schools(
                school(12, "Short"),
                school(100001, "Twice"),
                school(100001, "Twice"),
                school(100002, "Odd", status="Merged"),
            )
        )
    assert [fault.line for fault in refused.value.faults] == [2, 4, 5]


def test_links_name_successors_alone_and_lack_no_required_column() -> None:
    content = (
        b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        b"1,2,A,Predecessor,\n3,4,B,Successor - amalgamated,01-09-2012\n5,6,C,Successor,\n"
    )
    assert [(step.old_code, step.new_code, step.on) for step in read_links(content)] == [
        ("3", "4", date(2012, 9, 1)),
        ("5", "6", None),
    ]
    assert [step.on for step in read_links(b"LinkType,URN,LinkURN\nSuccessor,3,4\n")] == [None]
    for wrong, words in (
        (b"URN,LinkURN,LinkType\n3,three,Successor\n", "Line 2: “3” and “three” are no two URNs."),
        (
            b"URN,LinkURN,LinkType,LinkEstablishedDate\n3,4,Successor,soon\n",
            "Line 2: “soon” is no date of the form DD-MM-YYYY.",
        ),
        (
            b"URN,LinkName\n3,A\n",
            "Line 1: The file lacks the column LinkURN.\nLine 1: The file lacks the column LinkType.",
        ),
    ):
        with pytest.raises(FileFaulty) as refused:
            read_links(wrong)
        assert str(refused.value) == words
    with pytest.raises(FileFaulty, match="Line 1"):
        read_successions(b"RRP,RRP,R,20241101,N\n")


@pytest.mark.django_db
def test_a_first_file_adds_and_the_same_file_again_changes_nothing() -> None:
    content = trusts(trust("RXX", "NORTH NHS TRUST"), trust("RXY", "SOUTH NHS TRUST", closes="20241031"))
    first = import_ods(trusts=content, file_name="etr.csv")
    assert [(each.kind, each.code) for each in first.changes] == [
        (DirectoryChange.ADDED, "RXX"),
        (DirectoryChange.ADDED, "RXY"),
    ]
    north = Organisation.objects.get(codes__code="RXX")
    assert (north.name, north.kind, north.specified_authority, north.kept_by) == (
        "North NHS Trust",
        OrganisationKind.NHS_TRUST,
        True,
        None,
    )
    again = import_ods(trusts=content)
    assert (again.changes, again.unchanged, again.read) == ([], 2, 2)
    assert Organisation.objects.count() == 2
    assert list(DirectoryImport.objects.values_list("file_name", "added").order_by("ran_at")) == [
        ("etr.csv", 2),
        ("", 0),
    ]


@pytest.mark.django_db
def test_a_later_file_renames_closes_and_names_successors_and_leaves_who_is_missing() -> None:
    names = {"RXX": "NORTH NHS TRUST", "RXY": "SOUTH TRUST", "RXZ": "EAST"}
    import_ods(trusts=trusts(*(trust(code, name) for code, name in names.items())))
    later = trusts(trust("RXX", "NORTH NHS FOUNDATION TRUST"), trust("RXY", "SOUTH TRUST", closes="20241031"))
    report = import_ods(trusts=later, successions=b'"RXY","RXX","R","20241101","N"\n"RXZ","RXX","R","",""\n')
    assert [(each.kind, each.code, each.words) for each in report.changes] == [
        (DirectoryChange.RENAMED, "RXX", "was North NHS Trust"),
        (DirectoryChange.CLOSED, "RXY", "on 31 October 2024"),
        (DirectoryChange.SUCCESSOR, "RXY", "now North NHS Foundation Trust (RXX)"),
    ]
    assert report.not_listed == [("RXZ", "East")]
    south, east = (Organisation.objects.get(codes__code=code) for code in ("RXY", "RXZ"))
    assert (south.ends_on, south.successor.name) == (date(2024, 10, 31), "North NHS Foundation Trust")
    assert (east.ends_on, east.successor) == (None, None)
    assert OrganisationCode.objects.get(code="RXY").ends_on == date(2024, 10, 31)
    back = import_ods(trusts=trusts(trust("RXY", "SOUTH TRUST")))
    assert [(each.kind, each.code) for each in back.changes] == [(DirectoryChange.REOPENED, "RXY")]


@pytest.mark.django_db
def test_a_file_with_one_bad_line_stores_nothing_of_it() -> None:
    with pytest.raises(FileFaulty):
        import_ods(trusts=trusts(trust("RXX", "NORTH"), "bad"))
    with pytest.raises(FileFaulty):
        import_ods(trusts=trusts(trust("RXX", "NORTH")), successions=b"RXX\n")
    assert (Organisation.objects.count(), DirectoryImport.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_dry_run_reports_and_stores_nothing() -> None:
    report = import_ods(trusts=trusts(trust("RXX", "NORTH")), dry_run=True)
    assert report.count(DirectoryChange.ADDED) == 1
    assert (Organisation.objects.count(), DirectoryImport.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_schools_that_closed_before_are_left_out_and_later_closures_need_a_day() -> None:
    first = import_gias(schools=schools(school(100001, "A"), school(100002, "Old", "Closed", "31-08-2010")))
    assert (first.count(DirectoryChange.ADDED), first.left_out) == (1, 1)
    with pytest.raises(FileFaulty, match=r"Line 2: 100001 has closed, and the register does not say when"):
        import_gias(schools=schools(school(100001, "A", "Closed")))
    links = b"URN,LinkURN,LinkName,LinkType\n100001,100003,B,Successor\n"
    closing = schools(school(100001, "A", "Closed", "31-08-2024"), school(100003, "B"))
    report = import_gias(schools=closing, links=links, areas=["302"])
    assert [each.kind for each in report.changes] == [
        DirectoryChange.CLOSED,
        DirectoryChange.ADDED,
        DirectoryChange.SUCCESSOR,
    ]
    assert Organisation.objects.get(codes__code="100003").area_code == "302"


@pytest.mark.django_db
def test_a_circle_of_successors_is_left_open_where_it_would_close_and_reported_each_time() -> None:
    closed = trusts(*(trust(code, f"{code} TRUST", closes="20241031") for code in ("RXX", "RXY", "RXZ")))
    circle = b"RXX,RXY,R,20241101,N\nRXY,RXZ,R,20241101,N\nRXZ,RXX,R,20241101,N\n"
    for changed in (5, 0):
        report = import_ods(trusts=closed, successions=circle)
        assert (len(report.changes), report.circles) == (changed, [("RXZ", "Rxz Trust", "RXX")])
    assert {
        code.code: code.organisation.successor and code.organisation.successor.name
        for code in OrganisationCode.objects.select_related("organisation__successor")
    } == {"RXX": "Rxy Trust", "RXY": "Rxz Trust", "RXZ": None}


@pytest.mark.django_db
def test_a_later_file_mends_what_the_directory_said_of_the_schedules() -> None:
    import_ods(trusts=trusts(trust("QXX", "NHS EAST INTEGRATED CARE BOARD")))
    Organisation.objects.update(kind=OrganisationKind.NHS_TRUST, specified_authority=True)
    report = import_ods(trusts=trusts(trust("QXX", "NHS EAST INTEGRATED CARE BOARD")))
    assert [(each.kind, each.words) for each in report.changes] == [
        (DirectoryChange.DUTY, "Other, Schedule 7")
    ]
    mended = Organisation.objects.get()
    assert (mended.kind, mended.specified_authority, mended.panel_partner) == (
        OrganisationKind.OTHER,
        False,
        True,
    )


@pytest.mark.django_db
def test_a_file_of_schools_is_all_or_nothing_and_the_same_one_again_changes_nothing() -> None:
    links = b"URN,LinkURN,LinkType\n"
    good = schools(school(100001, "A"), school(100002, "B"))
    for wrong, with_links in (
        (schools(school(100001, "A"), school(2, "Short")), links),
        (good, b"URN,LinkURN\n1,2\n"),
    ):
        with pytest.raises(FileFaulty):
            import_gias(schools=wrong, links=with_links)
    assert (Organisation.objects.count(), DirectoryImport.objects.count()) == (0, 0)
    assert import_gias(schools=good, links=links).count(DirectoryChange.ADDED) == 2
    again = import_gias(schools=good, links=links)
    assert (again.changes, again.unchanged, Organisation.objects.count()) == ([], 2, 2)


@pytest.mark.django_db
def test_what_a_council_numbered_for_itself_is_not_touched_by_a_register() -> None:
    council = CouncilFactory()
    with service_scope(council=council):
        own = add_organisation(
            council=council, name="Our clinic", kind=OrganisationKind.OTHER, specified_authority=False,
            panel_partner=False, by=None,
        )  # fmt: skip
        code = add_code(
            council=council,
            organisation=own,
            scheme=CodeScheme.ODS,
            code="rxx",
            starts_on=None,
            ends_on=None,
            by=None,
        )
    assert (code.code, code.kept_by) == ("RXX", council)
    report = import_ods(trusts=trusts(trust("RXX", "NORTH NHS TRUST")))
    assert report.count(DirectoryChange.ADDED) == 1
    own.refresh_from_db()
    assert own.name == "Our clinic"
    assert OrganisationCode.objects.filter(code="RXX").count() == 2


@pytest.mark.django_db
def test_the_commands_print_what_changed_and_refuse_in_words(tmp_path) -> None:
    file, links, report = (tmp_path / name for name in ("etr.csv", "links.csv", "report.csv"))
    file.write_bytes(trusts(trust("RXX", "NORTH NHS TRUST")))
    out = StringIO()
    call_command("import_ods", str(file), report=report, stdout=out)
    assert "Added: RXX North NHS Trust" in out.getvalue()
    assert "1 read: 1 added, 0 renamed, 0 closed, 0 open again, 0 successor named" in out.getvalue()
    assert "Added,RXX,North NHS Trust" in report.read_text("utf-8-sig")
    file.write_bytes(b"bad")
    with pytest.raises(CommandError, match=r"Nothing was stored\.\nLine 1"):
        call_command("import_ods", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_gias", str(tmp_path / "none.csv"))
    file.write_bytes(schools(school(100001, "A"), school(100009, "B", area=999)))
    links.write_bytes(b"URN,LinkURN,LinkType\n")
    out = StringIO()
    call_command("import_gias", str(file), links=links, area=["302"], dry_run=True, stdout=out)
    assert out.getvalue().endswith("Nothing was stored.\n")
    assert OrganisationCode.objects.filter(scheme="URN").count() == 0
