"""One person with roles in two councils goes from one to the other explicitly, and both trails say so."""

from __future__ import annotations

import pytest
from django.test import Client
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


@pytest.mark.parametrize("to", ["other", "nowhere", ""])
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
