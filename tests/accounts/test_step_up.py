"""A fresh proof before what matters, losing nothing that was typed (AU-2)."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, User
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import code_now, sign_in
from tests.factories import PASSWORD, CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db

START = "2020-03-02 09:00:00+00:00"
GRANT_CHANGES = {
    "people-invite",
    "invitation-withdraw",
    "role-give",
    "role-end",
    "person-sign-out",
    "person-let-in",
    "api-token-new",
    "mfa_enrol",
    "mfa_remove",
    "mfa_recovery_codes",
    "mfa_recovery_codes_file",
}


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def administrator(council: Council) -> User:
    person = UserFactory.create()
    give_role(person, council, Role.ADMINISTRATOR, starts_on=date(2015, 7, 1))
    return person


def hidden_fields(body: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body)
    return {name: unescape(value) for name, value in found}


def test_every_page_that_changes_a_grant_asks_for_a_fresh_proof() -> None:
    asking = {
        pattern.name
        for pattern in get_resolver().url_patterns[1].url_patterns
        if issubclass(getattr(pattern.callback, "view_class", object), StepUpRequired)
    }
    assert asking >= GRANT_CHANGES


def test_a_fresh_session_is_not_asked(client: Client, council: Council, administrator: User) -> None:
    sign_in(client, administrator)
    assert client.get(reverse("people-invite", args=[council.slug])).status_code == 200


@pytest.mark.parametrize(("seconds", "asked"), [(15 * 60 - 60, False), (15 * 60 + 60, True)])
def test_a_page_asks_again_after_fifteen_minutes(
    client: Client, council: Council, administrator: User, time_machine: object, seconds: int, asked: bool
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, administrator)
    time_machine.shift(seconds)
    address = reverse("people-invite", args=[council.slug])
    response = client.get(address)
    assert (response.status_code == 302) is asked
    if asked:
        assert response["Location"].startswith(reverse("step_up"))


def test_the_right_code_leads_back_under_a_new_session_id(
    client: Client, council: Council, administrator: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, administrator)
    time_machine.shift(16 * 60)
    address = reverse("people-invite", args=[council.slug])
    question = client.get(client.get(address)["Location"])
    key = client.session.session_key
    fields = hidden_fields(question.content.decode())
    assert fields["next"] == address
    response = client.post(reverse("step_up"), {**fields, "step-up-code": code_now()})
    assert response["Location"] == address
    assert client.session.session_key != key
    assert client.get(address).status_code == 200


def test_the_step_up_page_leads_to_no_other_site(client: Client, administrator: User) -> None:
    sign_in(client, administrator)
    response = client.post(reverse("step_up"), {"step-up-code": code_now(), "next": "https://evil.example/"})
    assert response["Location"] == reverse("home")


def test_a_stale_form_is_asked_in_place_and_goes_on_with_what_was_typed(
    client: Client, council: Council, administrator: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, administrator)
    address = reverse("people-invite", args=[council.slug])
    typed = {
        "email": "new.person@example.org",
        "name": "A “new” person <b>",
        "role": Role.SAFETY_OFFICER.value,
    }
    time_machine.shift(16 * 60)
    question = client.post(address, typed)
    assert question.status_code == 200
    fields = hidden_fields(question.content.decode())
    assert {name: fields[name] for name in typed} == typed
    with service_scope(council=council):
        assert not Invitation.objects.exists()

    wrong = client.post(address, {**typed, "step-up-code": "000000"})
    assert "The code is not right" in wrong.content.decode()
    assert hidden_fields(wrong.content.decode())["name"] == typed["name"]
    with service_scope(council=council):
        assert not Invitation.objects.exists()

    key = client.session.session_key
    response = client.post(address, {**typed, "step-up-code": code_now()})
    assert response["Location"] == reverse("people", args=[council.slug])
    assert client.session.session_key != key
    with service_scope(council=council):
        invitation = Invitation.objects.get()
    assert (invitation.email, invitation.name) == (typed["email"], typed["name"])


def test_nothing_that_was_typed_is_kept_in_the_session(
    client: Client, council: Council, administrator: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, administrator)
    time_machine.shift(16 * 60)
    client.post(reverse("people-invite", args=[council.slug]), {"email": "canary@example.org"})
    assert "canary" not in str(dict(client.session.items()))


def test_who_may_not_see_a_page_is_not_asked_to_confirm(
    client: Client, council: Council, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, member(council, Role.COORDINATOR))
    time_machine.shift(16 * 60)
    address = reverse("people-invite", args=[council.slug])
    assert client.get(address).status_code == 404
    assert client.post(address, {"email": "a@example.org"}).status_code == 404


def test_a_person_without_an_app_confirms_with_the_password(
    client: Client, council: Council, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, member(council, Role.PARTNER_SUBMITTER), second_factor=False)
    time_machine.shift(16 * 60)
    address = reverse("api-token-new", args=[council.slug])
    assert client.get(address)["Location"].startswith(reverse("step_up"))
    wrong = client.post(reverse("step_up"), {"step-up-password": "wrong", "next": address})
    assert "The password is not right" in wrong.content.decode()
    assert client.get(address).status_code == 302
    right = client.post(reverse("step_up"), {"step-up-password": PASSWORD, "next": address})
    assert right["Location"] == address
    assert client.get(address).status_code == 200


def test_a_code_given_to_step_up_cannot_be_given_again(
    client: Client, administrator: User, time_machine: object
) -> None:
    time_machine.move_to(START, tick=False)
    sign_in(client, administrator)
    code = code_now()
    assert client.post(reverse("step_up"), {"step-up-code": code}).status_code == 302
    assert client.post(reverse("step_up"), {"step-up-code": code}).status_code == 200
