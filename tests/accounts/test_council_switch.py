"""One person with roles in two councils goes from one to the other explicitly, and both trails say so."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def councils() -> tuple[Council, Council, Council]:
    return tuple(CouncilFactory.create(slug=slug, name=slug.title()) for slug in ("city", "county", "other"))


@pytest.fixture
def person(councils: tuple[Council, Council, Council]) -> User:
    person = member(councils[0], Role.SAFETY_OFFICER)
    give_role(person, councils[1], Role.SAFETY_OFFICER)
    return person


def trail(council: Council) -> list[tuple[str, dict[str, object]]]:
    """What a council's trail says of switching, oldest first."""
    with service_scope(council=council):
        events = Event.objects.filter(council_id=council.pk, action__startswith="accounts.council_")
        return [(event.action, event.details) for event in events.order_by("pk")]


def test_a_switch_is_in_the_trail_of_both_councils_and_neither_names_the_other(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    city, county, other = councils
    client.force_login(person)
    answer = client.post(reverse("council-switch"), {"council": "county", "leaving": "city"})
    assert (answer.status_code, answer["Location"]) == (302, "/c/county/")
    assert trail(city) == [("accounts.council_left", {})]
    assert trail(county) == [("accounts.council_entered", {})]
    assert trail(other) == []


def test_choosing_a_council_at_the_door_leaves_none(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    client.post(reverse("council-switch"), {"council": "city"})
    assert [trail(council) for council in councils] == [[("accounts.council_entered", {})], [], []]


def test_the_council_one_is_in_is_not_entered_again(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    answer = client.post(reverse("council-switch"), {"council": "city", "leaving": "city"})
    assert answer.status_code == 302
    assert [trail(council) for council in councils] == [[], [], []]


@pytest.mark.parametrize("to", ["other", "nowhere", "", "cit\0y"])
def test_nobody_goes_where_they_have_no_role_and_nothing_is_written(
    client: Client, councils: tuple[Council, Council, Council], person: User, to: str
) -> None:
    client.force_login(person)
    answer = client.post(reverse("council-switch"), {"council": to, "leaving": "city"})
    assert answer.status_code == 404
    assert [trail(council) for council in councils] == [[], [], []]


def test_a_council_that_is_not_one_s_own_is_never_left(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    client.post(reverse("council-switch"), {"council": "county", "leaving": "other"})
    assert trail(councils[2]) == []


def test_a_link_alone_switches_nothing_and_every_page_offers_the_form(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    assert client.get(reverse("council-switch")).status_code == 405
    for address in ("/", "/c/city/"):
        page = client.get(address).content.decode()
        assert 'action="/account/council/"' in page
        assert 'name="council" value="county"' in page


def events(councils: tuple[Council, ...]) -> list[list[str]]:
    """What each trail says, in words short enough to compare."""
    return [[action.removeprefix("accounts.council_") for action, _ in trail(each)] for each in councils]


OUTSIDE = {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}
INSIDE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("came", ["none", "cross-site"])
def test_another_council_s_page_opened_by_its_address_asks_first_and_then_opens(
    client: Client, councils: tuple[Council, Council, Council], person: User, came: str
) -> None:
    client.force_login(person)
    outside = {**OUTSIDE, "Sec-Fetch-Site": came}
    assert client.get("/c/city/", headers=outside).status_code == 200
    asked = client.get("/c/county/plans/?state=open", headers=outside)
    page = asked.content.decode()
    assert "You are working in City. The page you opened belongs to County." in page
    assert events(councils) == [[], [], []]
    sent = {"council": "county", "leaving": "city", "next": asked.context["next"]}
    answer = client.post(reverse("council-switch"), sent, headers=INSIDE)
    assert answer["Location"] == "/c/county/plans/?state=open"
    assert events(councils) == [["left"], ["entered"], []]
    assert client.get("/c/county/plans/", headers=outside).status_code == 200
    assert events(councils) == [["left"], ["entered"], []]


def test_a_link_of_the_portal_s_own_pages_is_the_step_and_the_page_says_where_one_is(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    client.get("/c/city/", headers=INSIDE)
    for _ in range(2):
        shown = client.get("/c/county/plans/", headers=INSIDE)
    assert events(councils) == [["left"], ["entered"], []]
    assert "You are now working in County." not in shown.content.decode()
    back = client.get("/c/city/", headers=INSIDE)
    assert "You are now working in City." in back.content.decode()
    assert events(councils) == [["left", "entered"], ["entered", "left"], []]


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/c/county/", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}),
        ("/api/v1/c/county/plans/", INSIDE),
        ("/c/other/", OUTSIDE),
    ],
)
def test_what_is_fetched_behind_a_page_the_api_and_a_stranger_s_council_switch_nothing(
    client: Client,
    councils: tuple[Council, Council, Council],
    person: User,
    address: str,
    headers: dict[str, str],
) -> None:
    client.force_login(person)
    client.get("/c/city/", headers=INSIDE)
    client.get(address, headers=headers)
    assert events(councils) == [[], [], []]
    assert "You are working in" not in client.get("/c/city/", headers=OUTSIDE).content.decode()


@pytest.mark.parametrize("came", ["cross-site", "same-site"])
def test_a_form_that_another_site_s_page_sends_switches_nothing_before_it_is_refused(
    councils: tuple[Council, Council, Council], person: User, came: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/c/city/", headers=INSIDE)
    sent = client.post("/c/county/plans/", {}, headers={**OUTSIDE, "Sec-Fetch-Site": came})
    assert sent.status_code == 403
    assert events(councils) == [[], [], []]
    assert client.session["accounts.council"] == "city"


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/c/county/", "/c/city/", "/c/county"]
)
def test_a_switch_leads_to_no_page_but_the_council_s_own(
    client: Client, councils: tuple[Council, Council, Council], person: User, address: str
) -> None:
    client.force_login(person)
    answer = client.post(reverse("council-switch"), {"council": "county", "next": address})
    assert answer["Location"] == "/c/county/"


def test_who_belongs_to_one_council_is_never_asked_and_pays_no_write(
    client: Client, councils: tuple[Council, Council, Council]
) -> None:
    client.force_login(member(councils[0], Role.SAFETY_OFFICER))
    client.get("/c/city/", headers=OUTSIDE)
    with CaptureQueriesContext(connection) as caught:
        client.get("/c/city/", headers=OUTSIDE)
    assert [query["sql"] for query in caught if query["sql"].startswith(("UPDATE", "INSERT"))] == []
    assert "accounts.council" not in client.session


def test_a_page_of_the_council_one_is_in_costs_no_statement_more_than_to_a_person_of_one(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    def cost(who: User) -> int:
        client.force_login(who)
        client.get("/c/city/plans/", headers=INSIDE)
        with CaptureQueriesContext(connection) as caught:
            client.get("/c/city/plans/", headers=INSIDE)
        return len(caught)

    assert cost(person) == cost(member(councils[0], Role.SAFETY_OFFICER))


def test_a_council_where_the_role_has_ended_is_not_named_and_not_left(
    client: Client, councils: tuple[Council, Council, Council], person: User
) -> None:
    client.force_login(person)
    client.get("/c/city/", headers=INSIDE)
    with service_scope(council=councils[0]):
        person.memberships.filter(council=councils[0]).update(revoked_at="2020-01-01T00:00Z")
    assert client.get("/c/county/", headers=OUTSIDE).status_code == 200
    assert events(councils) == [[], ["entered"], []]
