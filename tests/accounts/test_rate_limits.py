"""Guessing is limited per account and per network, atomically, and never for everybody (AU-6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as ValkeyAway

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services.second_factors import enrol_totp
from tests.accounts.sessions import SECRET, code_now
from tests.factories import PASSWORD, CouncilFactory, UserFactory, member

LOGIN = "/accounts/login/"
LIMIT = 5
TOO_MANY = "Too many attempts"


def guess(email: str, password: str = "not it", **headers: str) -> str:  # noqa: S107 - a wrong one
    client = Client(headers=headers)
    return client.post(LOGIN, {"login": email, "password": password}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_hundred_guesses_at_once_reach_the_hasher_no_more_often_than_the_limit() -> None:
    person = UserFactory.create()
    reached: list[str] = []
    lock = Lock()

    def counted(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        with lock:
            reached.append(password)
        return False

    def attempt(number: int) -> None:
        try:
            guess(person.email, f"guess number {number}")
        finally:
            connections.close_all()

    with (
        patch.object(Argon2PasswordHasher, "verify", counted),
        ThreadPoolExecutor(max_workers=20) as crowd,
    ):
        list(crowd.map(attempt, range(200)))
    assert 1 <= len(reached) <= LIMIT


@pytest.mark.django_db
def test_after_five_wrong_guesses_even_the_right_password_waits() -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    for _ in range(LIMIT):
        assert TOO_MANY not in guess(person.email)
    assert TOO_MANY in guess(person.email, PASSWORD)


@pytest.mark.django_db
def test_the_wait_is_over_after_five_minutes(time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    for _ in range(LIMIT + 1):
        guess(person.email)
    time_machine.shift(301)
    client = Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
def test_one_locked_account_leaves_others_free() -> None:
    locked, free = UserFactory.create_batch(2)
    for _ in range(LIMIT + 1):
        guess(locked.email)
    client = Client()
    client.post(LOGIN, {"login": free.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(free.pk)


@pytest.mark.django_db
def test_neither_capitals_nor_another_host_name_nor_a_made_up_proxy_gives_more_guesses() -> None:
    person = UserFactory.create()
    for _ in range(LIMIT):
        guess(person.email)
    assert TOO_MANY in guess(person.email.upper())
    assert TOO_MANY in guess(person.email, host="localhost")
    assert TOO_MANY in guess(person.email, **{"x-forwarded-for": "203.0.113.7"})


@pytest.mark.django_db
def test_an_unknown_address_is_limited_like_a_known_one() -> None:
    for _ in range(LIMIT):
        assert TOO_MANY not in guess("nobody@example.org")
    assert TOO_MANY in guess("nobody@example.org")


@pytest.mark.django_db
def test_a_network_is_limited_and_the_header_of_a_proxy_does_not_free_it(settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "3/m/ip,5/5m/key"}
    for number in range(3):
        assert TOO_MANY not in guess(f"nobody{number}@example.org")
    assert TOO_MANY in guess("nobody4@example.org")
    assert TOO_MANY in guess("nobody5@example.org", **{"x-forwarded-for": "203.0.113.7"})


@pytest.mark.django_db
def test_behind_one_own_proxy_the_last_address_counts_and_earlier_ones_do_not(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "3/m/ip,5/5m/key"}
    for number in range(3):
        guess(f"a{number}@example.org", **{"x-forwarded-for": f"10.0.0.{number}, 203.0.113.7"})
    assert TOO_MANY in guess("a4@example.org", **{"x-forwarded-for": "10.9.9.9, 203.0.113.7"})
    assert TOO_MANY not in guess("a5@example.org", **{"x-forwarded-for": "203.0.113.7, 203.0.113.8"})


@pytest.mark.django_db
def test_signing_in_rightly_does_not_use_the_limit_up() -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    for _ in range(LIMIT + 3):
        client = Client()
        client.post(LOGIN, {"login": person.email, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
def test_codes_of_the_app_are_limited_too() -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    for _ in range(LIMIT):
        client = Client()
        client.post(LOGIN, {"login": person.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client = Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    page = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert TOO_MANY in page.content.decode()


@pytest.mark.django_db
def test_codes_by_email_are_limited_where_a_session_is_raced() -> None:
    """Ten copies of one session would each count their own guesses; the counter in Valkey is one."""
    person = member(CouncilFactory.create(), Role.COUNCILLOR)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    confirm = reverse("account_confirm_login_code")
    before = dict(client.session.items())
    pages = []
    for number in range(7):
        session = client.session
        session.update(before)  # as a request would see it that began before the others ended
        session.save()
        pages.append(client.post(confirm, {"code": f"00000{number}"}).content.decode())
    assert [TOO_MANY in page for page in pages] == [False] * 5 + [True] * 2


@pytest.mark.django_db
def test_asking_for_passwords_is_limited_per_address() -> None:
    person = UserFactory.create()
    statuses = [
        Client().post(reverse("account_reset_password"), {"email": person.email}).status_code
        for _ in range(4)
    ]
    assert statuses == [302, 302, 302, 429]
    other = Client().post(reverse("account_reset_password"), {"email": UserFactory.create().email})
    assert other.status_code == 302


@pytest.mark.django_db
def test_without_valkey_nobody_is_let_in_and_nobody_sees_a_fault() -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    client = Client(raise_request_exception=True)
    with patch.object(type(cache._cache), "add", side_effect=ValkeyAway("away")):
        response = client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "Traceback" not in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert User.objects.get(pk=person.pk).is_active
