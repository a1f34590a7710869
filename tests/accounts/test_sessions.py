"""Sessions begin, are limited and end (AU-3, AU-4)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import memberships, people
from prevent_portal.accounts.tasks import forget_sessions
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db

START = "2020-03-02 09:00:00+00:00"
ACCOUNT = "/account/"


@pytest.fixture
def person() -> User:
    person = UserFactory.create()
    give_role(person, CouncilFactory.create(), Role.SAFETY_OFFICER, starts_on=date(2015, 7, 1))
    return person


def is_open(client: Client) -> bool:
    response = client.get(ACCOUNT)
    assert response.status_code in (200, 302)
    return response.status_code == 200


@pytest.mark.parametrize(("second_factor", "methods"), [(False, ["password"]), (True, ["password", "mfa"])])
def test_a_signed_in_test_client_carries_the_proofs_it_claims(
    client: Client, second_factor: bool, methods: list[str]
) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person, second_factor=second_factor)
    request = HttpRequest()
    request.session = client.session
    assert [record["method"] for record in get_authentication_records(request, person)] == methods


@pytest.mark.parametrize(
    ("idle", "expected"), [(30 * 60 - 60, True), (30 * 60, False), (30 * 60 + 60, False)]
)
def test_a_session_ends_after_thirty_idle_minutes(
    client: Client, person: User, time_machine: object, idle: int, expected: bool
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    time_machine.shift(idle)
    assert is_open(client) is expected


def test_activity_keeps_a_session_open(client: Client, person: User, time_machine: object) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    for _ in range(4):
        time_machine.shift(29 * 60)
        assert is_open(client)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(12 * 60 - 1, True), (12 * 60, False), (12 * 60 + 1, False)]
)
def test_a_session_ends_after_twelve_hours_however_busy(
    client: Client, person: User, time_machine: object, minutes: int, expected: bool
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    for _ in range(28):  # every 25 minutes, up to 11 hours 40
        time_machine.shift(25 * 60)
        assert is_open(client)
    time_machine.shift((minutes - 700) * 60)
    assert is_open(client) is expected


def test_an_ended_session_is_gone_and_leads_back_after_sign_in(
    client: Client, person: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    time_machine.shift(31 * 60)
    response = client.get(f"{ACCOUNT}?done=password")
    assert response["Location"] == "/accounts/login/?why=idle&next=%2Faccount%2F%3Fdone%3Dpassword"
    assert not Session.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert "because nothing happened for 30 minutes" in page


def test_what_was_typed_into_a_form_that_came_too_late_is_shown_back(
    client: Client, person: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    time_machine.shift(31 * 60)
    response = client.post(
        reverse("account_change_password"),
        {"progress_note": "We met <b>twice</b>.", "oldpassword": "secret one", "csrfmiddlewaretoken": "x"},
    )
    assert response.status_code == 403
    body = response.content.decode()
    assert "Progress note" in body
    assert "We met &lt;b&gt;twice&lt;/b&gt;." in body
    assert "secret one" not in body
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not Session.objects.exists()


def test_the_api_answers_an_ended_session_401(client: Client, person: User, time_machine: object) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    time_machine.shift(31 * 60)
    response = client.get("/api/v1/schema/")
    assert (response.status_code, response.json()) == (
        401,
        {"detail": "Your session has ended. Sign in again."},
    )


def test_a_background_fetch_does_not_keep_a_session_open(
    client: Client, person: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    for _ in range(3):
        time_machine.shift(9 * 60)
        assert client.get(ACCOUNT, headers={"sec-fetch-dest": "empty"}).status_code == 200
    time_machine.shift(4 * 60)
    assert not is_open(client)


def test_one_click_stays_signed_in(client: Client, person: User, time_machine: object) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    time_machine.shift(28 * 60)
    response = client.post(reverse("session_extend"), headers={"sec-fetch-dest": "empty"})
    assert (response.status_code, response.content) == (200, b"1800")
    assert client.get(reverse("session_extend")).status_code == 405
    time_machine.shift(29 * 60)
    assert is_open(client)


def test_a_session_without_clocks_is_over(client: Client, person: User) -> None:
    sign_in(client, person)
    session = client.session
    del session["accounts.started_at"]
    session.save()
    assert not is_open(client)


def test_the_last_active_day_is_written_once_a_day(
    client: Client, person: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, person)
    client.get(ACCOUNT)
    assert str(User.objects.get(pk=person.pk).last_active_on) == "2020-03-02"
    time_machine.shift(60)
    with CaptureQueriesContext(connection) as seen:
        client.get(ACCOUNT)
    assert [query for query in seen if "last_active_on" in query["sql"].partition("SET")[2]] == []
    time_machine.move_to("2020-03-03 00:00:01+00:00", tick=False)
    sign_in(client, person)
    client.get(ACCOUNT)
    assert str(User.objects.get(pk=person.pk).last_active_on) == "2020-03-03"


# What ends every session ----------------------------------------------------------------------------


def test_deactivation_ends_every_session_at_once(client: Client, person: User) -> None:
    sign_in(client, person)
    elsewhere = sign_in(Client(), person)
    with own_councils_scope(user_id=person.pk):
        people.deactivate(user=person, by=person)
    assert not is_open(client)
    assert not is_open(elsewhere)


def test_losing_a_role_ends_every_session_at_once(client: Client) -> None:
    council, other = CouncilFactory.create_batch(2)
    administrator = member(council, Role.ADMINISTRATOR)
    person = member(council, Role.SAFETY_OFFICER)
    give_role(person, other, Role.SAFETY_OFFICER)
    bystander = member(council, Role.SAFETY_OFFICER)
    sign_in(client, person)
    beside = sign_in(Client(), bystander)
    with council_scope(user_id=administrator.pk, council=council):
        membership = person.memberships.get(council=council)
        memberships.end(membership=membership, by=administrator)
    assert not is_open(client)
    assert is_open(beside)


def test_a_changed_security_stamp_ends_every_session(client: Client, person: User) -> None:
    sign_in(client, person)
    User.objects.filter(pk=person.pk).update(security_stamp=uuid.uuid4())
    assert not is_open(client)


def test_ending_the_sessions_of_a_person_leaves_others_alone(client: Client, person: User) -> None:
    council = CouncilFactory.create()
    other = member(council, Role.SAFETY_OFFICER)
    sign_in(client, person)
    beside = sign_in(Client(), other)
    with service_scope(council=council):
        people.end_sessions(user=person, by=other)
    assert not is_open(client)
    assert is_open(beside)


def test_signing_out_everywhere_else_keeps_only_this_session(client: Client, person: User) -> None:
    sign_in(client, person)
    elsewhere = sign_in(Client(), person)
    key = client.session.session_key
    response = client.post(reverse("sign-out-everywhere"))
    assert response["Location"] == f"{ACCOUNT}?done=sessions"
    assert is_open(client)
    assert client.session.session_key != key
    assert not is_open(elsewhere)


def test_rows_of_sessions_that_have_run_out_go_each_night_and_no_others(client: Client, person: User) -> None:
    sign_in(client, person)
    over = sign_in(Client(), person).session.session_key
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - timedelta(seconds=1))
    forget_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [client.session.session_key]


def test_cookies_are_out_of_scripts_reach_and_stay_on_the_site(client: Client, person: User) -> None:
    client.post("/accounts/login/", {"login": person.email, "password": "correct horse battery staple"})
    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""  # ends with the browser
