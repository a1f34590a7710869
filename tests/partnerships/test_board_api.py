"""Boards over the API: the same rights, refusals and walls as on the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partnerships.enums import BoardState
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import hold, invite, join, make_board, make_seat, make_terms

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
        {"name": "Group", "level": "operational", "reports_to": [str(top.pk)] * 2, "quorum": 3},
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


def test_a_seat_gets_a_holder_and_a_substitute_and_they_and_it_end(client: Client, host: Council) -> None:
    coordinator = member(host, Role.COORDINATOR)
    seat = make_seat(make_board(host, "Board"), post="Head of service")
    sign_in(client, coordinator)
    holders = f"host/partnership/seats/{seat.pk}/holders/"
    named = {"post": "Head of service", "person": coordinator.pk, "starts_on": "2024-01-01"}
    status, head = ask(client, "post", holders, named)
    assert (status, head) == (
        201,
        {
            "id": head["id"],
            "post": "Head of service",
            "person": coordinator.pk,
            "is_substitute": False,
            "starts_on": "2024-01-01",
            "ends_on": None,
            "version": 1,
        },
    )
    substitute = {"post": "Deputy head", "starts_on": "2024-01-01", "is_substitute": True}
    status, deputy = ask(client, "post", holders, substitute)
    assert (status, deputy["is_substitute"], deputy["person"]) == (201, True, None)
    assert ask(client, "post", holders, substitute) == (
        400,
        {"detail": "This post stands in for the seat already."},
    )
    assert ask(client, "post", holders, {**named, "post": "Other"}) == (
        400,
        {"detail": "Head of service holds this seat from 1 January 2024. End that term first."},
    )
    end = f"host/partnership/seat-holders/{head['id']}/end/"
    assert ask(client, "post", end, {"ends_on": "2023-12-31", "version": 1}) == (
        400,
        {"detail": "The last day cannot be before the first."},
    )
    status, ended = ask(client, "post", end, {"ends_on": "2024-06-30", "version": 1})
    assert (status, ended) == (200, {**head, "ends_on": "2024-06-30", "version": 2})
    status, stale = ask(client, "post", end, {"ends_on": "2024-07-31", "version": 1})
    assert (status, stale["version"], [each["theirs"] for each in stale["differences"]]) == (
        409,
        2,
        ["30 June 2024"],
    )
    end = f"host/partnership/seats/{seat.pk}/end/"
    status, found = ask(client, "post", end, {"ends_on": "2024-09-30"})
    assert (status, found["ends_on"], found["version"]) == (200, "2024-09-30", 2)
    assert [(each["post"], each["ends_on"]) for each in found["holders"]] == [
        ("Head of service", "2024-06-30"),
        ("Deputy head", "2024-09-30"),
    ]
    assert ask(client, "post", end, {"ends_on": "2024-09-30"}) == (
        400,
        {"detail": "The seat ended on 30 September 2024."},
    )


def test_a_change_of_a_holder_says_whose_account_it_is_so_none_is_lost(client: Client, host: Council) -> None:
    coordinator = member(host, Role.COORDINATOR)
    holder = hold(make_seat(make_board(host, "Board")), "Head", person=coordinator)
    sign_in(client, coordinator)
    address = f"host/partnership/seat-holders/{holder.pk}/"
    change = {"post": "Director", "starts_on": "2019-01-01", "version": 1}
    assert ask(client, "put", address, change) == (400, {"person": ["This field is required."]})
    status, changed = ask(client, "put", address, {**change, "person": coordinator.pk})
    assert (status, changed["post"], changed["person"]) == (200, "Director", coordinator.pk)
    assert ask(client, "put", address, {**change, "version": 2, "person": 1_000_000}) == (
        400,
        {"person": ["Choose a person with a role in this council."]},
    )


def test_terms_are_kept_in_versions_and_reviewed(client: Client, host: Council) -> None:
    board = make_board(host, "Board")
    first = make_terms(board, review_on=date(2020, 1, 1))
    sign_in(client, member(host, Role.COORDINATOR))
    address = f"host/partnership/boards/{board.pk}/terms/"
    body = {"agreed_on": "2021-02-03", "review_on": "2022-02-03", "summary": "Two more agencies"}
    status, second = ask(client, "post", address, body)
    assert (status, second) == (201, {"id": second["id"], "number": 2, "reviewed_on": None, **body})
    assert ask(client, "post", address, body) == (
        400,
        {"detail": "The new terms must be agreed after the present ones, which are of 3 February 2021."},
    )
    review = {"reviewed_on": "2022-02-01", "review_on": "2023-02-01"}
    assert ask(client, "post", f"host/partnership/board-terms/{first.pk}/review/", review) == (
        400,
        {"detail": "Newer terms of reference are in force. Review those."},
    )
    status, reviewed = ask(client, "post", f"host/partnership/board-terms/{second['id']}/review/", review)
    assert (status, reviewed) == (200, {**second, **review})
    assert [each["number"] for each in ask(client, "get", address)[1]] == [2, 1]


def test_a_board_is_not_closed_by_the_way(client: Client, host: Council) -> None:
    sign_in(client, member(host, Role.COORDINATOR))
    body = {"name": "Board", "level": "strategic", "state": BoardState.CLOSED.value}
    assert ask(client, "post", "host/partnership/boards/", body) == (
        400,
        {"detail": "Close the board on its own page, with a day and a reason."},
    )


def test_a_participant_places_the_board_over_the_api_and_the_host_s_picture_stays(
    client: Client, host: Council, guest: Council
) -> None:
    top = make_board(host, "Private")
    board = make_board(host, "Joint", reports_to=(top.pk,))
    own = make_board(guest, "Ours")
    join(board, guest)
    sign_in(client, member(guest, Role.COORDINATOR))
    place = f"guest/partnership/boards/{board.pk}/place/"
    status, placed = ask(client, "put", place, {"reports_to": [str(own.pk)]})
    assert (status, placed["reports_to"], placed["host"]) == (200, [str(own.pk)], "Host")
    for wrong, words in (
        (top.pk, "Choose boards of this council, or joint boards that it takes part in."),
        (board.pk, "A board cannot report to itself, directly or through other boards. Choose another body."),
    ):
        assert ask(client, "put", place, {"reports_to": [str(wrong)]}) == (400, {"detail": words})
    assert ask(client, "put", f"guest/partnership/boards/{own.pk}/place/", {"reports_to": []})[0] == 404
    sign_in(client, member(host, Role.COORDINATOR))
    lines = ask(client, "get", "host/partnership/governance/")[1]["lines"]
    assert lines == [{"board": str(board.pk), "reports_to": str(top.pk)}]


def test_the_host_withdraws_an_invitation_and_ends_a_part(
    client: Client, host: Council, guest: Council
) -> None:
    today = timezone.localdate()
    invited, joined = invite(make_board(host, "One"), guest), join(make_board(host, "Two"), guest)
    at_guest = member(guest, Role.COORDINATOR)
    sign_in(client, member(host, Role.COORDINATOR))
    address = "host/partnership/board-participations/"
    status, withdrawn = ask(client, "post", f"{address}{invited.pk}/withdrawal/")
    assert (status, withdrawn["state"]) == (200, "withdrawn")
    assert ask(client, "post", f"{address}{invited.pk}/withdrawal/") == (
        400,
        {"detail": "This invitation is settled already: invitation withdrawn."},
    )
    assert ask(client, "post", f"{address}{joined.pk}/end/", {"ends_on": "2019-01-01"}) == (
        400,
        {"detail": "The last day cannot be in the past, nor before the first."},
    )
    status, ended = ask(client, "post", f"{address}{joined.pk}/end/", {"ends_on": str(today)})
    assert (status, ended["council"], ended["ends_on"]) == (200, "Guest", str(today))
    sign_in(client, at_guest)
    assert ask(client, "post", f"guest/partnership/board-participations/{joined.pk}/end/", {})[0] == 404
