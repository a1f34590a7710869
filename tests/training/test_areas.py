"""The sub-navigation of training: few groups, every room reachable, and nothing that answers 404."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, member
from training.areas import GROUPS, areas
from training.permissions import TRAINING_GRANTS

ROOMS = {area.url_name for group in GROUPS for area in group.areas}


def holding(*roles: Role) -> CouncilAccess:
    """What somebody with these roles holds, without a database."""
    permissions = {name.value for name, granted in TRAINING_GRANTS.items() if granted & set(roles)}
    return CouncilAccess(
        user=UserFactory.build(),
        council=CouncilFactory.build(slug="barnet"),
        roles=frozenset(roles),
        permissions=frozenset(permissions),
    )


def test_a_coordinator_reaches_every_room_from_five_groups() -> None:
    assert len(ROOMS) == sum(len(group.areas) for group in GROUPS), "each room stands in one group"
    reached = set()
    for name in ROOMS:
        shown = areas(holding(Role.COORDINATOR), name)
        assert shown is not None
        assert [group.text for group in shown.groups] == [
            "Coverage", "Rounds and returns", "Sessions", "Plans", "Courses and rules",
        ]  # fmt: skip
        assert [group.text for group in shown.groups if group.current] == [shown.group]
        assert [room.href for room in shown.rooms if room.current] == [reverse(name, args=["barnet"])]
        reached |= {room.href for room in shown.rooms}
    assert reached == {reverse(name, args=["barnet"]) for name in ROOMS}


@pytest.mark.parametrize(
    ("roles", "groups"),
    [
        ((Role.BOARD_MEMBER,), ["Coverage", "Rounds and returns", "Sessions", "Plans", "Courses and rules"]),
        ((Role.PARTNER_LEAD,), None),
        ((Role.PARTNER_SUBMITTER,), None),
        ((Role.CHANNEL_CHAIR,), None),
    ],
)
def test_who_may_enter_one_room_or_none_is_shown_no_navigation(
    roles: tuple[Role, ...], groups: list[str] | None
) -> None:
    shown = areas(holding(*roles), "training")
    assert (shown and [group.text for group in shown.groups]) == groups


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.EDUCATION_OFFICER])
def test_every_link_of_the_navigation_opens_and_names_where_one_is(client: Client, role: Role) -> None:
    person = member(CouncilFactory.create(slug="barnet"), role)
    CouncilFactory.create(slug="southwark")
    sign_in(client, person)
    seen: dict[str, Any] = {}
    waiting = [reverse("training", args=["barnet"])]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        shown = answer.context["areas"]
        seen[address] = shown.group
        assert b'aria-current="page"' in answer.content
        waiting += [
            link.href
            for link in (*shown.groups, *shown.rooms)
            if link.href not in seen and link.href not in waiting
        ]
    expected = areas(holding(role))
    assert expected is not None
    assert set(seen.values()) == {group.text for group in expected.groups}
