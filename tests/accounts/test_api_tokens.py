"""Tokens of the API: one council, one person, hashed, dated, and dead with the person's sessions (AU-4)."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import ApiToken, User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import api_tokens, memberships, second_factors
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import SECRET, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.token_urls")]

NOT_VALID = {"detail": "The token is not valid here. Tokens work under their own council's address only."}


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def person(council: Council) -> User:
    person = UserFactory.create()
    give_role(person, council, Role.PARTNER_SUBMITTER, starts_on=date(2015, 7, 1))
    return person


def make(person: User, council: Council, days: int = 30, name: str = "upload") -> tuple[ApiToken, str]:
    with council_scope(user_id=person.pk, council=council):
        return api_tokens.create(
            council=council, name=name, expires_on=timezone.localdate() + timedelta(days=days), by=person
        )


def ask(council: Council, secret: str, client: Client | None = None, scheme: str = "Bearer") -> object:
    return (client or Client()).get(
        f"/api/v1/c/{council.slug}/who-am-i/", headers={"authorization": f"{scheme} {secret}"}
    )


def test_a_token_acts_for_its_person_in_its_council(council: Council, person: User) -> None:
    _token, secret = make(person, council)
    for scheme in ("Bearer", "bearer"):
        response = ask(council, secret, scheme=scheme)
        assert response.json() == {"email": person.email, "council": council.slug, "token": True}
    assert "session" not in response.cookies


def test_a_token_of_one_council_opens_nothing_else(council: Council, person: User) -> None:
    other = CouncilFactory.create()
    give_role(person, other, Role.PARTNER_SUBMITTER)
    _token, secret = make(person, council)
    header = {"authorization": f"Bearer {secret}"}
    for address in (
        f"/api/v1/c/{other.slug}/who-am-i/",
        "/api/v1/c/nowhere/who-am-i/",
        "/api/v1/schema/",
        "/account/",
        f"/c/{council.slug}/api-tokens/",
    ):
        response = Client().get(address, headers=header)
        assert (response.status_code, response.json()) == (401, NOT_VALID), address
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", ["", "nonsense", "ppt_" + "x" * 43, "two words", "\u00e9"])
def test_a_bad_token_is_answered_401(council: Council, secret: str) -> None:
    response = ask(council, secret)
    assert (response.status_code, response.json()) == (401, NOT_VALID)


def test_a_bad_token_is_not_saved_by_a_good_cookie(client: Client, council: Council, person: User) -> None:
    sign_in(client, person, second_factor=False)
    assert client.get(f"/api/v1/c/{council.slug}/who-am-i/").status_code == 200
    assert ask(council, "nonsense", client).status_code == 401


def test_only_a_hash_is_stored(council: Council, person: User) -> None:
    token, secret = make(person, council)
    with service_scope(council=council):
        row = ApiToken.objects.values().get(pk=token.pk)
    assert secret not in str(row)
    assert row["prefix"] == secret[:10]


@pytest.mark.parametrize(("days_later", "status"), [(30, 200), (31, 401)])
def test_a_token_works_until_its_last_day(
    council: Council, person: User, time_machine: object, days_later: int, status: int
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    _token, secret = make(person, council, days=30)
    time_machine.shift(timedelta(days=days_later))
    assert ask(council, secret).status_code == status


def test_an_ended_token_is_refused_at_once(council: Council, person: User) -> None:
    token, secret = make(person, council)
    with council_scope(user_id=person.pk, council=council):
        api_tokens.revoke(token=token, by=person)
    assert ask(council, secret).status_code == 401


def test_whatever_ends_the_sessions_ends_the_tokens(council: Council, person: User) -> None:
    _token, secret = make(person, council)
    assert ask(council, secret).status_code == 200
    User.objects.filter(pk=person.pk).update(security_stamp=uuid.uuid4())
    assert ask(council, secret).status_code == 401


def test_a_closed_account_s_token_is_refused(council: Council, person: User) -> None:
    _token, secret = make(person, council)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert ask(council, secret).status_code == 401


def test_a_lost_role_ends_the_token(council: Council, person: User) -> None:
    administrator = member(council, Role.ADMINISTRATOR)
    _token, secret = make(person, council)
    with council_scope(user_id=administrator.pk, council=council):
        memberships.end(membership=person.memberships.get(council=council), by=administrator)
    assert ask(council, secret).status_code == 401


def test_a_role_past_its_day_leaves_the_token_nothing_to_see(
    council: Council, person: User, time_machine: object
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    _token, secret = make(person, council)
    with service_scope(council=council):
        person.memberships.filter(council=council).update(ends_on=date(2020, 3, 2))
    time_machine.shift(timedelta(days=1))
    response = ask(council, secret)
    assert (response.status_code, response.json()) == (404, {"detail": "There is nothing at this address."})


def test_a_token_needs_no_csrf_token_and_a_session_does(council: Council, person: User) -> None:
    _token, secret = make(person, council)
    address = f"/api/v1/c/{council.slug}/who-am-i/"
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(
        address, {"a": 1}, content_type="application/json", headers={"authorization": f"Bearer {secret}"}
    )
    assert (response.status_code, response.json()) == (201, {"said": {"a": 1}})
    sign_in(strict, person, second_factor=False)
    assert strict.post(address, {"a": 1}, content_type="application/json").status_code == 403


def test_using_a_token_is_noted_once_a_minute(council: Council, person: User, time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    token, secret = make(person, council)
    seen = []
    for seconds in (0, 30, 31):
        time_machine.shift(seconds)
        ask(council, secret)
        with service_scope(council=council):
            seen.append(ApiToken.objects.get(pk=token.pk).last_used_at.isoformat())
    assert seen == ["2020-03-02T09:00:00+00:00", "2020-03-02T09:00:00+00:00", "2020-03-02T09:01:01+00:00"]
    person.refresh_from_db()
    assert person.last_active_on == date(2020, 3, 2)


# The pages ------------------------------------------------------------------------------------------


def test_the_secret_is_shown_once_and_the_token_then_works(
    client: Client, council: Council, person: User
) -> None:
    sign_in(client, person, second_factor=False)
    new = reverse("api-token-new", args=[council.slug])
    last = timezone.localdate() + timedelta(days=10)
    page = client.post(new, {"name": "learning system", "expires_on": last.isoformat()})
    body = page.content.decode()
    found = re.search(r'value="(ppt_[-_A-Za-z0-9]{43})"', body)
    assert found
    assert ask(council, found[1]).status_code == 200
    listing = client.get(reverse("api-tokens", args=[council.slug])).content.decode()
    assert "learning system" in listing
    assert found[1] not in listing
    assert f"{found[1][:10]}…" in listing


def test_a_person_whose_role_needs_two_factors_makes_a_token_after_a_step_up_only(
    client: Client, council: Council, time_machine: object
) -> None:
    coordinator = UserFactory.create()
    give_role(coordinator, council, Role.COORDINATOR, starts_on=date(2015, 7, 1))
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    sign_in(client, coordinator)
    time_machine.shift(16 * 60)
    new = reverse("api-token-new", args=[council.slug])
    page = client.post(new, {"name": "x", "expires_on": "2020-04-01"})
    assert "Confirm that it is you" in page.content.decode()
    with service_scope(council=council):
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "", "expires_on": "2020-04-01"}, "Enter what the token is for"),
        ({"name": "x", "expires_on": "2020-03-01"}, "within a year from today"),
        ({"name": "x", "expires_on": "2021-04-01"}, "within a year from today"),
        ({"name": "x", "expires_on": "31/2/2020"}, "must be a real date"),
        ({"name": "x", "expires_on": "soon"}, "must include a month and year"),
        ({"name": "x"}, "Enter the last day"),
    ],
)
def test_a_token_with_bad_details_is_not_made(
    client: Client, council: Council, person: User, time_machine: object, typed: dict[str, str], words: str
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    sign_in(client, person, second_factor=False)
    response = client.post(reverse("api-token-new", args=[council.slug]), typed)
    assert response.status_code == 200
    assert words in response.content.decode()
    with service_scope(council=council):
        assert not ApiToken.objects.exists()


def test_there_is_room_for_ten_tokens(council: Council, person: User) -> None:
    for number in range(10):
        make(person, council, name=f"token {number}")
    with pytest.raises(AccountsRefused, match="10 tokens already"):
        make(person, council)


def test_who_is_no_member_makes_no_token(council: Council) -> None:
    with pytest.raises(AccountsRefused, match="no role"):
        make(UserFactory.create(), council)


def test_a_person_sees_and_ends_only_their_own_tokens(client: Client, council: Council, person: User) -> None:
    own, secret = make(person, council, name="mine")
    colleague = member(council, Role.PARTNER_SUBMITTER)
    theirs, _ = make(colleague, council, name="not mine")
    other = CouncilFactory.create()
    give_role(person, other, Role.PARTNER_SUBMITTER)
    elsewhere, _ = make(person, other, name="elsewhere")
    sign_in(client, person, second_factor=False)
    listing = client.get(reverse("api-tokens", args=[council.slug])).content.decode()
    assert "mine" in listing
    assert "not mine" not in listing
    assert "elsewhere" not in listing
    for token in (theirs, elsewhere):
        address = reverse("api-token-end", args=[council.slug, token.pk])
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    address = reverse("api-token-end", args=[council.slug, own.pk])
    assert client.get(address).status_code == 200
    assert client.post(address)["Location"] == reverse("api-tokens", args=[council.slug])
    assert ask(council, secret).status_code == 401
    with council_scope(user_id=colleague.pk, council=council):
        with pytest.raises(AccountsRefused, match="somebody else"):
            api_tokens.revoke(token=own, by=colleague)
        assert ApiToken.objects.get(pk=theirs.pk).revoked_at is None


@pytest.mark.parametrize(
    ("role", "has_app", "status"),
    [(Role.COORDINATOR, False, 401), (Role.COORDINATOR, True, 200), (Role.SAFETY_OFFICER, False, 200)],
)
def test_a_role_that_demands_two_factors_ends_tokens_made_with_one(
    council: Council, person: User, role: Role, has_app: bool, status: int
) -> None:
    other = CouncilFactory.create()
    give_role(person, other, Role.PARTNER_SUBMITTER, starts_on=date(2015, 7, 1))
    if has_app:
        second_factors.enrol_totp(user=person, secret=SECRET, by=person)
    _token, secret = make(person, council)
    _token, elsewhere = make(person, other)
    give_role(person, council, role)
    assert ask(council, secret).status_code == status
    assert ask(other, elsewhere).status_code == 200
