"""Boards over the API: the same rights, refusals and walls as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import hold, invite, join, make_board, make_seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Council:
    return CouncilFactory.create(name="Host", slug="host")


@pytest.fixture
def guest() -> Council:
    return CouncilFactory.create(name="Guest", slug="guest")


def ask(client: Client, method: str, address: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    answer = getattr(client, method)(
        f"/api/v1/c/{address}", body, **({"content_type": "application/json"} if body is not None else {})
    )
    return answer.status_code, answer.json()


def test_a_board_is_added_changed_seated_and_closed(client: Client, host: Council) -> None:
    coordinator = member(host, Role.COORDINATOR)
    sign_in(client, coordinator)
    top = make_board(host, "Top")
    status, board = ask(
        client,
        "post",
        "host/partnership/boards/",
        {"name": "Group", "level": "operational", "reports_to": [str(top.pk)], "quorum": 3},
    )
    assert (status, board["reports_to"], board["quorum"], board["version"]) == (201, [str(top.pk)], 3, 1)
    address = f"host/partnership/boards/{board['id']}/"
    change = {"name": "Delivery Group", "level": "operational", "lead_officer": coordinator.pk, "version": 1}
    status, changed = ask(client, "put", address, change)
    assert (status, changed["name"], changed["reports_to"]) == (200, "Delivery Group", [])
    assert ask(client, "put", address, change)[0] == 409
    assert ask(client, "put", address, {**change, "version": 2, "lead_officer": 1_000_000})[0] == 400
    status, seat = ask(client, "post", f"{address}seats/", {"agency": host.pk, "role": "chair"})
    assert (status, seat["agency_name"], seat["holders"]) == (201, "Host", [])
    today = timezone.localdate()
    status, holder = ask(
        client,
        "post",
        f"host/partnership/seats/{seat['id']}/holders/",
        {"post": "Head of service", "starts_on": str(today)},
    )
    assert (status, holder["post"]) == (201, "Head of service")
    status, seats = ask(client, "get", f"{address}seats/")
    assert [[each["post"] for each in one["holders"]] for one in seats] == [["Head of service"]]
    status, terms = ask(
        client,
        "post",
        f"{address}terms/",
        {"agreed_on": str(today), "review_on": str(today + timedelta(days=365))},
    )
    assert (status, terms["number"]) == (201, 1)
    status, found = ask(client, "post", f"{address}closing/", {"closed_on": str(today), "reason": "Merged"})
    assert (status, found["state"]) == (200, "closed")
    assert ask(client, "post", f"{address}seats/", {"agency": host.pk})[0] == 400


def test_a_joint_board_is_answered_and_left_over_the_api_and_its_rest_stays_hidden(
    client: Client, host: Council, guest: Council
) -> None:
    board, private = make_board(host, "Joint"), make_board(host, "Private")
    hold(make_seat(board), "Head", person=member(host, Role.COORDINATOR, name="Somebody of the host"))
    invitation = invite(board, guest)
    sign_in(client, member(guest, Role.COORDINATOR))
    assert ask(client, "get", f"guest/partnership/boards/{board.pk}/")[0] == 404
    status, waiting = ask(client, "get", "guest/partnership/board-invitations/")
    assert (status, [(each["board"], each["host"]) for each in waiting]) == (200, [("Joint", "Host")])
    status, answer = ask(
        client, "post", f"guest/partnership/board-invitations/{invitation.pk}/", {"accept": True}
    )
    assert (status, answer["state"]) == (200, "joined")
    status, found = ask(client, "get", f"guest/partnership/boards/{board.pk}/")
    assert (status, found["host"], found["lead_officer"]) == (200, "Host", None)
    status, seats = ask(client, "get", f"guest/partnership/boards/{board.pk}/seats/")
    assert [one["post"] for each in seats for one in each["holders"]] == ["Head"]
    assert "Somebody" not in str(seats)
    assert ask(client, "get", f"guest/partnership/boards/{private.pk}/")[0] == 404
    change = {"name": "Ours now", "level": "strategic", "version": 1}
    assert ask(client, "put", f"guest/partnership/boards/{board.pk}/", change)[0] == 404
    status, left = ask(
        client, "post", f"guest/partnership/boards/{board.pk}/leave/", {"ends_on": str(timezone.localdate())}
    )
    assert (status, left["ends_on"]) == (200, str(timezone.localdate()))


def test_a_declined_invitation_is_named_once_more_and_then_gone(
    client: Client, host: Council, guest: Council
) -> None:
    invitation = invite(make_board(host, "Joint"), guest)
    sign_in(client, member(guest, Role.COORDINATOR))
    address = f"guest/partnership/board-invitations/{invitation.pk}/"
    status, answer = ask(client, "post", address, {"accept": False})
    assert (status, answer["state"], answer["board"]) == (200, "declined", "Joint")
    assert ask(client, "post", address, {"accept": True})[0] == 404


def test_the_picture_over_the_api_has_the_council_s_own_lines(
    client: Client, host: Council, guest: Council
) -> None:
    top = make_board(host, "Top")
    board = make_board(host, "Joint", reports_to=(top.pk,))
    join(board, guest)
    sign_in(client, member(host, Role.BOARD_MEMBER))
    status, found = ask(client, "get", "host/partnership/governance/")
    assert (status, found["lines"]) == (200, [{"board": str(board.pk), "reports_to": str(top.pk)}])
    assert ask(client, "get", "host/partnership/board-invitations/")[0] == 404
    sign_in(client, member(guest, Role.BOARD_MEMBER))
    status, found = ask(client, "get", "guest/partnership/governance/")
    assert ([each["name"] for each in found["boards"]], found["lines"]) == (["Joint"], [])
