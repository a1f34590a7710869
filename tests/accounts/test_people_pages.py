"""Settings, People: what an administrator sees and does, and what nobody else does."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership, User
from prevent_portal.accounts.services import invitations
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barchester")


@pytest.fixture
def foreign() -> Council:
    return CouncilFactory.create(name="Elsewhere")


@pytest.fixture
def administrator(client: Client, council: Council) -> User:
    person = member(council, Role.ADMINISTRATOR, name="Ada Administrator")
    sign_in(client, person)
    return person


def membership_of(person: User, council: Council) -> Membership:
    with service_scope(council=council):
        return Membership.objects.get(user=person, council=council)


def roles(person: User, council: Council) -> frozenset[Role]:
    with service_scope(council=council):
        return council_access(person, council).roles


def body(client: Client, council: Council, **query: str) -> str:
    response = client.get(reverse("people", args=[council.slug]), query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_list_holds_the_council_s_people_and_nobody_else(
    client: Client, council: Council, foreign: Council, administrator: User
) -> None:
    member(council, Role.SAFETY_OFFICER, name="Olive Officer", email="olive@example.org")
    member(foreign, Role.SAFETY_OFFICER, name="Fiona Foreign", email="fiona@example.org")
    page = body(client, council)
    assert "2 people" in page
    assert "Olive Officer" in page
    assert "olive@example.org" in page
    assert "Fiona" not in page
    assert "Elsewhere" not in page


def test_a_person_of_two_councils_shows_only_the_roles_held_here(
    client: Client, council: Council, foreign: Council, administrator: User
) -> None:
    person = member(council, Role.SAFETY_OFFICER, name="Olive Officer")
    give_role(person, foreign, Role.CHANNEL_CHAIR)
    page = body(client, council, q="Olive")
    assert "Community safety officer" in page
    assert "Channel chair</td>" not in page
    detail = client.get(reverse("person", args=[council.slug, person.pk])).content.decode()
    assert "Community safety officer" in detail
    assert "Channel chair" not in detail


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Ada", "Olive", "Petra", "Sam"}),
        ({"q": "olive"}, {"Olive"}),
        ({"q": "OLIVE officer"}, {"Olive"}),
        ({"q": "olive@"}, {"Olive"}),
        ({"q": "olive nobody"}, set()),
        ({"role": "partner_submitter"}, {"Petra"}),
        ({"state": "coming"}, {"Cora"}),
        ({"state": "ended"}, {"Edna"}),
        ({"state": "suspended"}, {"Sam"}),
        ({"role": "nonsense"}, {"Ada", "Olive", "Petra", "Sam"}),
        ({"q": "x" * 101}, {"Ada", "Olive", "Petra", "Sam"}),
        ({"page": "99"}, {"Ada", "Olive", "Petra", "Sam"}),
    ],
)
def test_search_and_filters_find_exactly_whom_they_name(
    client: Client, council: Council, administrator: User, query: dict[str, str], names: set[str]
) -> None:
    today = timezone.localdate()
    member(council, Role.SAFETY_OFFICER, name="Olive Officer", email="olive@example.org")
    member(council, Role.PARTNER_SUBMITTER, name="Petra Partner")
    sam = member(council, Role.SAFETY_OFFICER, name="Sam Suspended")
    User.objects.filter(pk=sam.pk).update(is_active=False, dormant_since=today)
    give_role(
        UserFactory.create(name="Cora Coming"), council, Role.AUDITOR, starts_on=today + timedelta(days=9)
    )
    give_role(
        UserFactory.create(name="Edna Ended"), council, Role.AUDITOR,
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1),
    )  # fmt: skip
    response = client.get(reverse("people", args=[council.slug]), query)
    table = response.context["table"]
    assert {row[0].text.split()[0] for row in table.rows} == names
    if not names:
        assert "Nobody found" in response.content.decode()


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in seen]


def test_the_list_asks_as_many_questions_for_fifty_people_as_for_five(
    client: Client, council: Council, administrator: User
) -> None:
    address = reverse("people", args=[council.slug])
    for _ in range(4):
        member(council, Role.SAFETY_OFFICER)
    client.get(address)
    few = len(statements(client, address))
    for number in range(45):
        person = member(council, Role.SAFETY_OFFICER)
        with council_scope(user_id=administrator.pk, council=council):
            invitations.invite(
                council=council, email=f"i{number}@example.org", name="", role=Role.AUDITOR, by=administrator
            )
        give_role(person, council, Role.REPORT_AUTHOR)
    assert len(statements(client, address)) == few
    assert few <= 24


def test_the_page_of_a_person_asks_as_many_questions_for_ten_roles_as_for_one(
    client: Client, council: Council, administrator: User
) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    address = reverse("person", args=[council.slug, person.pk])
    client.get(address)
    few = len(statements(client, address))
    give_role(person, council, *[role for role in Role if role != Role.SAFETY_OFFICER])
    assert len(statements(client, address)) == few


# Who may not ----------------------------------------------------------------------------------------


def addresses(council: Council, person: User, membership_id: object, invitation_id: object) -> list[str]:
    slug = council.slug
    return [
        reverse("people", args=[slug]),
        reverse("people-invite", args=[slug]),
        reverse("person", args=[slug, person.pk]),
        reverse("role-give", args=[slug, person.pk]),
        reverse("person-sign-out", args=[slug, person.pk]),
        reverse("person-let-in", args=[slug, person.pk]),
        reverse("role-end", args=[slug, membership_id]),
        reverse("invitation-withdraw", args=[slug, invitation_id]),
    ]


def test_everybody_but_administrators_gets_404_on_every_page(
    council: Council, foreign: Council, administrator: User
) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    with council_scope(user_id=administrator.pk, council=council):
        invitation, _ = invitations.invite(
            council=council, email="new@example.org", name="", role=Role.AUDITOR, by=administrator
        )
    pages = addresses(council, person, membership_of(person, council).pk, invitation.pk)
    strangers = [
        member(council, *(role for role in Role if role != Role.ADMINISTRATOR)),
        member(foreign, Role.ADMINISTRATOR),
        UserFactory.create(is_staff=True, is_superuser=True),
    ]
    for stranger in strangers:
        client = sign_in(Client(), stranger)
        for page in pages:
            assert client.get(page).status_code == 404, (stranger, page)
            assert client.post(page, {"when": "now", "role": "auditor"}).status_code == 404, (stranger, page)
    assert roles(person, council) == {Role.SAFETY_OFFICER}


def test_people_roles_and_invitations_of_another_council_are_as_missing_as_random_ones(
    client: Client, council: Council, foreign: Council, administrator: User
) -> None:
    stranger = member(foreign, Role.SAFETY_OFFICER)
    theirs = member(foreign, Role.ADMINISTRATOR)
    with council_scope(user_id=theirs.pk, council=foreign):
        invitation, _ = invitations.invite(
            council=foreign, email="new@example.org", name="", role=Role.AUDITOR, by=theirs
        )
    nobody = User(pk=987654321)
    hidden = addresses(council, stranger, membership_of(stranger, foreign).pk, invitation.pk)[2:]
    random = addresses(council, nobody, uuid.uuid4(), uuid.uuid4())[2:]
    for page, control in zip(hidden, random, strict=True):
        for method in (client.get, client.post):
            answers = [method(address, {"when": "now", "role": "auditor"}) for address in (page, control)]
            if answers[1].status_code == 405:
                continue
            assert [answer.status_code for answer in answers] == [404, 404], page
            assert answers[0].content == answers[1].content
    assert roles(stranger, foreign) == {Role.SAFETY_OFFICER}
    with service_scope(council=foreign):
        assert Invitation.objects.get(pk=invitation.pk).withdrawn_at is None


# What an administrator does -------------------------------------------------------------------------


def test_inviting_sends_one_email_and_says_so(client: Client, council: Council, administrator: User) -> None:
    response = client.post(
        reverse("people-invite", args=[council.slug]),
        {"email": "New@Example.org", "name": "", "role": "safety_officer"},
        follow=True,
    )
    page = response.content.decode()
    assert "Invitation sent to new@example.org" in page
    assert "Invitations not yet accepted" in page
    mail = Email.objects.get()
    assert (mail.recipient, mail.subject) == ("new@example.org", "Barchester invites you to Prevent Portal")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "not an address", "role": "auditor"}, "Enter an email address in the correct format"),
        ({"email": "", "role": "auditor"}, "Enter an email address"),
        ({"email": "a@example.org", "role": ""}, "Select a role"),
        ({"email": "a@example.org", "role": "emperor"}, "Select a role from the list"),
        ({"email": "a@example.org", "role": "auditor", "role_ends_on": "2019-03-31"}, "today or later"),
        ({"email": f"{'a' * 250}@example.org", "role": "auditor"}, "254 characters or fewer"),
    ],
)
def test_a_bad_invitation_says_what_is_wrong_and_sends_nothing(
    client: Client, council: Council, administrator: User, typed: dict[str, str], words: str
) -> None:
    response = client.post(reverse("people-invite", args=[council.slug]), typed)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Email.objects.exists()


def test_withdrawing_an_invitation(client: Client, council: Council, administrator: User) -> None:
    with council_scope(user_id=administrator.pk, council=council):
        invitation, _ = invitations.invite(
            council=council, email="new@example.org", name="", role=Role.AUDITOR, by=administrator
        )
    address = reverse("invitation-withdraw", args=[council.slug, invitation.pk])
    assert "Withdraw this invitation?" in client.get(address).content.decode()
    assert "is withdrawn" in client.post(address, follow=True).content.decode()
    assert client.post(address).status_code == 404


def test_giving_a_role(client: Client, council: Council, administrator: User) -> None:
    person = member(council, Role.SAFETY_OFFICER, name="Olive Officer")
    address = reverse("role-give", args=[council.slug, person.pk])
    assert "Give Olive Officer a role" in client.get(address).content.decode()
    today = timezone.localdate()
    typed = {"role": "auditor", "starts_on": today.isoformat(), "ends_on": ""}
    response = client.post(address, typed, follow=True)
    assert "Olive Officer has the role of auditor or data protection officer." in response.content.decode()
    assert roles(person, council) == {Role.SAFETY_OFFICER, Role.AUDITOR}
    again = client.post(address, typed)
    assert "They already hold the role" in again.content.decode()


def test_an_administrator_cannot_give_themselves_a_role(
    client: Client, council: Council, administrator: User
) -> None:
    page = client.get(reverse("person", args=[council.slug, administrator.pk])).content.decode()
    assert "You cannot give yourself a role" in page
    response = client.post(
        reverse("role-give", args=[council.slug, administrator.pk]),
        {"role": "channel_chair", "starts_on": timezone.localdate().isoformat()},
    )
    assert "You cannot give yourself a role" in response.content.decode()
    assert roles(administrator, council) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("when", ["now", "on"])
def test_ending_a_role(client: Client, council: Council, administrator: User, when: str) -> None:
    person = member(council, Role.SAFETY_OFFICER, name="Olive Officer")
    address = reverse("role-end", args=[council.slug, membership_of(person, council).pk])
    assert "End Olive Officer’s role" in client.get(address).content.decode()
    today = timezone.localdate()
    response = client.post(address, {"when": when, "ends_on": today.isoformat()}, follow=True)
    words = "has ended" if when == "now" else "ends after"
    assert f"the role of community safety officer {words}" in response.content.decode()
    stored = membership_of(person, council)
    assert (stored.revoked_at is not None, stored.ends_on) == (
        (True, None) if when == "now" else (False, today)
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Select an answer"),
        ({"when": "on"}, "Enter the last day"),
        ({"when": "on", "ends_on": "2019-03-31"}, "The last day must be today or later"),
        ({"when": "on", "ends_on": "31/2/2019"}, "must be a real date"),
    ],
)
def test_a_bad_end_says_what_is_wrong(
    client: Client, council: Council, administrator: User, typed: dict[str, str], words: str
) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    response = client.post(reverse("role-end", args=[council.slug, membership_of(person, council).pk]), typed)
    assert words in response.content.decode()
    assert roles(person, council) == {Role.SAFETY_OFFICER}


def test_the_last_administrator_stays(client: Client, council: Council, administrator: User) -> None:
    address = reverse("role-end", args=[council.slug, membership_of(administrator, council).pk])
    response = client.post(address, {"when": "now"})
    assert "last administrator" in response.content.decode()
    assert roles(administrator, council) == {Role.ADMINISTRATOR}


def test_an_administrator_who_ends_their_own_role_is_out(
    client: Client, council: Council, administrator: User
) -> None:
    member(council, Role.ADMINISTRATOR)
    address = reverse("role-end", args=[council.slug, membership_of(administrator, council).pk])
    assert client.post(address, {"when": "now"})["Location"] == reverse("home")
    assert client.get("/")["Location"] == reverse("account_login")


def test_signing_somebody_out_everywhere(client: Client, council: Council, administrator: User) -> None:
    person = member(council, Role.SAFETY_OFFICER, name="Olive Officer")
    theirs = sign_in(Client(), person, second_factor=False)
    assert theirs.get(reverse("account")).status_code == 200
    address = reverse("person-sign-out", args=[council.slug, person.pk])
    assert "Sign Olive Officer out everywhere?" in client.get(address).content.decode()
    assert "is signed out everywhere" in client.post(address, follow=True).content.decode()
    assert theirs.get(reverse("account")).status_code == 302


def test_letting_somebody_back_in(client: Client, council: Council, administrator: User) -> None:
    person = member(council, Role.SAFETY_OFFICER, name="Olive Officer")
    User.objects.filter(pk=person.pk).update(is_active=False, dormant_since=timezone.localdate())
    page = client.get(reverse("person", args=[council.slug, person.pk])).content.decode()
    assert "Let them back in" in page
    address = reverse("person-let-in", args=[council.slug, person.pk])
    assert "Let Olive Officer back in?" in client.get(address).content.decode()
    assert "can sign in again" in client.post(address, follow=True).content.decode()
    assert "is not suspended" in client.post(address, follow=True).content.decode()
    assert User.objects.get(pk=person.pk).is_active


def test_the_menu_shows_people_and_audit_to_administrators_only(
    client: Client, council: Council, administrator: User
) -> None:
    page = body(client, council)
    assert f'href="{reverse("people", args=[council.slug])}"' in page
    assert f'href="{reverse("audit", args=[council.slug])}"' in page
    officer = sign_in(Client(), member(council, Role.SAFETY_OFFICER), second_factor=False)
    other = officer.get(reverse("api-tokens", args=[council.slug])).content.decode()
    assert reverse("people", args=[council.slug]) not in other
    assert reverse("audit", args=[council.slug]) not in other


def test_the_account_page_shows_one_s_own_roles_in_every_council(council: Council, foreign: Council) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    give_role(person, foreign, Role.PARTNER_LEAD, ends_on=timezone.localdate())
    third = CouncilFactory.create(name="Third place")
    client = sign_in(Client(), person, second_factor=False)
    page = client.get(reverse("account")).content.decode()
    assert "Community safety officer" in page
    assert "Partner Prevent lead, until" in page
    assert third.name not in page
    assert "Not set up" in page
