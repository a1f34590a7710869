"""How long a proof of the second factor opens Channel (AU-2): minutes outside a meeting, hours in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from channel.models import MeetingCase
from channel.services import grants, meetings
from prevent_portal.accounts.enums import Role
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import member

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def case_address(world: PanelWorld) -> str:
    return reverse("channel-case", args=[world.council.slug, world.case.reference])


def asked_again(client: Client, address: str) -> bool:
    answer = client.get(address)
    if answer.status_code == 200:
        return False
    assert answer.status_code == 302, answer.status_code
    assert answer.headers["Location"].startswith(reverse("step_up") + "?next=")
    return True


def sign_on_the_page(client: Client, world: PanelWorld) -> None:
    answer = client.post(
        reverse("channel-meeting", args=[world.council.slug, world.meeting.pk]),
        {"statement": str(world.statement.pk), "accept": "on"},
    )
    assert answer.status_code == 302


def test_a_session_without_the_second_factor_reaches_no_page_of_channel(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    client = sign_in(Client(), person, second_factor=False)
    for address in (case_address(barnet), reverse("channel-meetings", args=["barnet"])):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/channel/" not in answer.headers["Location"].split("?")[0]


@pytest.mark.parametrize(("minutes", "asks"), [(9, False), (11, True)])
def test_a_proof_lapses_after_ten_idle_minutes(barnet: PanelWorld, minutes: int, asks: bool) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), barnet.chair)
        assert not asked_again(client, case_address(barnet))
        clock.shift(minutes * MINUTE)
        assert asked_again(client, case_address(barnet)) is asks


@pytest.mark.parametrize(("minutes", "asks"), [(14, False), (16, True)])
def test_a_proof_lapses_after_fifteen_busy_minutes(barnet: PanelWorld, minutes: int, asks: bool) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), barnet.chair)
        clock.shift(7 * MINUTE)
        assert not asked_again(client, case_address(barnet))
        clock.shift((minutes - 7) * MINUTE)
        assert asked_again(client, case_address(barnet)) is asks


def test_the_proof_made_at_signing_lasts_the_meeting_and_three_hours_at_most(barnet: PanelWorld) -> None:
    person = barnet.seat()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), person)
        sign_on_the_page(client, barnet)
        meeting = reverse("channel-meeting", args=["barnet", barnet.meeting.pk])
        for _ in range(8):  # up to 2 hours 56 minutes, with pauses longer than ten minutes
            clock.shift(22 * MINUTE)
            assert not asked_again(client, case_address(barnet))
            assert not asked_again(client, meeting)
        clock.shift(5 * MINUTE)
        assert asked_again(client, case_address(barnet))
        assert asked_again(client, meeting)


def test_the_proof_made_at_signing_opens_that_meetings_cases_only(barnet: PanelWorld) -> None:
    person = barnet.seat()
    other = barnet.new_case("CNRYOTHER")
    with barnet.as_chair():
        grants.grant_case(case=other, person=person, by=barnet.chair)
    elsewhere = barnet.new_meeting(lists=other)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), person)
        sign_on_the_page(client, barnet)
        barnet.sign(person, elsewhere)  # signed in another session
        address = reverse("channel-case", args=["barnet", other.reference])
        assert not asked_again(client, address)
        clock.shift(20 * MINUTE)
        assert not asked_again(client, case_address(barnet))
        assert asked_again(client, address)
        assert asked_again(client, reverse("channel-meetings", args=["barnet"]))
        assert asked_again(client, reverse("channel-case", args=["barnet", "ABCD-2345"]))


def test_the_proof_made_at_signing_ends_with_the_meeting(barnet: PanelWorld) -> None:
    person = barnet.seat()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), person)
        sign_on_the_page(client, barnet)
        clock.shift(20 * MINUTE)
        assert not asked_again(client, case_address(barnet))
        with barnet.as_chair():
            meetings.close_meeting(meeting=barnet.meeting, by=barnet.chair)
        assert asked_again(client, case_address(barnet))


def test_another_session_of_the_person_has_no_part_in_the_proof(barnet: PanelWorld) -> None:
    person = barnet.seat()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        first, second = sign_in(Client(), person), sign_in(Client(), person)
        sign_on_the_page(first, barnet)
        clock.shift(20 * MINUTE)
        assert not asked_again(first, case_address(barnet))
        assert asked_again(second, case_address(barnet))


def test_a_stale_form_is_asked_for_the_code_and_changes_nothing_meanwhile(barnet: PanelWorld) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), barnet.chair)
        clock.shift(16 * MINUTE)
        answer = client.post(
            reverse("channel-case-new", args=["barnet", barnet.meeting.pk]), {"summary": "Typed at length"}
        )
        assert answer.status_code == 200
        assert "Typed at length" in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        close = client.post(reverse("channel-meeting-close", args=["barnet", barnet.meeting.pk]))
        assert close.status_code == 200
    with barnet.as_chair():
        barnet.meeting.refresh_from_db()
        assert barnet.meeting.closed_at is None
        assert MeetingCase.objects.count() == 1


def test_who_may_not_come_in_is_not_asked_for_a_code(barnet: PanelWorld) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Client(), member(barnet.council, Role.COORDINATOR))
        clock.shift(20 * MINUTE)
        assert client.get(case_address(barnet)).status_code == 404


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("null", "same-origin", 302),
        ("null", "cross-site", 403),
        ("null", "same-site", 403),
        ("null", None, 403),
        ("https://elsewhere.example", "same-origin", 403),
    ],
)
def test_a_form_from_a_page_without_referrer_is_ours_only_if_the_browser_says_so(
    barnet: PanelWorld, origin: str, site: str | None, status: int
) -> None:
    person = barnet.seat()
    client = sign_in(Client(enforce_csrf_checks=True), person)
    address = reverse("channel-meeting", args=["barnet", barnet.meeting.pk])
    token = str(client.get(address).context["csrf_token"])
    headers = {"Origin": origin, **({"Sec-Fetch-Site": site} if site else {})}
    form = {"statement": str(barnet.statement.pk), "accept": "on", "csrfmiddlewaretoken": token}
    assert client.post(address, form, headers=headers).status_code == status
    form.pop("csrfmiddlewaretoken")
    assert client.post(address, form, headers=headers).status_code == 403
