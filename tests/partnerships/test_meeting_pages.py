"""Pages of meetings: who sees what, what a form does, and how many statements a list takes."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.forms.meetings import MeetingForm
from partnerships.models import Attendance, Meeting
from partnerships.queries.meetings import agenda_of
from partnerships.services.minutes import record_decision
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date, british_time
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.documents.things import pdf
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import join
from tests.partnerships.meeting_factories import attach, attend, group, minute, paper, plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barnet")


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def page(client: Client, name: str, council: Council, *keys: Any, query: str = "") -> str:
    response = client.get(reverse(name, args=[council.slug, *keys]) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_year_is_planned_from_its_first_day(client: Client, council: Council, coordinator: User) -> None:
    board = group(council, cadence="quarterly")
    sign_in(client, coordinator)
    address = reverse("meetings-plan", args=[council.slug, board.pk])
    asked = "?first_day=10&first_month=3&first_year=2031"
    assert "When is the first meeting?" in client.get(address).content.decode()
    shown = client.get(address + asked).content.decode()
    assert "Monday 10 March 2031" in shown
    assert "Monday 8 December 2031" in shown
    done = client.post(address + asked, {"days": ["2031-03-10", "2031-09-08"], "place": "Town hall"})
    assert done.status_code == 302
    with service_scope(council=council):
        assert list(Meeting.objects.filter(council=council).values_list("held_on", "place")) == [
            (date(2031, 3, 10), "Town hall"),
            (date(2031, 9, 8), "Town hall"),
        ]
    assert "Select at least one date" in client.post(address + asked, {}).content.decode()


def test_the_page_of_a_meeting_shows_what_was_recorded(
    client: Client, council: Council, coordinator: User
) -> None:
    make_plan(council, coordinator)
    first, second = plan(group(council, quorum=3), 20, 1)
    attend(first, "present", "substitute", "absent")
    sign_in(client, coordinator)
    client.post(
        reverse("decision-add", args=[council.slug, first.pk]),
        {"text": "Adopt the plan", "item": "", "paper": ""},
    )
    client.post(
        reverse("meeting-action", args=[council.slug, first.pk]),
        {
            "title": "Write to schools", "owner": str(coordinator.pk), "item": "",
            "due_on_day": "1", "due_on_month": "3", "due_on_year": str(TODAY.year + 1),
            "token": "0196b5a0-0000-7000-8000-000000000001",
        },
    )  # fmt: skip
    minute(first, "## Projects\n\nNoted.")
    shown = page(client, "meeting", council, first.pk)
    for words in (
        "not quorate: 2 of the 3",
        "Adopt the plan",
        "A1 Write to schools",
        "Draft minutes",
        "Substitute",
    ):
        assert words in shown, words
    later = "They can be approved once a later meeting is held."
    assert "Approve the minutes" not in shown, "no later meeting was held"
    assert later in shown
    assert f">1 March {TODAY.year + 1}</td>" in shown, "its column says already that it is due"
    approve = reverse("minutes-approve", args=[council.slug, first.pk])
    assert "Record its attendance first." in client.get(approve).content.decode()
    attend(second)
    shown = page(client, "meeting", council, first.pk)
    assert "Approve the minutes" in shown
    assert later not in shown
    assert "Which meeting approved them?" in client.get(approve).content.decode()
    assert "A1 Write to schools" in page(client, "meeting", council, second.pk), "from the last meeting"
    assert client.post(approve, {"at": str(second.pk), "version": "2"}).status_code == 302
    shown = page(client, "meeting", council, first.pk)
    assert "Minutes approved" in shown
    assert "Write the minutes" not in shown
    assert "Record a decision" not in shown


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2:30pm", time(14, 30)), ("2.30 PM", time(14, 30)), ("14:30", time(14, 30)), ("14.30", time(14, 30)),
        ("2pm", time(14)), ("9 am", time(9)), ("12am", time(0)), ("Midday", time(12)), ("midnight", time(0)),
    ],
)  # fmt: skip
def test_a_time_is_understood_as_the_portal_prints_it(typed: str, meant: time) -> None:
    form = MeetingForm({"held_on": "2031-03-10", "starts_at": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == meant
    again = MeetingForm({"held_on": "2031-03-10", "starts_at": british_time(meant)})
    assert again.is_valid()
    assert again.cleaned_data["starts_at"] == meant


def test_what_is_no_time_is_refused_and_a_stored_one_stands_in_the_box() -> None:
    for wrong in ("half past two", "25:00", "14:30pm", "0am"):
        form = MeetingForm({"held_on": "2031-03-10", "starts_at": wrong})
        assert form.errors["starts_at"] == ["Start time must be a time, like 2:30pm or 14:30"], wrong
    assert 'value="2:30pm"' in str(MeetingForm(initial={"starts_at": time(14, 30)})["starts_at"])


def test_the_page_that_cancels_a_meeting_says_which_and_offers_to_keep_it(
    client: Client, council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), -5)
    sign_in(client, coordinator)
    shown = page(client, "meeting-cancel", council, meeting.pk)
    assert f"Delivery Group, {british_date(meeting.held_on)}." in shown
    assert ">Keep the meeting</a>" in shown
    assert "govuk-button--warning" in shown


def test_a_reader_sees_no_form_and_a_neighbour_nothing(client: Client, council: Council) -> None:
    board = group(council)
    (meeting,) = plan(board, -5)
    with service_scope(council=council):
        item = agenda_of(meeting)[0]
    sign_in(client, member(council, Role.AUDITOR))
    shown = page(client, "meeting", council, meeting.pk)
    assert "Add an item" not in shown
    assert "Make the board pack" not in shown
    forms = [
        reverse(name, args=[council.slug, key])
        for name, key in (
            ("meetings-plan", board.pk), ("meeting-add", board.pk), ("meetings-arrange", board.pk),
            ("meeting-change", meeting.pk), ("meeting-cancel", meeting.pk),
            ("meeting-attendance", meeting.pk),
            ("agenda-add", meeting.pk), ("decision-add", meeting.pk), ("meeting-action", meeting.pk),
            ("meeting-minutes", meeting.pk), ("minutes-approve", meeting.pk), ("meeting-pack", meeting.pk),
            ("agenda-change", item.pk), ("paper-add", item.pk),
        )
    ]  # fmt: skip
    assert {client.get(address).status_code for address in forms} == {404}
    other = CouncilFactory.create()
    sign_in(client, member(other, Role.COORDINATOR))
    for address in [*forms, reverse("meeting", args=[council.slug, meeting.pk])]:
        assert client.get(address).status_code == 404
        assert client.get(address.replace(council.slug, other.slug)).status_code == 404


def test_a_joint_board_s_meeting_is_a_page_of_its_participant_without_forms(client: Client) -> None:
    host, city = CouncilFactory.create(name="County"), CouncilFactory.create(name="City")
    board = group(host, "Steering Group")
    join(board, city)
    (meeting,) = plan(board, -5)
    paper(meeting, "For all")
    paper(meeting, "For members", audience="board")
    sign_in(client, member(city, Role.COORDINATOR))
    assert "joint board hosted by County" in page(client, "meetings", city)
    shown = page(client, "meeting", city, meeting.pk)
    assert "For all" in shown
    assert "For members" not in shown
    assert "Add an item" not in shown
    assert client.get(reverse("meeting-attendance", args=[city.slug, meeting.pk])).status_code == 404
    assert "Attendance by agency" in page(client, "board-meetings", city, board.pk)


def test_lists_and_files_take_the_same_statements_for_any_number_of_meetings(
    client: Client, council: Council, coordinator: User
) -> None:
    board = group(council)
    (first,) = plan(board, 400)
    attend(first)
    sign_in(client, coordinator)
    names = ("meetings", "meetings-csv")

    def statements() -> list[int]:
        counts = []
        for name in names:
            page(client, name, council)
            with CaptureQueriesContext(connection) as captured:
                page(client, name, council)
            counts.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            page(client, "board-meetings", council, board.pk)
        return [*counts, len(captured)]

    before = statements()
    with service_scope(council=council):
        Meeting.objects.bulk_create(
            Meeting(council=council, board=board, held_on=TODAY + timedelta(days=day)) for day in range(1, 50)
        )
    # More than a page of them: the page links ask for nothing else.
    assert statements() == before
    csv = page(client, "meetings-csv", council, query="?when=held").splitlines()
    assert len(csv) == 2
    assert "Delivery Group,Barnet," in csv[1]


def test_attendance_over_a_year_is_a_chart_a_table_and_a_file_in_as_many_statements_for_a_full_year(
    client: Client, council: Council, coordinator: User
) -> None:
    board = group(council)
    (first,) = plan(board, 0)
    attend(first, "present", "absent", "substitute")
    sign_in(client, coordinator)
    year = TODAY.year if TODAY.month >= 4 else TODAY.year - 1

    def year_page() -> tuple[str, int]:
        page(client, "board-meetings", council, board.pk)
        with CaptureQueriesContext(connection) as captured:
            shown = page(client, "board-meetings", council, board.pk, query=f"?year={year}")
        return shown, len(captured)

    _, for_one = year_page()
    with service_scope(council=council):
        rows = list(Attendance.objects.filter(council=council, meeting=first))
        days = [date(year, 4, 1) + timedelta(days=day) for day in range(300, 311)]
        held = Meeting.objects.bulk_create(
            Meeting(council=council, board=board, held_on=day, state="held") for day in days
        )
        Attendance.objects.bulk_create(
            Attendance(council=council, meeting=one, organisation=row.organisation, state=row.state)
            for one in held
            for row in rows
        )
    shown, for_twelve = year_page()
    assert for_twelve == for_one
    assert "Meetings at which each agency was represented" in shown
    assert "Fire and Rescue: 12 of 12; North Trust: 0 of 12; Police: 12 of 12" in shown
    file = page(client, "attendance-csv", council, board.pk, query=f"?year={year}").splitlines()
    assert file[1:] == ["Fire and Rescue,12,12,0,0,0", "North Trust,12,0,0,0,12", "Police,12,0,12,0,0"]
    page(client, "attendance-csv", council, board.pk, query="?year=99999999999999999999")


def test_what_a_board_decided_is_a_file_that_names_a_paper_to_its_readers_alone(
    client: Client, council: Council, coordinator: User
) -> None:
    board = group(council)
    (meeting,) = plan(board, 0)
    secret = paper(meeting, "Secret", audience="named", readers=[coordinator])
    attach(secret, coordinator, pdf())
    attend(meeting)
    with service_scope(council=council):
        version = DocumentVersion.objects.get(council=council)
        record_decision(meeting=meeting, by=None, text="Adopt it", document_version=version)
    year, day = TODAY.year, british_date(TODAY)
    author = member(council, Role.REPORT_AUTHOR)
    for person, named in ((coordinator, f"Secret,1,{version.sha256}"), (author, ",,")):
        sign_in(client, person)
        assert page(client, "decisions-csv", council, board.pk).splitlines()[1:] == [
            f"{year}/1,{day},,Adopt it,{named},Not written"
        ]
        assert ("Secret" in page(client, "meeting", council, meeting.pk)) == (named != ",,")
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR))
    assert client.get(reverse("decisions-csv", args=[council.slug, board.pk])).status_code == 404
