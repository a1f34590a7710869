"""A committee's reports are dated from its meetings, by working days with bank holidays, and follow them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import CommitteeMeeting, Report, ReportSchedule, SignOff
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_dates import ReportDates, dates_of, meeting_of, round_closes_on
from compliance.queries.report_templates import coming_reports, fingerprint
from compliance.services.report_opening import open_due, open_report
from compliance.services.report_schedules import (
    add_meeting,
    change_schedule,
    remove_meeting,
    schedule_report,
)
from compliance.services.report_sections import change_header
from partnerships.enums import Cadence
from partnerships.models import Board, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import working_days_before
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Q3, Committee, committee
from tests.factories import member
from training.models import RoundExtension, TrainingRound

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
MEETING = date(2019, 4, 25)
"""A Thursday. Good Friday and Easter Monday of 2019 were 19 and 22 April."""


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def client(board: Committee) -> Client:
    return sign_in(Client(), board.author)


def meets(one: Committee, *days: date) -> None:
    with service_scope(council=one.council):
        for day in days:
            add_meeting(schedule=one.schedule, by=one.author, held_on=day)


def fresh_schedule(one: Committee) -> ReportSchedule:
    with service_scope(council=one.council):
        return ReportSchedule.objects.select_related("author", "template").get(pk=one.schedule.pk)


def dates(one: Committee, report: Report) -> ReportDates:
    with service_scope(council=one.council):
        return dates_of(one.fresh(report))


def page(one: Committee, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/committees/{one.schedule.pk}/{ending}"


def given(schedule: ReportSchedule, **fields: Any) -> dict[str, Any]:
    """What the service is asked to make of the schedule: as it stands, but for these."""
    names = (
        "title committee cadence author board header days_to_write advice_days sign_off_days papers_days "
        "starts_on ends_on"
    )
    return {**{name: getattr(schedule, name) for name in names.split()}, **fields}


# Dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (MEETING, 0, MEETING),
        (MEETING, 1, date(2019, 4, 24)),
        (MEETING, 2, date(2019, 4, 23)),
        # Over the weekend and both bank holidays of Easter.
        (MEETING, 3, date(2019, 4, 18)),
        (date(2019, 4, 22), 1, date(2019, 4, 18)),
        (date(2019, 1, 2), 1, date(2018, 12, 31)),
    ],
)
def test_working_days_are_counted_back_over_weekends_and_bank_holidays(
    day: date, count: int, expected: date
) -> None:
    assert working_days_before(day, count) == expected


def test_a_reports_dates_are_worked_back_from_its_meeting(board: Committee) -> None:
    meets(board, MEETING)
    report = board.open()
    assert dates(board, report) == ReportDates(
        meeting_on=MEETING,
        advice_by=date(2019, 4, 2),
        sign_off_by=date(2019, 4, 9),
        papers_on=date(2019, 4, 15),
        due_on=date(2019, 4, 15),
        suggested_freeze_on=None,
    )
    # The papers lie open on 16, 17, 18, 23 and 24 April: five clear days.
    later = board.open(Q3.following.following)
    assert dates(board, later) == ReportDates(None, None, None, None, date(2019, 7, 28), None)


def test_the_author_is_told_to_freeze_on_the_day_the_round_of_returns_closes(board: Committee) -> None:
    other = committee()
    with service_scope(council=other.council):
        TrainingRound.objects.create(
            council=other.council, period_from=Q3.start, period_to=Q3.end, due_on=date(2019, 3, 1)
        )
    with service_scope(council=board.council):
        assert round_closes_on(board.council, Q3) is None
        found = TrainingRound.objects.create(
            council=board.council, period_from=Q3.start, period_to=Q3.end, due_on=date(2019, 1, 28)
        )
        assert round_closes_on(board.council, Q3) == date(2019, 1, 28)
        assert round_closes_on(board.council, Q3.following) is None
    meets(board, date(2019, 2, 14))
    report = board.open()
    assert dates(board, report).suggested_freeze_on == date(2019, 1, 28)
    [clash] = dates(board, report).clashes
    assert clash == (
        "The round of returns closes on 28 January 2019, "
        "after the day by which advice is in (24 January 2019)."
    )
    with service_scope(council=board.council):
        # Clocks in London showed half past midnight, in summer time.
        found.closed_at = datetime(2019, 4, 3, 23, 30, tzinfo=ZoneInfo("UTC"))
        found.save(update_fields=["closed_at"])
        assert round_closes_on(board.council, Q3) == date(2019, 4, 4)
        found.closed_at = datetime(2019, 1, 10, 12, tzinfo=LONDON)
        found.save(update_fields=["closed_at"])
    assert dates(board, report).suggested_freeze_on == date(2019, 1, 10)
    assert dates(board, report).clashes == []


def test_more_time_for_one_organisation_moves_the_day_on_which_a_round_closes(board: Committee) -> None:
    with service_scope(council=board.council):
        found = TrainingRound.objects.create(
            council=board.council, period_from=Q3.start, period_to=Q3.end, due_on=date(2019, 1, 28)
        )
        RoundExtension.objects.create(
            council=board.council,
            round=found,
            organisation=Organisation.objects.create(name="A trust"),
            moved_from=date(2019, 1, 28),
            due_on=date(2019, 2, 8),
            reason="Leave",
        )
        assert round_closes_on(board.council, Q3) == date(2019, 2, 8)


def test_a_meeting_whose_papers_go_out_before_the_quarter_ends_takes_no_report_on_it(
    board: Committee,
) -> None:
    days = [date(2019, 1, 8), date(2019, 1, 10), date(2019, 2, 28), date(2018, 11, 1)]
    # Papers of 10 January go out on 2 January, those of 8 January on the last working day of the old year.
    assert working_days_before(days[0], 6) == date(2018, 12, 28)
    assert meeting_of(board.schedule, Q3, days) == date(2019, 1, 10)
    assert meeting_of(board.schedule, Q3.previous, days) == date(2018, 11, 1)
    assert meeting_of(board.schedule, Q3.following, days) is None


# Opening -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", [Cadence.TERMLY, Cadence.MONTHLY, Cadence.BI_MONTHLY])
def test_a_committee_that_meets_by_term_or_month_gets_one_report_for_each_quarter_that_it_meets_after(
    board: Committee, cadence: Cadence
) -> None:
    with service_scope(council=board.council):
        ReportSchedule.objects.filter(pk=board.schedule.pk).update(cadence=cadence)
        assert open_due(council=board.council, today=date(2019, 1, 1)) == []
        board.schedule.refresh_from_db()
    meets(board, date(2018, 11, 15), date(2019, 3, 14), date(2019, 3, 28), date(2019, 7, 18))
    opened: list[tuple[str, date | None]] = []
    with service_scope(council=board.council):
        for day in (date(2018, 10, 1), date(2019, 1, 1), date(2019, 4, 1), date(2019, 7, 1)):
            opened += [
                (str(one.period), one.meeting_on) for one in open_due(council=board.council, today=day)
            ]
    assert opened == [
        ("Q2 2018/19", date(2018, 11, 15)),
        ("Q3 2018/19", date(2019, 3, 14)),
        # July takes the last quarter that has ended; nothing is opened on January to March for it.
        ("Q1 2019/20", date(2019, 7, 18)),
    ]


def test_a_report_opens_with_its_meeting_its_signatories_and_its_advisers() -> None:
    one = committee(shape="cabinet")
    meets(one, date(2019, 3, 14))
    report = one.open()
    assert (report.meeting_on, report.due_on) == (date(2019, 3, 14), date(2019, 3, 6))
    assert report.signatories == ["Lead officer", "Cabinet member"]
    assert one.sections(report)["advice-finance"].adviser == "Director of Finance"
    with service_scope(council=one.council):
        places = SignOff.objects.filter(report=report).order_by("position")
        assert [(place.title, place.person) for place in places] == [
            ("Author", one.author),
            ("Lead officer", None),
            ("Cabinet member", None),
        ]


# Meetings ----------------------------------------------------------------------------------------


def test_open_reports_follow_the_meetings_and_final_ones_do_not(board: Committee) -> None:
    report = board.open()
    assert (report.meeting_on, report.due_on) == (None, date(2019, 1, 28))
    meets(board, MEETING)
    assert board.fresh(report).meeting_on == MEETING
    meets(board, date(2019, 3, 14))
    assert board.fresh(report).meeting_on == date(2019, 3, 14)
    assert board.fresh(report).due_on == date(2019, 3, 6)
    with service_scope(council=board.council):
        first = CommitteeMeeting.objects.get(held_on=date(2019, 3, 14))
        first.schedule = board.schedule
        remove_meeting(meeting=first, by=board.author)
        assert board.fresh(report).meeting_on == MEETING
        with pytest.raises(PolicyError, match="25 April 2019 is on record already"):
            add_meeting(schedule=board.schedule, by=board.author, held_on=MEETING)
        recorded = list(
            Event.objects.filter(council_id=board.council.pk, action__contains="committee_meeting")
            .order_by("id")
            .values_list("action", "details__held_on")
        )
    assert recorded == [
        ("compliance.committee_meeting_added", "2019-04-25"),
        ("compliance.committee_meeting_added", "2019-03-14"),
        ("compliance.committee_meeting_removed", "2019-03-14"),
    ]
    with service_scope(council=board.council):
        Report.objects.filter(pk=report.pk).update(
            state=ReportState.FINAL,
            as_at=Q3.end,
            snapshot={},
            frozen_by=board.author,
            final_by=member(board.council, Role.COORDINATOR),
        )
    meets(board, date(2019, 3, 7))
    assert board.fresh(report).meeting_on == MEETING


def test_a_day_that_an_author_set_stays_and_its_last_day_follows_the_schedule(board: Committee) -> None:
    report = board.open()
    with service_scope(council=board.council):
        header = {"meeting_on": "2019-03-14", "wards": "All"}
        change_header(report=report, by=board.author, header=header, version=1)
        assert board.fresh(report).due_on == date(2019, 3, 6)
        with pytest.raises(PolicyError, match="real date"):
            change_header(report=report, by=board.author, header={"meeting_on": "soon"}, version=2)
    meets(board, MEETING)
    assert board.fresh(report).meeting_on == date(2019, 3, 14)
    schedule = fresh_schedule(board)
    with service_scope(council=board.council):
        changed = change_schedule(
            schedule=schedule,
            by=board.author,
            version=fingerprint(schedule),
            **given(schedule, papers_days=5, sign_off_days=7),
        )
    assert (changed.papers_days, changed.sign_off_days) == (5, 7)
    assert board.fresh(report).meeting_on == date(2019, 3, 14)
    assert board.fresh(report).due_on == date(2019, 3, 7)


# Changing ----------------------------------------------------------------------------------------


def test_two_people_on_a_schedule_lose_nothing(board: Committee) -> None:
    schedule = fresh_schedule(board)
    seen = fingerprint(schedule)
    deputy = member(board.council, Role.COORDINATOR, name="Dana Deputy")
    with service_scope(council=board.council):
        change_schedule(
            schedule=schedule, by=board.author, version=seen, **given(schedule, title="Prevent, each quarter")
        )
        with pytest.raises(StaleVersion) as stale:
            change_schedule(
                schedule=schedule,
                by=board.author,
                version=seen,
                **given(schedule, author=deputy, ends_on=None),
            )
    assert [(one.label, one.theirs, one.yours) for one in stale.value.differences][:1] == [
        ("Title", "Prevent, each quarter", "Prevent: quarterly update")
    ]
    assert stale.value.version == fingerprint(fresh_schedule(board))
    assert fresh_schedule(board).author == board.author


def test_a_schedule_that_contradicts_itself_or_another_is_refused(board: Committee) -> None:
    schedule = fresh_schedule(board)
    with service_scope(council=board.council):
        schedule_report(
            council=board.council,
            by=board.author,
            template=schedule.template,
            title="Prevent",
            committee="Cabinet",
            starts_on=date(2018, 4, 1),
        )
        for fields, words in (
            ({"committee": "Cabinet"}, "Cabinet gets this report already"),
            ({"advice_days": 5}, "cannot grow"),
            ({"ends_on": date(2018, 3, 31)}, "on or after the first day"),
        ):
            with pytest.raises(PolicyError, match=words):
                change_schedule(
                    schedule=schedule,
                    by=board.author,
                    version=fingerprint(schedule),
                    **given(schedule, **fields),
                )
        with pytest.raises(PolicyError, match="cannot grow"):
            schedule_report(
                council=board.council,
                by=board.author,
                template=schedule.template,
                title="Prevent",
                committee="Board",
                papers_days=11,
            )
    assert fingerprint(fresh_schedule(board)) == fingerprint(schedule)


def test_the_next_reports_are_those_that_will_be_opened(board: Committee) -> None:
    board.schedule.ends_on = date(2019, 12, 31)
    today = date(2019, 2, 1)
    assert coming_reports(board.schedule, [MEETING], today) == [
        (Q3, MEETING),
        (Quarter(2018, 4), MEETING),
        (Quarter(2019, 1), None),
        (Quarter(2019, 2), None),
    ]
    board.schedule.cadence = Cadence.SIX_MONTHLY
    assert [str(one) for one, _ in coming_reports(board.schedule, [], today)] == ["Q4 2018/19", "Q2 2019/20"]
    board.schedule.cadence = Cadence.TERMLY
    assert coming_reports(board.schedule, [], today) == []
    assert coming_reports(board.schedule, [MEETING], today) == [(Quarter(2018, 4), MEETING)]


@pytest.mark.parametrize(
    ("cadence", "ends_with", "words", "short"),
    [
        (Cadence.QUARTERLY, Q3, "Quarter 3 2018/19 (October to December 2018)", "Q3 2018/19"),
        (Cadence.TERMLY, Q3, "Quarter 3 2018/19 (October to December 2018)", "Q3 2018/19"),
        (
            Cadence.SIX_MONTHLY,
            Quarter(2018, 4),
            "Quarters 3 and 4 2018/19 (October 2018 to March 2019)",
            "Q3 to Q4 2018/19",
        ),
        (
            Cadence.SIX_MONTHLY,
            Quarter(2018, 2),
            "Quarters 1 and 2 2018/19 (April to September 2018)",
            "Q1 to Q2 2018/19",
        ),
        (Cadence.ANNUAL, Quarter(2018, 4), "2018/19 (April 2018 to March 2019)", "2018/19"),
    ],
)
def test_a_report_covers_all_the_time_since_the_one_before(
    board: Committee, cadence: Cadence, ends_with: Quarter, words: str, short: str
) -> None:
    with service_scope(council=board.council):
        earlier = open_report(schedule=board.schedule, quarter=Quarter(2018, 1))[0]
        board.schedule.cadence = cadence
        report, created = open_report(schedule=board.schedule, quarter=ends_with)
        again = open_report(schedule=board.schedule, quarter=ends_with)
    assert created
    assert again == (report, False)
    assert earlier.period_end < report.period_end == ends_with.end
    assert (report.period.words, str(report.period)) == (words, short)


# Pages -------------------------------------------------------------------------------------------


def sent(**fields: Any) -> dict[str, Any]:
    """What the form of a schedule sends."""
    return {
        "title": "Prevent update",
        "committee": "Cabinet",
        "cadence": "quarterly",
        "advice_days": "15",
        "sign_off_days": "10",
        "papers_days": "6",
        "days_to_write": "28",
        "starts_on": "1/4/2018",
        **fields,
    }


def test_a_committee_is_given_a_report_on_a_page_and_its_meetings_date_it(
    board: Committee, client: Client
) -> None:
    home = f"/c/{board.council.slug}/reports/committees/"
    template = str(board.schedule.template_id)
    assert "Health and Wellbeing Board" in client.get(home).text
    assert "One report for each meeting on record" in client.get(f"{home}add/").text
    data = sent(template=template, cadence="termly", author=str(board.author.pk))
    added = client.post(f"{home}add/", data, follow=True)
    assert "each of them gets a report" in added.text
    assert "No report is opened for this committee" in added.text
    assert "Add a meeting" in client.get(home).text
    assert "No report is opened: no meeting is on record" in client.get(home).text
    with service_scope(council=board.council):
        schedule = ReportSchedule.objects.get(council=board.council, committee="Cabinet")
    assert (schedule.cadence, schedule.author, schedule.starts_on) == (
        "termly", board.author, date(2018, 4, 1)
    )  # fmt: skip
    again = client.post(f"{home}add/", data)
    assert "Cabinet gets this report already" in again.text
    own = f"{home}{schedule.pk}/"
    assert "Add a meeting" in client.get(own).text
    meeting = client.post(f"{own}meetings/add/", {"held_on": "14/3/2019"}, follow=True)
    assert "14 March 2019" in meeting.text
    assert "No report is opened" not in meeting.text
    twice = client.post(f"{own}meetings/add/", {"held_on": "14/3/2019"})
    assert "14 March 2019 is on record already" in twice.text
    with service_scope(council=board.council):
        held = CommitteeMeeting.objects.get(schedule=schedule)
    gone = f"{own}meetings/{held.pk}/remove/"
    asked = client.get(gone).text
    assert "Remove the meeting of 14 March 2019" in asked
    assert "govuk-button--warning" in asked
    assert "Meeting removed." in client.post(gone, follow=True).text
    assert client.get(gone).status_code == 404


def test_a_schedule_is_changed_on_its_page_with_its_header_lines(board: Committee, client: Client) -> None:
    form = client.get(page(board, "change/")).text
    assert "Header: Wards" in form
    with service_scope(council=board.council):
        own_board = Board.objects.create(council=board.council, name="Wellbeing board")
    schedule = fresh_schedule(board)
    data = sent(
        committee="Health Board",
        header_wards="North",
        board=str(own_board.pk),
        days_to_write="20",
        starts_on="1/7/2018",
        ends_on="31/12/2030",
        version=str(fingerprint(schedule)),
    )
    assert client.post(page(board, "change/"), data).status_code == 302
    changed = fresh_schedule(board)
    assert (changed.committee, changed.header, changed.board_id, changed.author) == (
        "Health Board", {"wards": "North"}, own_board.pk, None
    )  # fmt: skip
    assert (changed.days_to_write, changed.starts_on, changed.ends_on) == (
        20, date(2018, 7, 1), date(2030, 12, 31)
    )  # fmt: skip
    stale = client.post(page(board, "change/"), {**data, "committee": "Cabinet"})
    assert stale.status_code == 409
    assert "Somebody else saved" in stale.text
    text = client.get(page(board)).text
    assert "Header: Wards" in text
    assert "20 days after the quarter" in text


def test_a_report_on_an_earlier_quarter_is_opened_by_hand_once(board: Committee, client: Client) -> None:
    last = Quarter.of(timezone.localdate()).previous
    board.open(last)
    form = client.get(page(board, "open/")).text
    assert last.words not in form
    assert last.previous.words in form
    wanted = last.previous.start.isoformat()
    first = client.post(page(board, "open/"), {"quarter": wanted}, follow=True)
    assert f"Report on {last.previous} opened." in first.text
    for wrong in (wanted, last.start.isoformat(), "2018-07-02", "1066-10-14", "soon"):
        assert "There is a problem" in client.post(page(board, "open/"), {"quarter": wrong}).text
    with service_scope(council=board.council):
        assert Report.objects.filter(council=board.council).count() == 2


@pytest.mark.parametrize(
    ("ending", "data", "words"),
    [
        ("change/", sent(title="", version="1"), "Enter the title of each report"),
        ("change/", sent(advice_days="3", version="1"), "the days must not grow"),
        ("change/", sent(advice_days="61", version="1"), "must be 60 or less"),
        ("change/", sent(papers_days="-1", version="1"), "must be 0 or more"),
        ("change/", sent(papers_days="six", version="1"), "must be a whole number"),
        ("change/", sent(cadence="fortnightly", version="1"), "There is a problem"),
        ("change/", sent(author="999999", version="1"), "There is a problem"),
        ("change/", sent(starts_on="31/2/2018", version="1"), "must be a real date"),
        ("change/", sent(ends_on="1/1/2018", version="1"), "The last day must be on or after the first day"),
        ("change/", sent(), "incomplete when it was sent"),
        ("meetings/add/", {"held_on": ""}, "Enter the date of the meeting"),
        ("meetings/add/", {"held_on": "30/2/2019"}, "must be a real date"),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(
    board: Committee, client: Client, ending: str, data: dict[str, Any], words: str
) -> None:
    before = fingerprint(fresh_schedule(board))
    answer = client.post(page(board, ending), data)
    assert answer.status_code == 200
    assert words in answer.text
    assert fingerprint(fresh_schedule(board)) == before
    with service_scope(council=board.council):
        assert not CommitteeMeeting.objects.filter(council=board.council).exists()


def test_people_of_another_council_are_never_offered_as_authors(board: Committee, client: Client) -> None:
    other = committee()
    stranger = member(other.council, Role.COORDINATOR, name="Stranger Danger")
    reader = member(board.council, Role.AUDITOR, name="Reads Alone")
    form = client.get(page(board, "change/")).text
    assert board.author.name in form
    assert "Stranger Danger" not in form
    assert "Reads Alone" not in form
    for person in (stranger, reader):
        seen = str(fingerprint(fresh_schedule(board)))
        answer = client.post(page(board, "change/"), sent(author=str(person.pk), version=seen))
        assert "There is a problem" in answer.text
    assert fresh_schedule(board).author == board.author


@pytest.mark.parametrize("role", [Role.REPORT_AUTHOR, Role.CABINET_MEMBER, Role.DEMOCRATIC_SERVICES])
def test_only_coordinators_of_the_council_reach_schedules(board: Committee, role: Role) -> None:
    meets(board, MEETING)
    with service_scope(council=board.council):
        held = CommitteeMeeting.objects.get(schedule=board.schedule)
    neighbour = committee()
    outsider = sign_in(Client(), member(board.council, role))
    theirs = sign_in(Client(), neighbour.author)
    gone = f"meetings/{held.pk}/remove/"
    addresses = [page(board, ending) for ending in ("", "change/", "open/", "meetings/add/", gone)]
    addresses += [f"/c/{board.council.slug}/reports/committees/{ending}" for ending in ("", "add/")]
    for address in addresses:
        assert outsider.get(address).status_code == 404
        assert theirs.get(address).status_code == 404
    # Another council's schedule and meeting under one's own address are not there either.
    for ending in (f"{board.schedule.pk}/", f"{neighbour.schedule.pk}/{gone}"):
        address = f"/c/{neighbour.council.slug}/reports/committees/{ending}"
        assert theirs.get(address).status_code == 404
        assert theirs.post(address).status_code in (404, 405)
    with service_scope(council=board.council):
        assert CommitteeMeeting.objects.filter(pk=held.pk).exists()


def test_the_list_asks_the_same_questions_for_any_number_of_committees(
    board: Committee, client: Client
) -> None:
    address = f"/c/{board.council.slug}/reports/committees/"
    meets(board, MEETING)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with service_scope(council=board.council):
        for number in range(5):
            schedule = schedule_report(
                council=board.council,
                by=board.author,
                template=board.schedule.template,
                title="Prevent",
                committee=f"Board {number}",
                author=board.author,
            )
            add_meeting(schedule=schedule, by=board.author, held_on=MEETING + timedelta(number))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
