"""Sessions: what a log says, what nobody knows, and who may write it."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from prevent_portal.web.report_blocks import blocks_of
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.training.delivery_factories import day, delivered, delivery_plan, facilitator, planned
from tests.training.factories import wrap
from training.access.delivery import session_for
from training.demo.sessions import load_log
from training.enums import SessionDated, SessionState
from training.models import Course, SessionRecord, TrainingSession
from training.queries.sessions import (
    SessionTotals,
    filtered_sessions,
    quarter_span,
    totals_by_subject,
    year_span,
)
from training.services.sessions import (
    book_session,
    cancel_session,
    change_session,
    record_delivery,
)

pytestmark = pytest.mark.django_db
YEAR_2018 = year_span(2018)


class World:
    """A council with its people, and another council with a session that must never show."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.organisation = OrganisationFactory.create(name="A trust")
        linked(self.council, self.organisation)
        with service_scope(council=self.other):
            self.foreign = delivered(self.other, 999, audience="Canary audience")

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def logged() -> Council:
    """A council with the published log of 2018."""
    council: Council = CouncilFactory.create()
    with service_scope(council=council):
        load_log(council, {course.slug: course for course in Course.objects.all()})
    return council


def test_the_log_of_2018_has_19_wrap_sessions_and_206_attendees_and_leaves_the_unknown_unknown(
    logged: Council,
) -> None:
    with service_scope(council=logged):
        totals = dict(totals_by_subject(filtered_sessions(logged, span=YEAR_2018)))
    assert totals == {
        "WRAP": SessionTotals(19, 206, 0),
        "CTLP briefing": SessionTotals(1, 10, 0),
        "Extremist organisations briefing": SessionTotals(0, 0, 1),
    }
    assert totals["WRAP"].words == "206 attendees in 19 sessions"
    assert totals["Extremist organisations briefing"].words == "1 session without a number"
    assert totals["Extremist organisations briefing"].known is None


def test_a_year_without_dates_counts_in_no_quarter_and_the_page_says_so(
    logged: Council, client: Client
) -> None:
    person = member(logged, Role.BOARD_MEMBER)
    sign_in(client, person)
    with service_scope(council=logged):
        from prevent_portal.web.quarters import Quarter

        span = quarter_span(Quarter(2018, 2))
        assert totals_by_subject(filtered_sessions(logged, span=span)) == []
    page = client.get(reverse("training-sessions", args=[logged.slug]), {"period": "2018q2"})
    assert "Nothing fits these filters" in page.content.decode()
    page = client.get(reverse("training-sessions", args=[logged.slug]), {"period": "2018", "subject": "wrap"})
    assert "WRAP: 206 attendees in 19 sessions." in page.content.decode()
    assert "CTLP briefing:" not in page.content.decode()


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        (SessionTotals(19, 206, 1), "206 attendees in 19 sessions; 1 session without a number"),
        (SessionTotals(1, 1, 0), "1 attendee in 1 session"),
        (SessionTotals(2, 0, 0), "0 attendees in 2 sessions"),
        (SessionTotals(0, 0, 2), "2 sessions without a number"),
        (SessionTotals(), "No session delivered"),
    ],
)
def test_totals_are_worded_with_the_unknown_apart(totals: SessionTotals, words: str) -> None:
    assert totals.words == words


def test_the_files_say_unknown_where_nobody_knows_and_0_where_nobody_came(
    world: World, client: Client
) -> None:
    with service_scope(council=world.council):
        delivered(world.council, None, audience="=1+1")
        delivered(world.council, 0, audience="Nobody came")
        planned(world.council, audience="To come")
    sign_in(client, world.coordinator)
    text = client.get(world.url("training-sessions-csv")).content.decode("utf-8-sig")
    rows = {row["Audience"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {name: row["Attendees"] for name, row in rows.items()} == {
        "'=1+1": "Unknown",
        "Nobody came": "0",
        "To come": "",
    }
    book = openpyxl.load_workbook(io.BytesIO(client.get(world.url("training-sessions-xlsx")).content))
    cells = {row[5].value: row[12].value for row in book["Sessions"].iter_rows(min_row=2)}
    assert cells == {"=1+1": "Unknown", "Nobody came": 0, "To come": None}
    assert [cell.value for cell in book["Delivered"][2]] == ["WRAP", 2, 0, 1]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"course": None}, "Select the course"),
        ({"title": "A briefing"}, "not both"),
        ({"host": ""}, "Select at least one organisation"),
        ({"audience": " "}, "Enter who the session is for"),
        ({"sessions": 0}, "at least 1"),
        ({"ends_on": date(2018, 1, 1), "starts_on": date(2018, 1, 2)}, "on or after the first day"),
        ({"ends_on": date(2018, 1, 2), "starts_on": date(2018, 1, 1)}, "starts and ends on that day"),
        ({"dated": SessionDated.YEAR}, "1 January to 31 December"),
    ],
)
def test_a_session_that_cannot_be_is_refused_in_words(
    world: World, fields: dict[str, Any], words: str
) -> None:
    with service_scope(council=world.council), pytest.raises(PolicyError, match=words):
        planned(world.council, **fields)
    with service_scope(council=world.council):
        assert TrainingSession.objects.filter(council=world.council).count() == 0


def test_only_a_facilitator_who_may_deliver_the_course_and_has_not_lapsed_is_named(world: World) -> None:
    with service_scope(council=world.council):
        other_course = Course.objects.exclude(pk=wrap().pk)[0]
        trainer = facilitator(world.council, courses=[other_course])
        with pytest.raises(PolicyError, match="may not deliver WRAP"):
            planned(world.council, facilitator=trainer)
        with pytest.raises(PolicyError, match="not both"):
            planned(world.council, course=other_course, facilitator=trainer, trainer="A post")
        trainer.state = "lapsed"
        with pytest.raises(PolicyError, match="has lapsed"):
            planned(world.council, course=other_course, facilitator=trainer)


def test_a_session_counts_only_towards_a_plan_of_its_course(world: World) -> None:
    with service_scope(council=world.council):
        plan = delivery_plan(world.council, course=Course.objects.exclude(pk=wrap().pk)[0])
        with pytest.raises(PolicyError, match="same course"):
            planned(world.council, plan=plan)


def test_a_course_of_another_council_is_refused(world: World) -> None:
    with service_scope(council=world.other):
        course = Course.objects.create(
            council=world.other, slug="local-x", name="Local", tier="local", delivery="either"
        )
    with service_scope(council=world.council), pytest.raises(PolicyError, match="course of the list"):
        planned(world.council, course=course)


def test_unknown_is_recorded_and_corrected_and_both_stay_on_record(world: World) -> None:
    with service_scope(council=world.council):
        made = delivered(world.council, None)
        assert (made.state, made.attendees) == (SessionState.DELIVERED, None)
        with pytest.raises(PolicyError, match="why the numbers are corrected"):
            record_delivery(session=made, by=None, version=made.version, sessions=1, attendees=12)
        with pytest.raises(PolicyError, match="recorded already"):
            record_delivery(
                session=made, by=None, version=made.version, sessions=1, attendees=None, note="Same"
            )
        record_delivery(
            session=made, by=None, version=made.version, sessions=1, attendees=12, note="The list was found"
        )
        assert [
            each.attendees for each in SessionRecord.objects.filter(council=world.council, session=made)
        ] == [None, 12]


def test_a_report_as_at_a_day_keeps_the_figures_of_that_day(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council, on=date(2018, 11, 5))
        first = datetime(2019, 1, 10, 9, tzinfo=timezone.get_current_timezone())
        made = record_delivery(
            session=made, by=None, version=made.version, sessions=1, attendees=None, recorded_at=first
        )
        record_delivery(
            session=made,
            by=None,
            version=made.version,
            sessions=1,
            attendees=14,
            note="Found",
            recorded_at=first + timedelta(days=30),
        )
        asked = (world.council, date(2018, 10, 1), date(2018, 12, 31))
        before = blocks_of("training_sessions", *asked, date(2019, 1, 9))[0]
        then = blocks_of("training_sessions", *asked, date(2019, 1, 10))[0]
        later = blocks_of("training_sessions", *asked, date(2019, 2, 9))[0]
    assert (before.rows, len(before.missing)) == ([], 2)
    assert [row[2:] for row in then.rows] == [["New starters", "WRAP", "1", "Not recorded"]]
    assert then.missing == ["WRAP, New starters: number of attendees not recorded"]
    assert (later.rows[0][-1], later.missing) == ("14", [])


def test_a_report_on_the_quarter_up_to_december_has_the_log_of_the_year(logged: Council) -> None:
    with service_scope(council=logged):
        block = blocks_of(
            "training_sessions", logged, date(2018, 10, 1), date(2018, 12, 31), date(2019, 2, 28)
        )[0]
    assert "WRAP: 206 attendees in 19 sessions." in block.notes
    assert len(block.missing) == 1


def test_a_session_goes_from_planned_to_booked_to_delivered_and_no_further(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council, on=day(0))
        made = book_session(session=made, by=world.coordinator, version=1)
        assert (made.state, made.version) == (SessionState.BOOKED, 2)
        with pytest.raises(PolicyError, match="booked already"):
            book_session(session=made, by=world.coordinator, version=2)
        made = record_delivery(session=made, by=world.coordinator, version=2, sessions=1, attendees=3)
        for refused in (
            lambda: book_session(session=made, by=world.coordinator, version=3),
            lambda: cancel_session(session=made, by=world.coordinator, version=3, reason="No"),
            lambda: change_session(
                session=made, by=world.coordinator, version=3, organisations=[], changes={"audience": "X"}
            ),
        ):
            with pytest.raises(PolicyError, match="delivered already"):
                refused()


def test_a_session_to_come_has_not_been_delivered_and_a_cancelled_one_never_will(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council)
        with pytest.raises(PolicyError, match="not been delivered yet"):
            record_delivery(session=made, by=None, version=1, sessions=1, attendees=1)
        with pytest.raises(PolicyError, match="why the session is cancelled"):
            cancel_session(session=made, by=world.coordinator, version=1, reason=" ")
        made = cancel_session(session=made, by=world.coordinator, version=1, reason="Snow")
        with pytest.raises(PolicyError, match="was cancelled"):
            record_delivery(session=made, by=None, version=2, sessions=1, attendees=1)


def test_the_database_keeps_attendees_off_what_was_not_delivered_and_records_as_they_are(
    world: World,
) -> None:
    with service_scope(council=world.council):
        made = planned(world.council)
        with pytest.raises(IntegrityError, match="session_attended_once_delivered"), transaction.atomic():
            TrainingSession.objects.filter(council=world.council, pk=made.pk).update(attendees=5)
        delivered(world.council, 5)
        records = SessionRecord.objects.filter(council=world.council)
        assert records.update(attendees=6) == 0
        assert [each.attendees for each in records] == [5]


def test_a_stale_save_is_refused_with_both_texts(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council)
        for audience in ("First", "Second"):
            if audience == "Second":
                with pytest.raises(StaleVersion) as caught:
                    change_session(
                        session=made,
                        by=world.coordinator,
                        version=1,
                        organisations=[],
                        changes={"audience": audience},
                    )
                assert [(each.theirs, each.yours) for each in caught.value.differences] == [
                    ("First", "Second")
                ]
            else:
                change_session(
                    session=made,
                    by=world.coordinator,
                    version=1,
                    organisations=[world.organisation],
                    changes={"audience": audience},
                )


def test_a_form_sent_twice_plans_once(world: World) -> None:
    token = uuid4()
    with service_scope(council=world.council):
        first = planned(world.council, by=world.coordinator, token=token)
        assert planned(world.council, by=world.coordinator, token=token).pk == first.pk
        with pytest.raises(PolicyError, match="sent before"):
            planned(world.council, by=member(world.council, Role.COORDINATOR), token=token)


@pytest.mark.parametrize("role", [Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD, Role.PANEL_MEMBER])
def test_a_role_without_the_right_finds_no_page_of_sessions(world: World, client: Client, role: Role) -> None:
    with service_scope(council=world.council):
        made = planned(world.council)
    sign_in(client, member(world.council, role))
    for address in (
        world.url("training-sessions"),
        world.url("training-sessions-csv"),
        world.url("training-session", made.pk),
        world.url("training-session-add"),
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        (Role.COORDINATOR, True),
        (Role.SAFETY_OFFICER, True),
        (Role.EDUCATION_OFFICER, True),
        (Role.BOARD_MEMBER, False),
        (Role.AUDITOR, False),
    ],
)
def test_readers_read_and_keepers_write(world: World, client: Client, role: Role, writes: bool) -> None:
    with service_scope(council=world.council):
        made = planned(world.council)
    sign_in(client, member(world.council, role))
    assert client.get(world.url("training-session", made.pk)).status_code == 200
    wanted = 200 if writes else 404
    for name in ("training-session-edit", "training-session-cancel", "training-session-book"):
        assert client.get(world.url(name, made.pk)).status_code == wanted


def test_nothing_of_another_council_shows_anywhere(world: World, client: Client) -> None:
    give_role(world.coordinator, world.other, Role.COORDINATOR)
    sign_in(client, world.coordinator)
    page = client.get(world.url("training-sessions"))
    assert "Canary" not in page.content.decode()
    assert client.get(world.url("training-session", world.foreign.pk)).status_code == 404
    with service_scope(council=world.council), pytest.raises(Http404):
        session_for(council_access(world.coordinator, world.council), world.foreign.pk)


def test_what_nobody_recorded_waits_for_those_who_keep_sessions(world: World) -> None:
    with service_scope(council=world.council):
        planned(world.council, on=day(-1))
        planned(world.council, on=day(0))
    board = member(world.council, Role.BOARD_MEMBER)
    for person, expected in ((world.coordinator, 1), (board, 0)):
        with own_councils_scope(user_id=person.pk):
            items = [
                each
                for each in due_items(person, timezone.localdate())
                if each.reference == "Training session"
            ]
        assert len(items) == expected


def test_each_write_leaves_one_event(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council, on=day(0))
        made = book_session(session=made, by=world.coordinator, version=1)
        made = record_delivery(session=made, by=None, version=2, sessions=1, attendees=None)
        record_delivery(session=made, by=None, version=3, sessions=1, attendees=4, note="Found")
        found = Event.objects.filter(
            council_id=world.council.pk, action__startswith="training.session"
        ).order_by("pk")
        assert [each.action.removeprefix("training.session_") for each in found] == [
            "planned",
            "booked",
            "delivered",
            "corrected",
        ]
