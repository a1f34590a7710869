"""The second factor is mandatory by role, proved once per session, and set up by the person (AU-1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.adapter import SecondFactorAdapter
from prevent_portal.accounts.enums import EMAIL_CODE_ROLES, SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services.second_factors import (
    enrol_totp,
    remove_totp,
    spend_code,
    unused_recovery_codes,
)
from prevent_portal.outbox.models import Email
from tests.accounts.sessions import SECRET, code_now, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db

OPEN = ["mfa_enrol", "account_logout", "account_signed_out"]


def test_no_role_both_demands_a_second_factor_and_may_use_an_emailed_code() -> None:
    assert frozenset() == SECOND_FACTOR_ROLES & EMAIL_CODE_ROLES


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_a_one_factor_session_reaches_nothing_in_the_council(client: Client, role: Role) -> None:
    council = CouncilFactory.create()
    sign_in(client, member(council, role), second_factor=False)
    response = client.get(reverse("overview", args=[council.slug]))
    assert response["Location"].startswith(reverse("mfa_enrol"))
    assert client.post(reverse("people-invite", args=[council.slug]))["Location"] == reverse("mfa_enrol")


@pytest.mark.parametrize(
    "name", ["home", "my-work", "account", "account_change_password", "mfa_recovery_codes", "mfa_remove"]
)
def test_a_one_factor_session_reaches_no_page_of_the_person(client: Client, name: str) -> None:
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR), second_factor=False)
    assert client.get(reverse(name))["Location"].startswith(reverse("mfa_enrol"))


@pytest.mark.parametrize("name", OPEN)
def test_a_one_factor_session_reaches_enrol_and_sign_out(client: Client, name: str) -> None:
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR), second_factor=False)
    assert client.get(reverse(name)).status_code == 200


def test_a_person_with_an_app_is_sent_to_prove_it_not_to_set_up_another(client: Client) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    sign_in(client, person, second_factor=False)
    assert client.get(reverse("overview", args=[council.slug]))["Location"].startswith(reverse("step_up"))
    assert client.get(reverse("mfa_enrol"))["Location"] == reverse("step_up")
    assert client.get(reverse("step_up")).status_code == 200
    client.post(reverse("step_up"), {"step-up-code": code_now()})
    assert client.get(reverse("account")).status_code == 200


def test_the_api_answers_a_one_factor_session_403_and_nothing_else(client: Client) -> None:
    council = CouncilFactory.create()
    sign_in(client, member(council, Role.COORDINATOR), second_factor=False)
    response = client.get(f"/api/v1/c/{council.slug}/")
    assert response.status_code in (403, 404)
    assert council.name not in response.content.decode()
    assert client.get("/api/v1/schema/").json() == {"detail": "Sign in with your second factor first."}


def test_each_council_asks_by_the_role_held_there(client: Client) -> None:
    light, strict = CouncilFactory.create_batch(2)
    person = member(light, Role.SAFETY_OFFICER)
    give_role(person, strict, Role.COORDINATOR)
    sign_in(client, person, second_factor=False)
    assert client.get(reverse("api-tokens", args=[light.slug])).status_code == 200
    assert client.get(reverse("api-tokens", args=[strict.slug]))["Location"].startswith(reverse("mfa_enrol"))
    assert client.get(reverse("account"))["Location"].startswith(reverse("mfa_enrol"))


def test_a_new_role_closes_a_session_that_is_open(client: Client) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.SAFETY_OFFICER)
    sign_in(client, person, second_factor=False)
    assert client.get(reverse("account")).status_code == 200
    give_role(person, council, Role.PANEL_MEMBER)
    assert client.get(reverse("account"))["Location"].startswith(reverse("mfa_enrol"))


# Setting up ---------------------------------------------------------------------------------------


def begin_enrolling(client: Client) -> str:
    page = client.get(reverse("mfa_enrol"))
    assert page.status_code == 200
    return str(client.session["mfa.totp.secret"])


def test_the_page_shows_the_key_as_a_picture_and_as_text(client: Client) -> None:
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR), second_factor=False)
    response = client.get(reverse("mfa_enrol"))
    secret = client.session["mfa.totp.secret"]
    body = response.content.decode()
    assert " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)) in body
    assert 'src="data:image/svg+xml;base64,' in body
    assert "style=" not in body
    assert "data:" in response["Content-Security-Policy"]


def test_setting_up_an_app_opens_the_portal_and_ends_every_other_session(client: Client) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    sign_in(client, person, second_factor=False)
    elsewhere = sign_in(Client(), person, second_factor=False)
    key = client.session.session_key
    secret = begin_enrolling(client)
    response = client.post(reverse("mfa_enrol"), {"code": code_now(secret), "next": reverse("account")})
    assert response["Location"].startswith(reverse("mfa_recovery_codes"))
    assert client.session.session_key != key
    assert client.get(reverse("overview", args=[council.slug])).status_code == 200
    codes = client.get(response["Location"]).content.decode()
    for code in unused_recovery_codes(person):
        assert f"{code[:4]} {code[4:]}" in codes
    assert elsewhere.get(reverse("account"))["Location"].startswith(reverse("account_login"))
    assert (
        Email.objects.get(recipient=person.email).subject
        == "Your Prevent Portal authenticator app was set up"
    )


def test_the_code_of_setting_up_cannot_be_used_again_to_sign_in(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person, second_factor=False)
    code = code_now(begin_enrolling(client))
    client.post(reverse("mfa_enrol"), {"code": code})
    assert spend_code(user=person, code=code) is False


@pytest.mark.parametrize("code", ["000000", "", "abc", "1" * 40])
def test_a_wrong_first_code_sets_nothing_up(client: Client, code: str) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person, second_factor=False)
    begin_enrolling(client)
    response = client.post(reverse("mfa_enrol"), {"code": code})
    assert response.status_code == 200
    assert not Authenticator.objects.filter(user=person).exists()


def test_another_app_takes_the_place_of_the_first(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    old_codes = unused_recovery_codes(person)
    sign_in(client, User.objects.get(pk=person.pk))
    secret = begin_enrolling(client)
    assert secret != SECRET
    client.post(reverse("mfa_enrol"), {"code": code_now(secret)})
    row = Authenticator.objects.get(user=person, type="totp")
    assert SecondFactorAdapter().decrypt(row.data["secret"]) == secret
    assert not set(old_codes) & set(unused_recovery_codes(person))
    assert client.get(reverse("account")).status_code == 200


def test_the_app_s_secret_is_not_stored_in_the_clear() -> None:
    person = UserFactory.create()
    app = enrol_totp(user=person, secret=SECRET, by=person)
    assert SECRET not in str(app.data)
    assert SecondFactorAdapter().decrypt(app.data["secret"]) == SECRET


def test_with_another_secret_key_no_code_is_right_and_nothing_fails(client: Client, settings: object) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    settings.SECRET_KEY = "another key altogether, of fifty characters or more, truly"
    client.post(reverse("account_login"), {"login": person.email, "password": "correct horse battery staple"})
    response = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert response.status_code == 200
    assert "The code is not right" in response.content.decode()


def test_a_secret_that_is_not_base_32_is_refused() -> None:
    person = UserFactory.create()
    with pytest.raises(ValueError, match="base 32"):
        enrol_totp(user=person, secret="not base 32!", by=person)
    assert not Authenticator.objects.exists()


def test_who_must_have_a_second_factor_cannot_remove_it(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)
    assert client.get(reverse("mfa_remove")).status_code == 404
    assert client.post(reverse("mfa_remove")).status_code == 404
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    with pytest.raises(AccountsRefused, match="demands a second factor"):
        remove_totp(user=person, by=person, roles=frozenset({Role.COORDINATOR}))


def test_who_need_not_have_a_second_factor_can_remove_it(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, person)
    assert client.get(reverse("mfa_remove")).status_code == 200
    assert client.post(reverse("mfa_remove"))["Location"] == f"{reverse('account')}?done=factor-removed"
    assert not Authenticator.objects.filter(user=person).exists()
    assert client.get(reverse("account")).status_code == 200


def test_new_recovery_codes_replace_the_old(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    old = unused_recovery_codes(person)
    sign_in(client, User.objects.get(pk=person.pk))
    client.post(reverse("mfa_recovery_codes"))
    new = unused_recovery_codes(person)
    assert (len(new), set(old) & set(new)) == (10, set())
    file = client.get(reverse("mfa_recovery_codes_file"))
    assert file["Content-Disposition"] == 'attachment; filename="prevent-portal-recovery-codes.txt"'
    assert all(code in file.content.decode() for code in new)


def test_who_has_used_every_code_is_offered_new_ones_and_nothing_else(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    enrol_totp(user=person, secret=SECRET, by=person)
    sign_in(client, User.objects.get(pk=person.pk))
    assert "I have kept them" in client.get(reverse("mfa_recovery_codes")).content.decode()
    codes = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    codes.data = {**codes.data, "used_mask": 0b1111111111}
    codes.save(update_fields=["data"])
    page = client.get(reverse("mfa_recovery_codes")).content.decode()
    assert "You have used them all" in page
    assert "Make new codes" in page
    assert "I have kept them" not in page


@pytest.mark.parametrize("name", ["mfa_recovery_codes", "mfa_recovery_codes_file"])
def test_without_an_app_there_are_no_recovery_codes(client: Client, name: str) -> None:
    sign_in(client, member(CouncilFactory.create(), Role.SAFETY_OFFICER), second_factor=False)
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("mfa_recovery_codes")).status_code == 404


# What other rooms ask -----------------------------------------------------------------------------


def request_of(client: Client, person: User) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session
    request.user = person
    return request


def test_proved_and_fresh_say_how_far_a_session_went(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person, second_factor=False)
    request = request_of(client, person)
    assert (second_factor.proved(request), second_factor.fresh(request)) == (False, True)
    sign_in(client, person)
    request = request_of(client, person)
    assert (second_factor.proved(request), second_factor.fresh(request)) == (True, True)


def test_the_proof_of_one_person_is_none_of_another(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)
    other = UserFactory.create()
    assert second_factor.proved(request_of(client, other)) is False
    assert second_factor.fresh(request_of(client, other)) is False


def test_a_token_has_proved_nothing(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)
    request = request_of(client, person)
    request.api_token = object()
    assert second_factor.proved(request) is False
    assert second_factor.fresh(request) is False


@pytest.mark.parametrize(("seconds", "expected"), [(14 * 60 + 59, True), (15 * 60, False), (16 * 60, False)])
def test_a_proof_is_fresh_for_fifteen_minutes(
    client: Client, time_machine: object, seconds: int, expected: bool
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)
    time_machine.shift(seconds)
    assert second_factor.fresh(request_of(client, person)) is expected


def test_a_password_does_not_freshen_a_session_with_two_factors(client: Client, time_machine: object) -> None:
    from allauth.account.internal.flows.login import record_authentication

    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)
    request = request_of(client, person)
    time_machine.shift(16 * 60)
    record_authentication(request, person, "password", reauthenticated=True)
    assert second_factor.fresh(request) is False


def test_a_purpose_is_kept_in_the_session_for_its_time(client: Client, time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.CHANNEL_CHAIR)
    sign_in(client, person)
    request = request_of(client, person)
    within = timedelta(hours=3)
    assert second_factor.kept(request, "meeting 1", within) is False
    second_factor.keep(request, "meeting 1")
    time_machine.shift(3 * 3600 - 1)
    assert second_factor.kept(request, "meeting 1", within) is True
    assert second_factor.kept(request, "meeting 2", within) is False
    time_machine.shift(1)
    assert second_factor.kept(request, "meeting 1", within) is False
    second_factor.forget(request, "meeting 1")
    assert request.session["accounts.step_ups"] == {}


# The demo's codes ---------------------------------------------------------------------------------


def test_the_demo_command_prints_the_code_of_a_demo_account(capsys: pytest.CaptureFixture[str]) -> None:
    person = UserFactory.create(email="coordinator@barnet.example")
    enrol_totp(user=person, secret=SECRET, by=person)
    call_command("demo_code", "Coordinator@Barnet.example")
    assert capsys.readouterr().out.strip() in (code_now(), code_now(steps=-1))


def test_the_demo_command_refuses_every_real_address() -> None:
    person = UserFactory.create(email="coordinator@barnet.gov.uk")
    enrol_totp(user=person, secret=SECRET, by=person)
    with pytest.raises(CommandError, match=r"end in \.example"):
        call_command("demo_code", "coordinator@barnet.gov.uk")


def test_the_demo_command_says_when_there_is_nothing_to_print() -> None:
    UserFactory.create(email="officer@barnet.example")
    with pytest.raises(CommandError, match="no authenticator app"):
        call_command("demo_code", "officer@barnet.example")
    with pytest.raises(CommandError, match="There is no account"):
        call_command("demo_code", "nobody@barnet.example")
