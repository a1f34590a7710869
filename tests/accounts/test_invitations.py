"""Invitations: a link that does nothing when opened, works once, for one address, for 7 days (AU-5)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import invitations, memberships
from prevent_portal.audit.models import Event
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db

ANSWER = {"name": "Nadia New", "password": "three small green boats"}
SCANNERS = ["BingPreview/1.0b", "Mozilla/5.0 (compatible; SafeLinks)", "Slackbot-LinkExpanding 1.0"]


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barchester")


@pytest.fixture
def administrator(council: Council) -> User:
    person = UserFactory.create(name="Ada Administrator")
    give_role(person, council, Role.ADMINISTRATOR, starts_on=date(2015, 7, 1))
    return person


def invite(
    council: Council, by: User, email: str = "new@example.org", role: Role = Role.SAFETY_OFFICER
) -> tuple[Invitation, str]:
    with council_scope(user_id=by.pk, council=council):
        invitation, _secret = invitations.invite(council=council, email=email, name="", role=role, by=by)
    text = Email.objects.filter(recipient=email.lower()).latest("created_at").text
    found = re.search(r"http://testserver(/invitation/\S+)", text)
    assert found, text
    return invitation, found[1]


def stored(invitation: Invitation) -> dict[str, object]:
    with service_scope(council=invitation.council):
        return Invitation.objects.values().get(pk=invitation.pk)


def roles(person: User, council: Council) -> frozenset[Role]:
    with service_scope(council=council):
        return council_access(person, council).roles


def test_fifty_openings_by_scanners_change_nothing_and_the_person_still_gets_in(
    council: Council, administrator: User
) -> None:
    invitation, link = invite(council, administrator)
    before = stored(invitation), User.objects.count(), Session.objects.count()
    for i in range(50):
        scanner = Client(headers={"user-agent": SCANNERS[i % 3]})
        response = getattr(scanner, ("get", "head", "options")[i % 3])(link)
        assert response.status_code in (200, 405)
    assert (stored(invitation), User.objects.count(), Session.objects.count()) == before
    client = Client()
    assert client.post(link, ANSWER).status_code == 302
    person = User.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert roles(person, council) == {Role.SAFETY_OFFICER}


def test_the_page_keeps_its_secret_out_of_title_and_referrer(
    client: Client, council: Council, administrator: User
) -> None:
    _invitation, link = invite(council, administrator)
    response = client.get(link)
    assert response["Referrer-Policy"] == "strict-origin"
    secret = link.rstrip("/").rsplit("/", 1)[1]
    body = response.content.decode()
    title = re.search(r"<title>(.*?)</title>", body, re.DOTALL)
    assert title is not None
    assert secret not in title[1]
    assert secret not in body
    assert "Ada Administrator invites you to Barchester" in body


def test_only_a_hash_of_the_secret_is_stored(council: Council, administrator: User) -> None:
    invitation, link = invite(council, administrator)
    secret = link.rstrip("/").rsplit("/", 1)[1]
    assert secret not in str(stored(invitation))
    assert invitation.digest == invitations.digest_of(secret)


def test_an_invitation_works_once(client: Client, council: Council, administrator: User) -> None:
    _invitation, link = invite(council, administrator)
    assert client.post(link, ANSWER).status_code == 302
    again = Client().post(link, {**ANSWER, "password": "another long password"})
    assert again.status_code == 410
    assert "has been used" in again.content.decode()
    assert User.objects.get(email="new@example.org").check_password(ANSWER["password"])


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2020-03-09 08:59:00+00:00", 302),
        ("2020-03-09 09:00:00+00:00", 410),
        ("2020-03-09 09:01:00+00:00", 410),
    ],
)
def test_an_invitation_lives_seven_days(
    client: Client, council: Council, administrator: User, time_machine: object, moment: str, status: int
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    _invitation, link = invite(council, administrator)
    time_machine.move_to(moment, tick=False)
    assert client.post(link, ANSWER).status_code == status
    assert User.objects.filter(email="new@example.org").exists() is (status == 302)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"name": "", "password": ANSWER["password"]}, "Enter your name"),
        ({"name": "Nadia", "password": "short"}, "at least 12 characters"),
        ({"name": "Nadia", "password": ""}, "Enter a password"),
        ({"name": "N" * 121, "password": ANSWER["password"]}, "120 characters or fewer"),
    ],
)
def test_a_bad_answer_uses_nothing_up(
    client: Client, council: Council, administrator: User, answer: dict[str, str], words: str
) -> None:
    invitation, link = invite(council, administrator)
    response = client.post(link, answer)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert stored(invitation)["accepted_at"] is None
    assert client.post(link, ANSWER).status_code == 302


def test_a_withdrawn_invitation_does_not_work(client: Client, council: Council, administrator: User) -> None:
    invitation, link = invite(council, administrator)
    with council_scope(user_id=administrator.pk, council=council):
        invitations.withdraw(invitation=invitation, by=administrator)
        with pytest.raises(AccountsRefused, match="withdrawn already"):
            invitations.withdraw(invitation=invitation, by=administrator)
    assert client.post(link, ANSWER).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()


def test_inviting_again_replaces_the_link(client: Client, council: Council, administrator: User) -> None:
    first, old = invite(council, administrator)
    _second, new = invite(council, administrator)
    assert old != new
    assert stored(first)["withdrawn_at"] is not None
    assert client.get(old).status_code == 410
    assert client.post(new, ANSWER).status_code == 302


def test_an_invitation_of_somebody_who_may_no_longer_invite_does_not_work(
    client: Client, council: Council, administrator: User
) -> None:
    _invitation, link = invite(council, administrator)
    second = member(council, Role.ADMINISTRATOR)
    with council_scope(user_id=second.pk, council=council):
        memberships.end(membership=administrator.memberships.get(council=council), by=second)
    response = client.post(link, ANSWER)
    assert response.status_code == 410
    assert "no longer counts" in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_secret_of_one_council_is_nothing_in_another(
    client: Client, council: Council, administrator: User
) -> None:
    _invitation, link = invite(council, administrator)
    other = CouncilFactory.create()
    wrong = link.replace(f"/{council.slug}/", f"/{other.slug}/")
    answers = [
        client.get(address)
        for address in (wrong, link[:-6] + "XXXXX/", link.replace(f"/{council.slug}/", "/nowhere/"))
    ]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert len({answer.content for answer in answers}) == 1
    assert "Barchester" not in answers[0].content.decode()


def test_accepting_is_recorded_under_the_new_person(
    client: Client, council: Council, administrator: User
) -> None:
    _invitation, link = invite(council, administrator)
    client.post(link, ANSWER)
    person = User.objects.get(email="new@example.org")
    with service_scope(council=council):
        events = list(Event.objects.filter(council_id=council.pk).order_by("id").values("action", "actor_id"))
    assert events[-3]["action"] == "accounts.invited"
    assert events[-3]["actor_id"] == administrator.pk
    assert events[-2]["action"] == "accounts.role_granted"
    assert events[-1] == {"action": "accounts.invitation_accepted", "actor_id": person.pk}


# Who has an account already -------------------------------------------------------------------------


@pytest.fixture
def officer() -> User:
    person = UserFactory.create(email="officer@example.org")
    give_role(person, CouncilFactory.create(name="Elsewhere"), Role.SAFETY_OFFICER)
    return person


def test_who_has_an_account_joins_after_signing_in(
    client: Client, council: Council, administrator: User, officer: User
) -> None:
    invitation, link = invite(council, administrator, email="Officer@Example.org")
    page = client.get(link).content.decode()
    join = reverse("invitation-join", args=[council.slug, invitation.pk])
    assert "You have an account already" in page
    assert client.post(link, ANSWER).status_code == 410
    assert client.get(join)["Location"].startswith(reverse("account_login"))
    sign_in(client, officer, second_factor=False)
    assert join in client.get(link).content.decode()
    assert "Join Barchester?" in client.get(join).content.decode()
    assert roles(officer, council) == frozenset()
    assert client.post(join)["Location"] == reverse("overview", args=[council.slug])
    assert roles(officer, council) == {Role.SAFETY_OFFICER}
    assert client.post(join).status_code == 410


def test_an_invitation_is_bound_to_its_address(
    client: Client, council: Council, administrator: User, officer: User
) -> None:
    invitation, _link = invite(council, administrator, email=officer.email)
    stranger = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    sign_in(client, stranger)
    join = reverse("invitation-join", args=[council.slug, invitation.pk])
    assert client.get(join).status_code == 404
    assert client.post(join).status_code == 404
    assert roles(stranger, council) == frozenset()
    with (
        own_councils_scope(user_id=stranger.pk),
        pytest.raises(AccountsRefused, match="sent to another address"),
    ):
        invitations.accept_with_own_account(council=council, invitation=invitation, by=stranger)


def test_a_new_account_signs_out_whoever_was_signed_in_here(
    client: Client, council: Council, administrator: User, officer: User
) -> None:
    _invitation, link = invite(council, administrator)
    sign_in(client, officer, second_factor=False)
    client.post(link, ANSWER)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)


def test_a_new_member_whose_role_needs_more_goes_straight_to_the_second_factor(
    client: Client, council: Council, administrator: User
) -> None:
    _invitation, link = invite(council, administrator, role=Role.PANEL_MEMBER)
    client.post(link, ANSWER)
    assert client.get(reverse("account"))["Location"].startswith(reverse("mfa_enrol"))


def test_nobody_invites_themselves_or_without_the_right(council: Council, administrator: User) -> None:
    coordinator = member(council, Role.COORDINATOR)
    with council_scope(user_id=administrator.pk, council=council):
        with pytest.raises(AccountsRefused, match="yourself"):
            invitations.invite(
                council=council, email=administrator.email, name="", role=Role.CHANNEL_CHAIR, by=administrator
            )
        with pytest.raises(AccountsRefused, match="hold the role of Prevent coordinator"):
            invitations.invite(
                council=council, email=coordinator.email, name="", role=Role.COORDINATOR, by=administrator
            )
        with pytest.raises(AccountsRefused, match="today or later"):
            invitations.invite(
                council=council, email="a@example.org", name="", role=Role.AUDITOR, by=administrator,
                role_ends_on=date(2019, 3, 31),
            )  # fmt: skip
    with council_scope(user_id=coordinator.pk, council=council), pytest.raises(AccountsRefused):
        invitations.invite(council=council, email="a@example.org", name="", role=Role.AUDITOR, by=coordinator)
    assert not Email.objects.exists()
