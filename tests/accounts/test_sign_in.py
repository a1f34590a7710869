"""Signing in and out (AU-1, AU-3, AU-6)."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services.second_factors import enrol_totp, unused_recovery_codes
from prevent_portal.outbox.models import Email
from tests.accounts.sessions import SECRET, code_now, sign_in
from tests.factories import PASSWORD, CouncilFactory, UserFactory, member

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def enrolled(*roles: Role) -> User:
    person = member(CouncilFactory.create(), *roles)
    enrol_totp(user=person, secret=SECRET, by=person)
    return person


def password_step(client: Client, person: User, password: str = PASSWORD, **query: str) -> object:
    return client.post(LOGIN, {"login": person.email, "password": password, **query})


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_password_signs_in_a_person_whose_role_needs_no_more(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    response = client.post(LOGIN, {"login": person.email.upper(), "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, reverse("my-work"))
    assert signed_in_as(client) == str(person.pk)


def test_the_session_gets_a_new_id_at_sign_in(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    session = client.session
    session["before"] = "planted"
    session.save()
    planted = session.session_key
    password_step(client, person)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_password_alone_does_not_sign_in_a_person_with_an_app(client: Client) -> None:
    person = enrolled(Role.COORDINATOR)
    response = password_step(client, person)
    assert response["Location"] == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    assert client.get(reverse("account")).status_code == 302


def test_password_and_code_sign_in_and_lead_to_where_the_person_was_going(client: Client) -> None:
    person = enrolled(Role.COORDINATOR)
    password_step(client, person, next=reverse("account"))
    response = client.post(reverse("mfa_authenticate"), {"code": f"{code_now()[:3]} {code_now()[3:]}"})
    assert (response.status_code, response["Location"]) == (302, reverse("account"))
    assert signed_in_as(client) == str(person.pk)
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_the_step_before_or_after_is_taken(client: Client, steps: int) -> None:
    person = enrolled(Role.COORDINATOR)
    password_step(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_now(steps=steps)})
    assert signed_in_as(client) == str(person.pk)


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_from_further_off_is_refused(client: Client, steps: int) -> None:
    person = enrolled(Role.COORDINATOR)
    password_step(client, person)
    response = client.post(reverse("mfa_authenticate"), {"code": code_now(steps=steps)})
    assert "The code is not right" in response.content.decode()
    assert signed_in_as(client) is None


def test_a_code_works_once(client: Client, time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:05+00:00", tick=False)
    person = enrolled(Role.COORDINATOR)
    code = code_now()
    password_step(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in_as(client) == str(person.pk)
    # 45 seconds on, allauth has forgotten the code (Valkey's clock does not travel, so it is told to) and
    # the clock's tolerance still accepts it: only our own memory refuses it.
    cache.delete(f"allauth.mfa.totp.used?user={person.pk}&code={code}")
    time_machine.move_to("2020-03-02 09:00:50+00:00", tick=False)
    other = Client()
    password_step(other, person)
    response = other.post(reverse("mfa_authenticate"), {"code": code})
    assert "it has been used" in response.content.decode()
    assert signed_in_as(other) is None


def test_a_recovery_code_takes_the_place_of_the_app_once(client: Client) -> None:
    person = enrolled(Role.COORDINATOR)
    code = unused_recovery_codes(person)[0]
    password_step(client, person)
    client.post(reverse("mfa_authenticate"), {"code": f"{code[:4]} {code[4:]}"})
    assert signed_in_as(client) == str(person.pk)
    assert len(unused_recovery_codes(person)) == 9
    other = Client()
    password_step(other, person)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in_as(other) is None


def test_a_second_step_sent_without_a_code_is_asked_again(client: Client) -> None:
    person = enrolled(Role.COORDINATOR)
    password_step(client, person)
    response = client.post(reverse("mfa_authenticate"), {})
    assert response.status_code == 200
    assert "Enter the code" in response.content.decode()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    known = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    bodies = []
    for email in (known.email, "nobody@example.org"):
        response = Client().post(LOGIN, {"login": email, "password": "not the password at all"})
        assert response.status_code == 200
        body = response.content.decode().replace(email, "ADDRESS")
        bodies.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body))
    assert bodies[0] == bodies[1]
    assert "The email address or the password is not right" in bodies[0]


def test_the_page_of_a_suspended_account_is_shown_only_with_the_right_password(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert password_step(client, person)["Location"] == reverse("account_inactive")
    assert signed_in_as(client) is None
    wrong = client.post(LOGIN, {"login": person.email, "password": "not the password"})
    assert "is not right" in wrong.content.decode()


def test_nobody_signs_in_as_the_service_principal(client: Client) -> None:
    service = User.objects.get(is_service=True)
    client.post(LOGIN, {"login": service.email, "password": "!"})
    assert signed_in_as(client) is None


def test_signing_in_leads_to_no_other_site(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    response = password_step(client, person, next="https://evil.example/")
    assert response["Location"] == reverse("my-work")


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/password/set/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/3rdparty/",
        "/accounts/social/login/error/",
        "/accounts/",
    ],
)
def test_what_allauth_brings_and_we_do_not_offer_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    sign_in(client, member(CouncilFactory.create(), Role.SAFETY_OFFICER))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "mfa_index"])
def test_names_of_allauth_that_we_do_not_offer_do_not_resolve(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


# Signing out --------------------------------------------------------------------------------------


def test_signing_out_takes_a_post_and_tells_the_browser_to_forget(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, person)
    cookie = client.cookies["session"].value
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in_as(client) == str(person.pk)
    response = client.post(reverse("account_logout"))
    assert response["Location"] == reverse("account_signed_out")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not Session.objects.filter(session_key=cookie).exists()
    replay = Client()
    replay.cookies["session"] = cookie
    assert replay.get(reverse("account")).status_code == 302


# A code by e-mail ---------------------------------------------------------------------------------


def code_from_email(person: User) -> str:
    text = Email.objects.filter(recipient=person.email).latest("created_at").text
    found = re.search(r"^(\d{6})$", text, re.MULTILINE)
    assert found, text
    return found[1]


@pytest.mark.parametrize("role", [Role.PARTNER_SUBMITTER, Role.COUNCILLOR, Role.BOARD_MEMBER])
def test_a_person_who_comes_once_a_quarter_signs_in_with_a_code_by_email(client: Client, role: Role) -> None:
    person = member(CouncilFactory.create(), role)
    response = client.post(reverse("account_request_login_code"), {"email": person.email.upper()})
    assert response["Location"] == reverse("account_confirm_login_code")
    client.post(reverse("account_confirm_login_code"), {"code": code_from_email(person)})
    assert signed_in_as(client) == str(person.pk)


@pytest.mark.parametrize(
    "roles",
    [(Role.COORDINATOR,), (Role.PANEL_MEMBER, Role.PARTNER_SUBMITTER), (Role.SAFETY_OFFICER,), ()],
)
def test_no_code_is_sent_to_people_whose_roles_need_more(client: Client, roles: tuple[Role, ...]) -> None:
    person = member(CouncilFactory.create(), *roles)
    response = client.post(reverse("account_request_login_code"), {"email": person.email})
    assert response["Location"] == reverse("account_confirm_login_code")
    mail = Email.objects.get(recipient=person.email)
    assert not re.search(r"\d{6}", mail.text)
    assert mail.subject == "How to sign in to Prevent Portal"
    assert client.session["account_login"]["state"]["stages"]["login_by_code"]["data"].get("code") is None


def test_asking_for_a_code_answers_the_same_for_everybody() -> None:
    council = CouncilFactory.create()
    emails = [
        member(council, Role.COUNCILLOR).email,
        member(council, Role.COORDINATOR).email,
        "nobody@example.org",
    ]
    answers = []
    for email in emails:
        client = Client()
        response = client.post(reverse("account_request_login_code"), {"email": email})
        page = client.get(response["Location"]).content.decode().replace(email, "ADDRESS")
        wrong = (
            client.post(response["Location"], {"code": "000000"}).content.decode().replace(email, "ADDRESS")
        )
        plain = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text) for text in (page, wrong)]
        answers.append((response.status_code, *plain))
    assert answers[0] == answers[1] == answers[2]
    assert not Email.objects.filter(recipient="nobody@example.org").exists()


def test_a_code_sent_before_the_person_got_a_role_that_needs_more_signs_nobody_in(client: Client) -> None:
    from tests.factories import give_role

    council = CouncilFactory.create()
    person = member(council, Role.COUNCILLOR)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    code = code_from_email(person)
    give_role(person, council, Role.PANEL_MEMBER)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response["Location"] == f"{reverse('account_login')}?why=code"
    assert signed_in_as(client) is None


def test_an_emailed_code_lives_ten_minutes(client: Client, time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.COUNCILLOR)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    time_machine.move_to("2020-03-02 09:10:01+00:00", tick=False)
    client.post(reverse("account_confirm_login_code"), {"code": code_from_email(person)})
    assert signed_in_as(client) is None


# Passwords ----------------------------------------------------------------------------------------


def reset_link(person: User) -> str:
    text = Email.objects.filter(recipient=person.email).latest("created_at").text
    found = re.search(r"http://testserver(/\S+)", text)
    assert found, text
    return found[1]


def test_opening_the_link_of_a_password_reset_changes_nothing(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = reset_link(person)
    before = User.objects.values().get(pk=person.pk)
    for _ in range(10):
        for method in (client.get, client.head, client.options):
            scanner = Client(headers={"user-agent": "Mozilla/5.0 (compatible; link scanner)"})
            getattr(scanner, method.__name__)(link)
    assert User.objects.values().get(pk=person.pk) == before
    assert Session.objects.count() == 0
    page = client.get(link)
    assert page["Referrer-Policy"] == "strict-origin"
    assert (
        link.rsplit("-", 1)[1].strip("/")
        not in re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)[1]
    )


def test_the_link_of_a_password_reset_works_once_and_ends_every_session(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    elsewhere = sign_in(Client(), person)
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = reset_link(person)
    # Signing in elsewhere did not spoil the link; it was made afterwards.
    response = client.post(link, {"password1": "three small green boats"})
    assert response["Location"] == reverse("account_reset_password_from_key_done")
    assert User.objects.get(pk=person.pk).check_password("three small green boats")
    assert elsewhere.get(reverse("account")).status_code == 302
    again = client.post(link, {"password1": "another long password"})
    assert "does not work any more" in again.content.decode()
    assert User.objects.get(pk=person.pk).check_password("three small green boats")


def test_a_new_password_does_not_skip_the_second_factor(client: Client) -> None:
    person = enrolled(Role.COORDINATOR)
    client.post(reverse("account_reset_password"), {"email": person.email})
    client.post(reset_link(person), {"password1": "three small green boats"})
    assert signed_in_as(client) is None
    assert Authenticator.objects.filter(user=person, type="totp").count() == 1
    response = password_step(client, person, "three small green boats")
    assert response["Location"] == reverse("mfa_authenticate")


def test_a_link_of_a_password_reset_runs_out(client: Client, time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = reset_link(person)
    time_machine.move_to("2020-03-02 12:59:00+00:00", tick=False)
    assert "You are signed out everywhere" in client.get(link).content.decode()
    time_machine.move_to("2020-03-02 13:00:02+00:00", tick=False)
    assert "does not work any more" in client.get(link).content.decode()


def test_asking_for_a_new_password_answers_the_same_for_everybody() -> None:
    person = UserFactory.create()
    for email in (person.email, "nobody@example.org"):
        response = Client().post(reverse("account_reset_password"), {"email": email})
        assert response["Location"] == reverse("account_reset_password_done")
    assert list(Email.objects.values_list("recipient", flat=True)) == [person.email]


def test_changing_the_password_keeps_this_session_and_ends_the_others(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, person)
    elsewhere = sign_in(Client(), person)
    key = client.session.session_key
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "three small green boats"},
    )
    assert response["Location"] == f"{reverse('account')}?done=password"
    assert client.get(response["Location"]).status_code == 200
    assert client.session.session_key != key
    assert elsewhere.get(reverse("account")).status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "aaaaaaaaaaaaaaaaaaaa"[:11]])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, person)
    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": password}
    )
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_passwords_are_hashed_with_argon2(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, person)
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "three small green boats"}
    )
    assert User.objects.get(pk=person.pk).password.startswith("argon2$argon2id$")


# The front door -----------------------------------------------------------------------------------


def test_the_front_door_leads_strangers_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("account_login")


def test_the_front_door_leads_a_person_of_one_council_to_their_work(client: Client) -> None:
    sign_in(client, member(CouncilFactory.create(), Role.SAFETY_OFFICER))
    assert client.get("/")["Location"] == reverse("my-work")


def test_the_front_door_lets_a_person_of_two_councils_choose(client: Client) -> None:
    from tests.factories import give_role

    first, second, foreign = CouncilFactory.create_batch(3)
    person = member(first, Role.SAFETY_OFFICER)
    give_role(person, second, Role.COORDINATOR, Role.REPORT_AUTHOR)
    sign_in(client, person)
    body = client.get("/").content.decode()
    _, choices = body.split("<main")
    offered = re.findall(r'name="council" value="([^"]+)"', choices)
    assert sorted(offered) == sorted([first.slug, second.slug])
    assert foreign.name not in body
    assert "Prevent coordinator, Report author" in body
