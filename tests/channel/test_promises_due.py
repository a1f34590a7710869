"""What a person has still to sign in Channel waits for them, and tells nobody anything of a case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from channel.enums import Capacity, StatementKind
from channel.queries.statements import promises_due
from channel.services import meetings, panels, statements
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.scope import own_councils_scope
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import give_role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def waiting(person: User) -> list[DueItem]:
    with own_councils_scope(user_id=person.pk):
        return list(promises_due(own_access(person), TODAY))


def dates(person: User) -> list[tuple[str, date | None]]:
    return [(item.task, item.due_on) for item in waiting(person)]


SIGN, YEARLY = "Sign the confidentiality statement", "Sign the yearly acknowledgement"


def test_the_statement_of_an_open_or_near_meeting_waits_for_who_must_sign_and_for_nobody_else(
    barnet: PanelWorld,
) -> None:
    southwark = panel_world("southwark")
    person, without_a_seat = barnet.seat(granted=False), barnet.seat(granted=False)
    district = barnet.seat(Role.DISTRICT_ATTENDER, granted=False, capacity=Capacity.MEMBER)
    (item,) = waiting(person)
    assert (item.reference, item.task, item.due_on) == ("Channel", SIGN, TODAY)
    assert item.href == reverse("channel-meeting", args=["barnet", barnet.meeting.pk])
    assert item.statutory
    assert item.restricted
    assert barnet.canary not in item.title + item.reference
    assert dates(district) == [(SIGN, TODAY)]
    assert waiting(barnet.chair) == waiting(southwark.chair) == []
    # Of another panel the same person, who has a role there and no seat, hears nothing.
    give_role(person, southwark.council, Role.PANEL_MEMBER)
    assert dates(person) == [(SIGN, TODAY)]
    with barnet.as_chair():
        seat = barnet.panel.seats.get(person=without_a_seat)
        panels.end_seat(seat=seat, by=barnet.chair)
        for days in (7, 8):
            meetings.plan_meeting(
                panel=barnet.panel, starts_at=timezone.now() + timedelta(days=days), by=barnet.chair
            )
    assert waiting(without_a_seat) == []
    barnet.sign(person)
    assert dates(person) == [(SIGN, TODAY + timedelta(days=7))]
    with barnet.as_chair():
        statements.publish_statement(
            panel=barnet.panel, kind=StatementKind.MEETING, text="Other words", by=barnet.chair
        )
    assert dates(person) == [(SIGN, TODAY), (SIGN, TODAY + timedelta(days=7))]
    with barnet.as_chair():
        meetings.close_meeting(meeting=barnet.meeting, by=barnet.chair)
    assert dates(person) == [(SIGN, TODAY + timedelta(days=7))]


def test_the_yearly_acknowledgement_waits_for_chair_and_secretary(barnet: PanelWorld) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    (item,) = waiting(secretary)
    assert (item.task, item.due_on) == (YEARLY, TODAY)
    assert item.href == reverse("channel-acknowledge", args=["barnet", barnet.panel.pk])
    with barnet.as_chair():
        statements.publish_statement(
            panel=barnet.panel, kind=StatementKind.ANNUAL, text="Other words", by=barnet.chair
        )
    assert dates(barnet.chair) == [(YEARLY, TODAY)]
