"""Seats, statements, meetings and attendance: who may change them, and what the database refuses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channel import queries
from channel.enums import Agency, AttendanceState, Capacity, ListedFor, StatementKind
from channel.models import Attendance, ChannelMeeting, MeetingCase, Panel, Seat, StatementVersion
from channel.policies import ChannelRefused
from channel.policies.meeting_dates import propose_dates
from channel.queries.attendance import AgencyLine, attendance_by_agency, expected_at, police_present
from channel.services import attendance, meetings, panels, statements
from channel.services.panels import Place
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.web.dates import british_time
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world, panellist

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def seat(world: PanelWorld, **fields: Any) -> Seat:
    person = panellist(world.council, fields.pop("role", Role.PANEL_MEMBER))
    with world.as_chair():
        return panels.seat_person(panel=world.panel, person=person, by=world.chair, **fields)


# Seats --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capacity", "place", "words"),
    [
        (Capacity.DISTRICT, Place(), "Choose the district"),
        (Capacity.POLICE, Place(), "Enter the police area"),
        (Capacity.POLICE, Place(police_area="  "), "Enter the police area"),
        (Capacity.MEMBER, Place(police_area="Metropolitan"), "Only a police representative"),
        (Capacity.CASE_MANAGER, Place(), "Enter the last day"),
    ],
    ids=str,
)
def test_a_seat_without_what_its_kind_needs_is_refused_and_nothing_is_stored(
    barnet: PanelWorld, capacity: Capacity, place: Place, words: str
) -> None:
    with pytest.raises(ChannelRefused, match=words):
        seat(barnet, capacity=capacity, place=place)
    with barnet.as_chair():
        assert Seat.objects.filter(panel=barnet.panel).count() == 1


def test_the_database_holds_no_such_seat_either(barnet: PanelWorld) -> None:
    person = panellist(barnet.council)
    for wrong in (
        {"capacity": Capacity.DISTRICT},
        {"capacity": Capacity.MEMBER, "district": barnet.council},
        {"capacity": Capacity.POLICE},
        {"capacity": Capacity.CHAIR, "police_area": "Metropolitan"},
        {"capacity": Capacity.CASE_MANAGER},
    ):
        with barnet.as_chair(), pytest.raises(DatabaseError), transaction.atomic():
            Seat.objects.create(
                council=barnet.council, panel=barnet.panel, person=person, created_by=barnet.chair, **wrong
            )


def test_each_kind_of_seat_keeps_its_area_and_its_last_day(barnet: PanelWorld) -> None:
    last = timezone.localdate() + timedelta(days=30)
    district = seat(
        barnet,
        capacity=Capacity.DISTRICT,
        place=Place(Agency.DISTRICT, district=barnet.council),
        role=Role.DISTRICT_ATTENDER,
    )
    police = seat(
        barnet,
        capacity=Capacity.POLICE,
        place=Place(Agency.POLICE, police_area=" Metropolitan "),
        role=Role.POLICE_REPRESENTATIVE,
    )
    manager = seat(barnet, capacity=Capacity.CASE_MANAGER, ends_on=last, role=Role.CASE_MANAGER)
    assert (district.district, district.agency) == (barnet.council, Agency.DISTRICT)
    assert police.police_area == "Metropolitan"
    assert manager.ends_on == last


def test_one_person_holds_one_seat_at_a_time_on_a_panel(barnet: PanelWorld) -> None:
    today = timezone.localdate()
    first = seat(barnet, capacity=Capacity.MEMBER, ends_on=today + timedelta(days=10))
    with barnet.as_chair():
        for starts, ends in ((today, None), (today + timedelta(days=10), None), (today, today)):
            with pytest.raises(ChannelRefused, match="sits on the panel already"):
                panels.seat_person(
                    panel=barnet.panel,
                    person=first.person,
                    capacity=Capacity.MEMBER,
                    starts_on=starts,
                    ends_on=ends,
                    by=barnet.chair,
                )
        again = panels.seat_person(
            panel=barnet.panel,
            person=first.person,
            capacity=Capacity.MEMBER,
            starts_on=today + timedelta(days=11),
            by=barnet.chair,
        )
    assert again.pk != first.pk


def test_the_secretary_seats_nobody(barnet: PanelWorld) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    newcomer = panellist(barnet.council)
    with barnet.as_person(secretary), pytest.raises(ChannelRefused, match="Only the panel’s chair"):
        panels.seat_person(panel=barnet.panel, person=newcomer, capacity=Capacity.MEMBER, by=secretary)
    client = sign_in(Client(), secretary)
    assert client.get(reverse("channel-seat-new", args=["barnet", barnet.panel.pk])).status_code == 404
    assert client.get(reverse("channel-panel", args=["barnet", barnet.panel.pk])).status_code == 200


def test_a_panel_never_loses_its_last_chair(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        own = queries.seats_of(barnet.panel).get(person=barnet.chair)
        with pytest.raises(ChannelRefused, match="needs a chair"):
            panels.end_seat(seat=own, by=barnet.chair)
    barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with barnet.as_chair():
        assert panels.end_seat(seat=own, by=barnet.chair).ended_at is not None
        assert not queries.chaired_panels(council_access(barnet.chair, barnet.council)).exists()


def test_a_seat_of_another_panel_cannot_be_ended_from_here(
    barnet: PanelWorld, southwark: PanelWorld, client: Client
) -> None:
    sign_in(client, barnet.chair)
    with southwark.as_chair():
        theirs = queries.seats_of(southwark.panel).get()
    answer = client.post(reverse("channel-seat-end", args=["barnet", theirs.pk]), {})
    assert answer.status_code == 404
    with southwark.as_chair():
        assert Seat.objects.get(pk=theirs.pk).ended_at is None


def test_the_chair_gives_a_seat_and_ends_it_on_the_pages(barnet: PanelWorld, client: Client) -> None:
    person = panellist(barnet.council, Role.POLICE_REPRESENTATIVE)
    sign_in(client, barnet.chair)
    form = {"person": person.pk, "capacity": "police", "agency": "police", "police_area": ""}
    address = reverse("channel-seat-new", args=["barnet", barnet.panel.pk])
    refused = client.post(address, form)
    assert "Enter the police area whose residents they come for" in refused.content.decode()
    given = client.post(address, {**form, "police_area": "Metropolitan"}, follow=True).content.decode()
    assert person.name in given
    assert "Police representative, Metropolitan" in given
    with barnet.as_chair():
        held = queries.seats_of(barnet.panel).get(person=person)
    ended = client.post(reverse("channel-seat-end", args=["barnet", held.pk]), {}, follow=True)
    assert "The seat has ended." in ended.content.decode()
    with barnet.as_chair():
        assert not queries.seats_of(barnet.panel).filter(person=person).exists()


def test_a_chair_founds_a_second_panel_and_a_name_is_taken_once(barnet: PanelWorld, client: Client) -> None:
    sign_in(client, barnet.chair)
    address = reverse("channel-panel-found", args=["barnet"])
    assert client.post(address, {"name": "Second panel"}).status_code == 302
    again = client.post(address, {"name": "Second panel"})
    assert "There is a panel of this name already." in again.content.decode()
    with barnet.as_chair():
        assert Panel.objects.filter(name="Second panel").count() == 1


# Statements ---------------------------------------------------------------------------------------


def test_new_words_close_the_cases_of_an_open_meeting_until_they_are_signed(
    barnet: PanelWorld, client: Client
) -> None:
    person = barnet.seat()
    barnet.sign(person)
    case = reverse("channel-case", args=["barnet", barnet.case.reference])
    member_client = sign_in(Client(), person)
    assert member_client.get(case).status_code == 200
    sign_in(client, barnet.chair)
    address = reverse("channel-statement", args=["barnet", barnet.panel.pk, "meeting"])
    assert f"Words of the meeting {barnet.canary}" in client.get(address).content.decode()
    same = client.post(address, {"text": f"Words of the meeting {barnet.canary}"})
    assert "These words are in force already." in same.content.decode()
    assert member_client.get(case).status_code == 200
    done = client.post(address, {"text": "Other words."}, follow=True)
    assert "Version 2 is in force." in done.content.decode()
    assert member_client.get(case).status_code == 404
    meeting = reverse("channel-meeting", args=["barnet", barnet.meeting.pk])
    assert "Other words." in member_client.get(meeting).content.decode()
    with barnet.as_person(person):
        current = queries.current_statement(barnet.council, StatementKind.MEETING)
        assert current is not None
        statements.sign_statement(meeting=barnet.meeting, statement_id=current.pk, by=person)
    assert member_client.get(case).status_code == 200


def test_a_members_address_of_a_statement_is_an_unknown_one(barnet: PanelWorld, client: Client) -> None:
    sign_in(client, barnet.seat())
    for kind in ("meeting", "annual"):
        address = reverse("channel-statement", args=["barnet", barnet.panel.pk, kind])
        assert client.post(address, {"text": "Mine."}).status_code == 404
    sign_in(client, barnet.chair)
    unknown = reverse("channel-statement", args=["barnet", barnet.panel.pk, "other"])
    assert client.get(unknown).status_code == 404
    with barnet.as_chair():
        assert StatementVersion.objects.count() == 2


def test_words_of_one_council_ask_nobody_in_another(barnet: PanelWorld, southwark: PanelWorld) -> None:
    person = southwark.seat()
    southwark.sign(person)
    with barnet.as_chair():
        statements.publish_statement(
            panel=barnet.panel, kind=StatementKind.MEETING, text="New in Barnet.", by=barnet.chair
        )
    with southwark.as_person(person):
        access = council_access(person, southwark.council)
        assert queries.has_signed(access, southwark.meeting)


# Meetings -----------------------------------------------------------------------------------------


def test_a_monthly_year_falls_on_working_days_and_skips_bank_holidays() -> None:
    days = propose_dates(first=date(2026, 1, 5))
    assert len(days) == 12
    assert days[4] == date(2026, 5, 5), "the first Monday of May is a bank holiday"
    assert all(day.weekday() < 5 for day in days)
    assert propose_dates(first=date(2026, 1, 13), months_between=2)[1] == date(2026, 3, 10)


def test_a_year_is_planned_once(barnet: PanelWorld) -> None:
    days = propose_dates(first=date(2027, 1, 12))
    with barnet.as_chair():
        for expected in (12, 0):
            planned = meetings.plan_year(
                panel=barnet.panel, days=days, at=time(10), place="Room 2", by=barnet.chair
            )
            assert len(planned) == expected
        with pytest.raises(ChannelRefused, match="working days"):
            meetings.plan_year(panel=barnet.panel, days=[date(2027, 1, 2)], at=time(10), by=barnet.chair)
        assert ChannelMeeting.objects.filter(place="Room 2").count() == 12


def test_the_secretary_plans_a_year_on_the_page_and_a_member_finds_none(
    barnet: PanelWorld, client: Client
) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    address = reverse("channel-meetings-plan", args=["barnet", barnet.panel.pk])
    sign_in(client, secretary)
    asked = "?first_day=12&first_month=1&first_year=2027&every=1"
    page = client.get(address + asked).content.decode()
    assert "Tuesday 12 January 2027" in page
    done = client.post(
        address + asked, {"days": ["2027-01-12", "2027-02-09"], "starts_at": "10:00", "place": "Room 2"},
        follow=True,
    )  # fmt: skip
    assert "You have planned 2 meetings." in done.content.decode()
    wrong = client.post(address + asked, {"days": ["2027-01-13"], "starts_at": "10:00"})
    assert wrong.status_code == 200
    assert sign_in(Client(), barnet.seat()).get(address).status_code == 404


def test_a_meeting_is_moved_to_a_time_in_the_words_that_the_page_shows(
    barnet: PanelWorld, client: Client
) -> None:
    planned = barnet.new_meeting(opened=False)
    address = reverse("channel-meeting-move", args=["barnet", planned.pk])
    sign_in(client, barnet.chair)
    assert f'value="{british_time(planned.starts_at)}"' in client.get(address).content.decode()
    day = {"held_on_day": "12", "held_on_month": "1", "held_on_year": "2027", "place": ""}
    wrong = client.post(address, {**day, "starts_at": "half past two"})
    assert "must be a time, like 2:30pm or 14:30" in wrong.content.decode()
    assert client.post(address, {**day, "starts_at": "2:30pm"}).status_code == 302
    with barnet.as_chair():
        planned.refresh_from_db()
    assert timezone.localtime(planned.starts_at).time() == time(14, 30)


def test_a_cancelled_meeting_is_never_opened_and_an_opened_one_never_cancelled(barnet: PanelWorld) -> None:
    planned = barnet.new_meeting(opened=False)
    with barnet.as_chair():
        meetings.cancel_meeting(meeting=planned, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="is cancelled"):
            meetings.open_meeting(meeting=planned, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="was opened already"):
            meetings.cancel_meeting(meeting=barnet.meeting, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="is cancelled"):
            meetings.list_case(meeting=planned, case=barnet.case, by=barnet.chair)
        with pytest.raises(DatabaseError), transaction.atomic():
            ChannelMeeting.objects.filter(pk=planned.pk).update(opened_at=timezone.now())


def test_a_planned_meeting_moves_to_a_working_day_only(barnet: PanelWorld) -> None:
    planned = barnet.new_meeting(opened=False)
    saturday = timezone.make_aware(datetime.fromisoformat("2027-01-02T10:00"))
    monday = timezone.make_aware(datetime.fromisoformat("2027-01-04T10:00"))
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="working days"):
            meetings.move_meeting(meeting=planned, starts_at=saturday, place="", by=barnet.chair)
        moved = meetings.move_meeting(meeting=planned, starts_at=monday, place="Online", by=barnet.chair)
        assert (moved.starts_at, moved.place) == (monday, "Online")
        with pytest.raises(ChannelRefused, match="was opened already"):
            meetings.move_meeting(meeting=barnet.meeting, starts_at=monday, place="", by=barnet.chair)


def test_the_agenda_keeps_its_order_and_says_why_each_case_is_there(
    barnet: PanelWorld, client: Client
) -> None:
    second = barnet.new_case("CNRYSECOND")
    sign_in(client, barnet.chair)
    page = reverse("channel-meeting", args=["barnet", barnet.meeting.pk])
    form = {"reference": second.reference, "listed_for": "first"}
    added = client.post(
        reverse("channel-agenda-add", args=["barnet", barnet.meeting.pk]), form, follow=True
    ).content.decode()
    assert added.index(barnet.case.reference) < added.rindex(second.reference)
    assert "First discussion" in added
    change = reverse("channel-agenda-change", args=["barnet", barnet.meeting.pk, second.reference])
    client.post(change, {"up": "1"})
    with barnet.as_chair():
        listed = list(MeetingCase.objects.filter(meeting=barnet.meeting).order_by("position"))
        assert [(one.case_id, one.position, one.listed_for) for one in listed] == [
            (second.pk, 1, ListedFor.FIRST),
            (barnet.case.pk, 2, ListedFor.DISCUSSION),
        ]
        meetings.move_up(meeting=barnet.meeting, case=second, by=barnet.chair)  # the first stays the first
        for _ in range(2):
            meetings.list_case(
                meeting=barnet.meeting, case=second, listed_for=ListedFor.EXIT, by=barnet.chair
            )
        about = Event.objects.filter(subject_id=str(second.pk), action__startswith="channel.case_").order_by(
            "id"
        )
        assert [(event.action, event.details.get("for")) for event in about] == [
            ("channel.case_created", None),
            ("channel.case_listed", "first"),
            ("channel.case_moved_up", None),
            ("channel.case_listed", "exit"),
        ]
    client.post(change, {"off": "1"}, follow=True)
    left = client.get(page).content.decode()
    assert barnet.case.reference in left
    assert second.reference not in left


def test_a_member_changes_no_agenda_and_the_database_lets_nobody_else(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    client = sign_in(Client(), person)
    change = reverse("channel-agenda-change", args=["barnet", barnet.meeting.pk, barnet.case.reference])
    assert client.post(change, {"off": "1"}).status_code == 404
    with barnet.as_person(person):
        assert MeetingCase.objects.update(position=9) == 0
    with barnet.as_chair():
        assert MeetingCase.objects.get().position == 1


# Attendance ---------------------------------------------------------------------------------------


def test_attendance_is_recorded_by_seat_and_counted_by_agency(barnet: PanelWorld, client: Client) -> None:
    police = seat(
        barnet,
        capacity=Capacity.POLICE,
        place=Place(Agency.POLICE, police_area="Metropolitan"),
        role=Role.POLICE_REPRESENTATIVE,
    )
    health = [seat(barnet, capacity=Capacity.MEMBER, place=Place(Agency.HEALTH)) for _ in range(2)]
    today = timezone.localdate()
    with barnet.as_chair():
        assert attendance_by_agency(barnet.panel, today, today) == [], "nothing recorded is not absence"
        assert not police_present(barnet.meeting)
        chairs = queries.seats_of(barnet.panel).get(person=barnet.chair)
        assert {one.seat.pk for one in expected_at(barnet.meeting)} == {
            chairs.pk, police.pk, *(one.pk for one in health)
        }  # fmt: skip
    sign_in(client, barnet.chair)
    address = reverse("channel-attendance", args=["barnet", barnet.meeting.pk])
    form = {
        f"seat_{chairs.pk}": "present",
        f"seat_{police.pk}": "present",
        f"seat_{health[0].pk}": "absent",
        f"seat_{health[1].pk}": "apologies",
    }
    assert client.post(address, {**form, f"seat_{police.pk}": ""}).status_code == 200
    with barnet.as_chair():
        assert not Attendance.objects.exists()
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    with barnet.as_chair():
        assert Attendance.objects.count() == 4
        assert police_present(barnet.meeting)
        assert attendance_by_agency(barnet.panel, today, today) == [
            AgencyLine(Agency.COUNCIL, 1, 1),
            AgencyLine(Agency.HEALTH, 1, 0),
            AgencyLine(Agency.POLICE, 1, 1),
        ]
        assert attendance_by_agency(barnet.panel, date(2020, 1, 1), date(2020, 12, 31)) == []


def test_attendance_is_nobodys_but_the_chairs_and_the_secretarys(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    person = barnet.seat()
    barnet.sign(person)
    with barnet.as_chair():
        own = queries.seats_of(barnet.panel).get(person=person)
        attendance.record_attendance(
            meeting=barnet.meeting, states={own.pk: AttendanceState.PRESENT}, by=barnet.chair
        )
    with barnet.as_person(person):
        assert Attendance.objects.count() == 0
        with pytest.raises(ChannelRefused, match="chair or secretary"):
            attendance.record_attendance(
                meeting=barnet.meeting, states={own.pk: AttendanceState.ABSENT}, by=person
            )
    with southwark.as_chair():
        assert Attendance.objects.count() == 0
        theirs = queries.seats_of(southwark.panel).get(person=southwark.chair)
    with barnet.as_chair(), pytest.raises(ChannelRefused, match="did not sit on the panel"):
        attendance.record_attendance(
            meeting=barnet.meeting, states={theirs.pk: AttendanceState.PRESENT}, by=barnet.chair
        )


def test_attendance_waits_for_the_meeting_to_open(barnet: PanelWorld) -> None:
    planned = barnet.new_meeting(opened=False)
    with barnet.as_chair(), pytest.raises(ChannelRefused, match="once the meeting is open"):
        attendance.record_attendance(meeting=planned, states={}, by=barnet.chair)
