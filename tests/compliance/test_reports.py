"""Reports are opened by the calendar, written by people, frozen, and final once two people say so."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import Http404

from compliance import report_access as access
from compliance.enums import ReportState
from compliance.models import Report, ReportSchedule, ReportSection, ReportVersion, SectionRevision
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.due import reports_to_write
from compliance.queries.reports import content_of, live_blocks
from compliance.services.renditions import request_rendition
from compliance.services.report_opening import open_due, open_report
from compliance.services.report_schedules import schedule_report
from compliance.services.report_sections import change_header, write_section
from compliance.services.report_templates import copy_shipped
from compliance.services.reports import finalise, freeze, thaw
from compliance.shipped_templates import SHIPPED
from partnerships.enums import Cadence
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.quarters import Quarter
from tests.compliance.reports import Q3, Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def neighbour() -> Committee:
    return committee()


def actions(council: Council) -> list[str]:
    with service_scope(council=council):
        return list(
            Event.objects.filter(council_id=council.pk, action__startswith="compliance.report_")
            .order_by("id")
            .values_list("action", flat=True)
        )


# Opening -----------------------------------------------------------------------------------------


def periods(one: Committee) -> list[str]:
    with service_scope(council=one.council):
        return [
            str(report.period) for report in Report.objects.filter(council=one.council).order_by("number")
        ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 12, 31), ["Q2 2018/19", "Q3 2018/19"]),
        (date(2019, 1, 1), ["Q3 2018/19", "Q4 2018/19"]),
        (date(2019, 3, 31), ["Q3 2018/19", "Q4 2018/19"]),
        (date(2019, 4, 1), ["Q4 2018/19", "Q1 2019/20"]),
    ],
)
def test_on_the_first_day_of_a_quarter_the_draft_of_the_one_that_ended_is_there(
    board: Committee, neighbour: Committee, day: date, expected: list[str]
) -> None:
    with service_scope(council=board.council):
        open_due(council=board.council, today=day)
    assert periods(board) == expected
    assert periods(neighbour) == []


def test_opening_again_opens_nothing(board: Committee) -> None:
    with service_scope(council=board.council):
        assert len(open_due(council=board.council, today=date(2019, 1, 1))) == 2
        assert open_due(council=board.council, today=date(2019, 1, 1)) == []
    assert actions(board.council).count("compliance.report_opened") == 2


def test_a_schedule_that_starts_later_or_has_ended_opens_nothing(board: Committee) -> None:
    with service_scope(council=board.council):
        assert open_due(council=board.council, today=date(2018, 3, 31)) == []
        ReportSchedule.objects.filter(pk=board.schedule.pk).update(ends_on=date(2018, 12, 31))
        assert open_due(council=board.council, today=date(2019, 1, 1)) == []


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        (Cadence.SIX_MONTHLY, ["Q1 to Q2 2018/19"]),
        (Cadence.ANNUAL, []),
        (Cadence.TERMLY, []),
    ],
)
def test_a_report_comes_on_its_committees_cadence(
    board: Committee, cadence: Cadence, expected: list[str]
) -> None:
    with service_scope(council=board.council):
        ReportSchedule.objects.filter(pk=board.schedule.pk).update(cadence=cadence)
        open_due(council=board.council, today=date(2018, 10, 1))
    assert periods(board) == expected


def test_the_quarter_is_that_of_london_and_not_of_greenwich(board: Committee) -> None:
    """At 23:30 UTC on 31 March clocks in London already show 1 April."""
    from compliance.tasks import open_quarter

    with time_machine.travel("2019-03-31T23:30:00Z", tick=False):
        open_quarter(council_id=board.council.pk)
    assert periods(board) == ["Q4 2018/19", "Q1 2019/20"]


def test_the_database_refuses_a_second_report_for_a_quarter(board: Committee) -> None:
    report = board.open()
    with (
        pytest.raises(IntegrityError, match="report_opened_once_per_quarter"),
        service_scope(council=board.council),
    ):
        Report.objects.create(
            council=board.council,
            number=99,
            template=report.template,
            schedule=board.schedule,
            title="Again",
            committee="Board",
            numbering=report.numbering,
            period_start=report.period_start,
            period_end=report.period_end,
        )


def test_a_report_copies_the_sections_of_its_template_and_its_legal_text(board: Committee) -> None:
    sections = board.sections(board.open())
    assert list(sections) == [section.key for section in SHIPPED["health-and-wellbeing"].sections]
    assert "section 29" in sections["legal"].narrative
    assert "section 26" in sections["legal"].narrative.lower()
    assert sections["training"].blocks == ["training_returns", "training_trend"]


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_every_shipped_shape_can_be_copied_once_and_its_keys_are_unique(board: Committee, key: str) -> None:
    shape = SHIPPED[key]
    keys = [section.key for section in shape.sections]
    assert len(keys) == len(set(keys))
    assert {name for section in shape.sections for name in section.blocks} <= set(report_blocks.names())
    with service_scope(council=board.council):
        if key != "health-and-wellbeing":
            copy_shipped(council=board.council, key=key, by=board.author)
        with pytest.raises(PolicyError, match="already"):
            copy_shipped(council=board.council, key=key, by=board.author)


def test_a_committee_gets_a_report_once_and_an_unknown_shape_is_refused(board: Committee) -> None:
    with service_scope(council=board.council):
        with pytest.raises(PolicyError, match="gets this report already"):
            schedule_report(
                council=board.council,
                by=board.author,
                template=board.schedule.template,
                title="Twice",
                committee="Health and Wellbeing Board",
            )
        with pytest.raises(PolicyError, match="no such report shape"):
            copy_shipped(council=board.council, key="poem", by=board.author)


# Writing -----------------------------------------------------------------------------------------


def write(one: Committee, section: ReportSection, narrative: str, **options: object) -> ReportSection:
    given = {"none_identified": False, "version": section.version, "by": one.author, **options}
    with service_scope(council=one.council):
        return write_section(section=section, narrative=narrative, **given)


def test_what_a_section_said_before_is_kept(board: Committee) -> None:
    section = board.sections(board.open())["legal"]
    first = section.narrative
    written = write(board, section, "One.")
    write(board, written, "Two.\r\n\r\nThree.")
    with service_scope(council=board.council):
        kept = SectionRevision.objects.filter(section=section).order_by("version")
        assert [(one.version, one.narrative) for one in kept] == [
            (1, first),
            (2, "One."),
            (3, "Two.\n\nThree."),
        ]


def test_two_people_on_one_section_lose_nothing(board: Committee) -> None:
    section = board.sections(board.open())["why"]
    write(board, section, "Mine.")
    with pytest.raises(StaleVersion) as stale:
        write(board, section, "Yours.", by=member(board.council, Role.COORDINATOR))
    assert stale.value.version == 2
    assert [(one.theirs, one.yours) for one in stale.value.differences] == [("Mine.", "Yours.")]


def test_the_same_words_twice_are_one_change(board: Committee) -> None:
    section = board.sections(board.open())["why"]
    write(board, section, "Mine.")
    assert write(board, section, "Mine.").version == 2


def test_none_identified_stands_alone_and_only_where_it_is_an_answer(board: Committee) -> None:
    sections = board.sections(board.open())
    with pytest.raises(PolicyError, match="needs words"):
        write(board, sections["why"], "", none_identified=True)
    with pytest.raises(PolicyError, match="not both"):
        write(board, sections["equalities"], "Words.", none_identified=True)
    assert write(board, sections["equalities"], "", none_identified=True).none_identified


def test_the_header_is_changed_by_version_and_only_in_its_own_lines(board: Committee) -> None:
    report = board.open()
    with service_scope(council=board.council):
        changed = change_header(
            report=report, by=board.author, header={"wards": "Two", "council": "x", "urgent": "No"}, version=1
        )
        assert changed.header == {"wards": "Two", "urgent": "No"}
        with pytest.raises(StaleVersion) as stale:
            change_header(report=report, by=board.author, header={"wards": "Three"}, version=1)
        assert [(one.theirs, one.yours) for one in stale.value.differences] == [("Two", "Three")]
        same = change_header(report=report, by=board.author, header={"wards": "Two"}, version=1)
    assert same.header_version == 2


# Freezing ----------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A block whose only figure the test can change, in place of the training returns."""
    figure = [1]

    def provider(council: Council, start: date, end: date, as_at: date) -> list[report_blocks.Block]:
        return [
            report_blocks.Block(
                key="counted",
                title="Counted",
                columns=[report_blocks.Column("What"), report_blocks.Column("How many", numeric=True)],
                rows=[[council.name, str(figure[0])]],
                source="A test",
                as_at=as_at,
                missing=["Two returns missing"] if figure[0] == 1 else [],
            )
        ]

    monkeypatch.setitem(report_blocks._providers, "training_returns", ("Training", provider))
    return figure


def printed(one: Committee, report: Report) -> str:
    content = content_of_fresh(one, report)
    found = [
        part["block"]["rows"][0][1]
        for section in content["sections"]
        for part in section["parts"]
        if part["kind"] == "block" and part["block"]["key"] == "counted"
    ]
    return found[0]


def content_of_fresh(one: Committee, report: Report) -> dict[str, object] | object:
    with service_scope(council=one.council):
        return content_of(one.council, Report.objects.get(pk=report.pk))


def test_a_draft_lives_and_a_frozen_report_does_not(board: Committee, counted: list[int]) -> None:
    report = board.open()
    assert printed(board, report) == "1"
    counted[0] = 2
    assert printed(board, report) == "2"
    with time_machine.travel("2019-01-15T12:00:00Z", tick=False), service_scope(council=board.council):
        frozen = freeze(report=report, by=board.author)
    assert (frozen.state, frozen.as_at) == (ReportState.FROZEN, date(2019, 1, 15))
    counted[0] = 3
    assert printed(board, report) == "2"
    with service_scope(council=board.council):
        thaw(report=report, by=board.author)
    assert printed(board, report) == "3"
    assert actions(board.council)[-2:] == ["compliance.report_frozen", "compliance.report_thawed"]


def test_gaps_are_named_until_they_are_filled(board: Committee, counted: list[int]) -> None:
    report = board.open()
    assert "Two returns missing" in content_of_fresh(board, report)["missing"]
    counted[0] = 2
    assert "Two returns missing" not in content_of_fresh(board, report)["missing"]


def test_freezing_twice_and_thawing_a_draft_are_refused_in_words(board: Committee) -> None:
    report = board.open()
    with service_scope(council=board.council):
        with pytest.raises(PolicyError, match="not frozen"):
            thaw(report=report, by=board.author)
        freeze(report=report, by=board.author)
        with pytest.raises(PolicyError, match="frozen already"):
            freeze(report=report, by=board.author)


def test_a_frozen_report_shows_only_its_own_councils_figures(
    board: Committee, neighbour: Committee, counted: list[int]
) -> None:
    report = board.frozen()
    theirs = neighbour.frozen()
    assert board.council.name in str(report.snapshot)
    assert neighbour.council.name not in str(report.snapshot)
    with service_scope(council=board.council):
        assert not Report.objects.filter(pk=theirs.pk).exists()
        with pytest.raises(Report.DoesNotExist):
            freeze(report=theirs, by=board.author)


def test_a_block_that_no_room_offers_any_more_is_left_out(board: Committee) -> None:
    report = board.open()
    with service_scope(council=board.council):
        ReportSection.objects.filter(report=report, key="why").update(blocks=["gone"])
        sections = list(ReportSection.objects.filter(report=report, key="why"))
        assert live_blocks(board.council, report, sections, date(2019, 1, 1)) == {"why": []}


# Final -------------------------------------------------------------------------------------------


def test_a_report_is_final_once_a_second_person_says_so_and_then_never_changes(board: Committee) -> None:
    report = board.open()
    colleague = member(board.council, Role.COORDINATOR)
    with service_scope(council=board.council), pytest.raises(PolicyError, match="Freeze the figures first"):
        finalise(report=report, by=colleague)
    board.sign_everything(report)
    with service_scope(council=board.council):
        with pytest.raises(PolicyError, match="somebody else"):
            finalise(report=report, by=board.author)
        final = finalise(report=report, by=colleague)
        assert final.state == ReportState.FINAL
        for change in (
            lambda: finalise(report=report, by=colleague),
            lambda: thaw(report=report, by=board.author),
            lambda: freeze(report=report, by=board.author),
            lambda: change_header(report=report, by=board.author, header={"wards": "x"}, version=1),
        ):
            with pytest.raises(PolicyError, match="final"):
                change()
    with pytest.raises(PolicyError, match="final"):
        write(board, board.sections(report)["why"], "More.")


def test_a_report_with_an_empty_section_is_not_made_final(board: Committee) -> None:
    report = board.frozen()
    with (
        service_scope(council=board.council),
        pytest.raises(PolicyError, match="Write these sections first: “Summary”, “Recommendations”"),
    ):
        finalise(report=report, by=member(board.council, Role.COORDINATOR))


def test_the_database_itself_keeps_final_reports_versions_and_documents(board: Committee) -> None:
    report = board.final()
    with service_scope(council=board.council):
        version, _, _ = request_rendition(report=report, by=board.author)
    for change in (
        lambda: Report.objects.filter(pk=report.pk).update(title="Other"),
        lambda: Report.objects.filter(pk=report.pk).delete(),
        lambda: ReportSection.objects.filter(report=report).update(narrative="Other"),
    ):
        with (
            pytest.raises(IntegrityError, match=r"never changed|protected foreign keys"),
            service_scope(council=board.council),
            transaction.atomic(),
        ):
            change()
    with service_scope(council=board.council):
        assert ReportVersion.objects.filter(pk=version.pk).update(number=9) == 0


# Who may -----------------------------------------------------------------------------------------


def may(user: User, one: Committee, report: Report) -> tuple[bool, bool]:
    """Whether the person may read and may write the report."""
    found = []
    with council_scope(user_id=user.pk, council=one.council):
        rights = council_access(user, one.council)
        for ask in (access.report_for, access.report_to_edit):
            try:
                ask(rights, report.pk)
            except Http404:
                found.append(False)
            else:
                found.append(True)
    return found[0], found[1]


@pytest.mark.parametrize(
    ("role", "draft", "final"),
    [
        (Role.COORDINATOR, (True, True), (True, True)),
        (Role.REPORT_AUTHOR, (True, False), (True, False)),
        (Role.SAFETY_OFFICER, (True, False), (True, False)),
        (Role.AUDITOR, (True, False), (True, False)),
        (Role.CABINET_MEMBER, (True, False), (True, False)),
        (Role.BOARD_MEMBER, (False, False), (True, False)),
        (Role.COUNCILLOR, (False, False), (True, False)),
        (Role.DEMOCRATIC_SERVICES, (False, False), (True, False)),
        (Role.PARTNER_SUBMITTER, (False, False), (False, False)),
        (Role.PANEL_MEMBER, (False, False), (False, False)),
        (Role.CONSULTEE, (False, False), (False, False)),
    ],
)
def test_who_reads_and_writes_a_report(
    board: Committee, neighbour: Committee, role: Role, draft: tuple[bool, bool], final: tuple[bool, bool]
) -> None:
    report, theirs = board.open(), neighbour.open()
    person = member(board.council, role)
    assert may(person, board, report) == draft
    board.sign_everything(report)
    with service_scope(council=board.council):
        finalise(report=report, by=member(board.council, Role.COORDINATOR))
    assert may(person, board, report) == final
    assert may(person, board, theirs) == (False, False)
    assert may(person, neighbour, theirs) == (False, False)


def test_a_report_author_writes_their_own_report(board: Committee) -> None:
    author = member(board.council, Role.REPORT_AUTHOR)
    with service_scope(council=board.council):
        ReportSchedule.objects.filter(pk=board.schedule.pk).update(author=author)
        board.schedule.refresh_from_db()
        report, _ = open_report(schedule=board.schedule, quarter=Q3)
    assert may(author, board, report) == (True, True)


def test_a_missing_report_and_a_forbidden_one_are_the_same(board: Committee) -> None:
    with (
        council_scope(user_id=board.author.pk, council=board.council),
        pytest.raises(Http404),
    ):
        access.report_for(council_access(board.author, board.council), uuid.uuid4())


def test_a_draft_waits_for_its_author_once_its_quarter_is_over(
    board: Committee, neighbour: Committee
) -> None:
    report = board.open()
    neighbour.open()
    with own_councils_scope(user_id=board.author.pk):
        assert items_of([reports_to_write], own_access(board.author), date(2018, 12, 31)) == []
        items = items_of([reports_to_write], own_access(board.author), date(2019, 1, 1))
    assert [(item.reference, item.due_on, item.council) for item in items] == [
        (report.reference, date(2019, 1, 28), board.council)
    ]
    assert Quarter.of(report.period_start) == Q3
