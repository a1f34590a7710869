"""Refusals of the services, each a sentence that stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from channel.apps import SENTENCES
from channel.enums import Capacity, StatementKind
from channel.models import ChannelCase, Panel, Seat, Signature
from channel.policies import ChannelRefused, StatementChanged
from channel.services import cases, grants, meetings, panels, statements
from prevent_portal.accounts.enums import Role
from prevent_portal.audit import presenters
from prevent_portal.audit.models import Event
from tests.channel.factories import PanelWorld, facts, panel_world
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def refusals(world: PanelWorld) -> dict[str, tuple[Callable[[], Any], str]]:
    """What a chair may not do, and the words that say so."""
    chair, outsider = world.chair, member(world.council, Role.COORDINATOR)
    seated = world.seat(granted=False)
    today = timezone.localdate()

    def case(**changed: Any) -> Callable[[], Any]:
        declared = changed.pop("declared", True)
        return lambda: cases.create_case(
            panel=world.panel,
            facts=replace(facts(world.council, "x"), **changed),
            no_intelligence=declared,
            by=chair,
        )

    return {
        "no declaration": (case(declared=False), "Declare that the summary holds no intelligence."),
        "empty": (case(summary="  "), "Enter a summary."),
        "long": (case(summary="x" * 1_501), "1,500 characters or fewer"),
        "identifies": (case(summary="NW9 4EQ"), "seems to hold a postcode"),
        "intelligence": (case(summary="An intelligence report"), "seems to hold an intelligence report"),
        "a stage ahead": (
            case(referred_on=today + timedelta(days=1)),
            "Referral must be today or in the past.",
        ),
        "stages out of order": (
            case(referred_on=today, screened_on=today - timedelta(days=1)),
            "lies before referral on",
        ),
        "a name for a reference": (
            case(national_reference="Somebody"),
            "Enter the reference of the national record",
        ),
        "a concern of another edition": (case(concern="other"), "Choose a type of concern of this edition."),
        "grant to oneself": (
            lambda: grants.grant_case(case=world.case, person=chair, by=chair),
            "You cannot give a grant to yourself.",
        ),
        "grant to an outsider": (
            lambda: grants.grant_case(case=world.case, person=outsider, by=chair),
            "This person does not sit on the panel.",
        ),
        "grant that ends before it starts": (
            lambda: grants.grant_case(
                case=world.case, person=seated, by=chair, ends_on=today - timedelta(days=1)
            ),
            "The last day must be on or after the first day.",
        ),
        "grant that is not there": (
            lambda: grants.end_grant(case=world.case, person=seated, by=chair),
            "This person has no grant on the case.",
        ),
        "seat without a role": (
            lambda: panels.seat_person(
                panel=world.panel, person=outsider, capacity=Capacity.MEMBER, by=chair
            ),
            "This person has no role of Channel in this council.",
        ),
        "second seat": (
            lambda: panels.seat_person(panel=world.panel, person=seated, capacity=Capacity.MEMBER, by=chair),
            "This person sits on the panel already.",
        ),
        "second panel of the name": (
            lambda: panels.found_panel(council=world.council, name=world.panel.name, by=chair),
            "There is a panel of this name already.",
        ),
        "empty statement": (
            lambda: statements.publish_statement(
                panel=world.panel, kind=StatementKind.MEETING, text=" ", by=chair
            ),
            "Enter the words of the statement.",
        ),
    }


def test_each_refusal_says_why_and_leaves_nothing_behind(barnet: PanelWorld) -> None:
    tried = refusals(barnet)
    with barnet.as_chair():
        before = (
            ChannelCase.objects.count(),
            Seat.objects.count(),
            Panel.objects.count(),
            Event.objects.count(),
        )
        for name, (attempt, words) in tried.items():
            with pytest.raises(ChannelRefused) as refused:
                attempt()
            assert words in str(refused.value), name
        assert before == (
            ChannelCase.objects.count(),
            Seat.objects.count(),
            Panel.objects.count(),
            Event.objects.count(),
        )


def test_a_person_who_leads_nothing_is_refused_by_every_service(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    seat_of_chair = Seat(council=barnet.council, panel=barnet.panel, person=barnet.chair)
    attempts: list[Callable[[], Any]] = [
        lambda: panels.found_panel(council=barnet.council, name="Mine", by=person),
        lambda: panels.seat_person(panel=barnet.panel, person=person, capacity=Capacity.CHAIR, by=person),
        lambda: panels.end_seat(seat=seat_of_chair, by=person),
        lambda: statements.publish_statement(
            panel=barnet.panel, kind=StatementKind.MEETING, text="x", by=person
        ),
        lambda: statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=person),
        lambda: meetings.plan_meeting(panel=barnet.panel, starts_at=timezone.now(), by=person),
        lambda: meetings.open_meeting(meeting=barnet.meeting, by=person),
        lambda: meetings.close_meeting(meeting=barnet.meeting, by=person),
        lambda: meetings.list_case(meeting=barnet.meeting, case=barnet.case, by=person),
        lambda: cases.create_case(
            panel=barnet.panel, facts=facts(barnet.council, "x"), no_intelligence=True, by=person
        ),
        lambda: grants.grant_case(case=barnet.case, person=barnet.chair, by=person),
        lambda: grants.end_grant(case=barnet.case, person=person, by=person),
    ]
    with barnet.as_person(person):
        for attempt in attempts:
            with pytest.raises(ChannelRefused):
                attempt()
    with barnet.as_chair():
        assert ChannelCase.objects.count() == 1


def test_a_statement_is_signed_only_while_the_meeting_is_open_and_in_its_present_words(
    barnet: PanelWorld,
) -> None:
    person = barnet.seat()
    planned = barnet.new_meeting(opened=False)
    with barnet.as_person(person):
        with pytest.raises(ChannelRefused, match="This meeting is not open"):
            statements.sign_statement(meeting=planned, statement_id=barnet.statement.pk, by=person)
        with pytest.raises(StatementChanged, match="has changed since you opened this page"):
            statements.sign_statement(meeting=barnet.meeting, statement_id=uuid4(), by=person)
    with barnet.as_chair():
        meetings.close_meeting(meeting=barnet.meeting, by=barnet.chair)
        barnet.meeting.refresh_from_db()
        with pytest.raises(ChannelRefused, match="This meeting is over"):
            meetings.open_meeting(meeting=barnet.meeting, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="This meeting is over"):
            meetings.list_case(meeting=barnet.meeting, case=barnet.new_case("x"), by=barnet.chair)
        with pytest.raises(ChannelRefused, match="has not been opened"):
            meetings.close_meeting(meeting=planned, by=barnet.chair)
    with barnet.as_person(person):
        with pytest.raises(ChannelRefused, match="This meeting is not open"):
            statements.sign_statement(meeting=barnet.meeting, statement_id=barnet.statement.pk, by=person)
        assert Signature.objects.count() == 0


def test_opening_and_closing_twice_is_done_and_logged_once(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        for _ in range(2):
            meetings.open_meeting(meeting=barnet.meeting, by=barnet.chair)
            meetings.list_case(meeting=barnet.meeting, case=barnet.case, by=barnet.chair)
        for _ in range(2):
            meetings.close_meeting(meeting=barnet.meeting, by=barnet.chair)
        counted = {
            action: Event.objects.filter(action=f"channel.{action}").count()
            for action in ("meeting_opened", "meeting_closed", "case_listed")
        }
    assert counted == {"meeting_opened": 1, "meeting_closed": 1, "case_listed": 1}


def test_a_meeting_lists_its_own_panels_cases_only(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        second = panels.found_panel(council=barnet.council, name="Second", by=barnet.chair)
        statements.acknowledge(panel=second, statement_id=barnet.annual.pk, by=barnet.chair)
        foreign = barnet.new_case("x", panel=second)
        with pytest.raises(ChannelRefused, match="another panel"):
            meetings.list_case(meeting=barnet.meeting, case=foreign, by=barnet.chair)


def test_the_database_itself_refuses_stages_out_of_order_and_an_outcome_without_an_exit(
    barnet: PanelWorld,
) -> None:
    with barnet.as_chair():
        for fields in (
            {"referred_on": date(2026, 1, 2), "screened_on": date(2026, 1, 1)},
            {"referred_on": date(2026, 1, 2), "first_panel_on": date(2026, 1, 1)},
            {"outcome": "closed"},
            {"care_considered": "health"},
        ):
            with (
                pytest.raises(DatabaseError, match=r"case_stages_in_order|case_exit_has_an_outcome"),
                transaction.atomic(),
            ):
                ChannelCase.objects.filter(pk=barnet.case.pk).update(**fields)


def test_a_case_has_no_field_for_a_name_initials_birth_or_address() -> None:
    names = {field.name for field in ChannelCase._meta.get_fields() if not field.is_relation}
    words = {word for name in names for word in name.split("_")}
    forbidden = {"name", "initial", "initials", "birth", "dob", "address", "postcode", "nhs", "gender"}
    assert words & forbidden == set()
    assert {name for name in names if "age" in name.split("_")} == {"age_band"}  # a band, by edition
    assert {"consent_to_support", "lawful_basis"} <= names


def test_references_are_random_and_say_nothing() -> None:
    from channel.models import new_reference

    made = {new_reference() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(len(reference) == 9 and reference[4] == "-" for reference in made)


def test_every_action_has_a_sentence_and_the_reference_where_there_is_one(barnet: PanelWorld) -> None:
    assert set(SENTENCES) <= presenters.registered_actions()
    with barnet.as_chair():
        found = list(Event.objects.filter(action__startswith="channel.").order_by("id"))
        read = presenters.present(
            next(event for event in found if event.action == "channel.case_created"),
            {barnet.chair.pk: "The chair"},
        )
    assert {event.action for event in found} <= set(SENTENCES)
    assert read.text == f"created a case summary, {barnet.case.reference}"
    assert all(event.restricted for event in found)
    assert barnet.canary not in str([event.details for event in found])
