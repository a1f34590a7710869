"""A council that takes part walks every page of the joint board, and meets nothing else of the host's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Board, Meeting
from partnerships.services.boards import record_terms
from partnerships.services.joint_boards import end_participation
from partnerships.services.minutes import raise_arising_action, record_decision
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import hold, join, make_board, make_seat
from tests.partnerships.meeting_factories import attend, minute, paper, plan

pytestmark = pytest.mark.django_db

HIDDEN = "Secretly"
"""In every name, address and title of the host's that a council of the joint board is not to read."""
ROOMS = "boards|meetings|governance|packs|papers"
"""Rooms of the partnership in which a joint board's things are shown."""


@pytest.fixture
def host() -> Council:
    return CouncilFactory.create(name="Host", slug="host")


@pytest.fixture
def guest() -> Council:
    return CouncilFactory.create(name="Guest", slug="guest")


@pytest.fixture
def officer(host: Council) -> User:
    """Who holds a seat, owns papers and actions, and has an account under an address alone."""
    return member(host, Role.COORDINATOR, name="", email=f"{HIDDEN}@host.example")


@pytest.fixture
def joint(host: Council, officer: User) -> Board:
    """The joint board with all that hangs on one, beside a private one that it reports to."""
    make_plan(host, officer, title=f"{HIDDEN} a plan")
    private = make_board(host, f"{HIDDEN} private board", lead_officer=officer)
    hold(make_seat(private), f"{HIDDEN} a post")
    plan(private, 0)
    board = make_board(host, "Joint board", reports_to=(private.pk,), lead_officer=officer)
    hold(make_seat(board, post="Head of the host"), "Head of the host", person=officer)
    (meeting,) = plan(board, 0)
    paper(meeting, "Seen paper", owner=officer)
    paper(meeting, f"{HIDDEN} for members", audience="board", owner=officer)
    paper(meeting, f"{HIDDEN} for one", audience="named", readers=[officer], owner=officer)
    attend(meeting)
    today = timezone.localdate()
    with council_scope(user_id=officer.pk, council=host):
        record_terms(board=board, agreed_on=today, review_on=today + timedelta(days=365), by=officer)
        record_decision(meeting=meeting, by=officer, text="Seen decision")
        raise_arising_action(
            meeting=meeting, by=officer, title="Seen action", owner=officer, due_on=today, token=uuid4()
        )
    minute(meeting, "Seen minutes", officer)
    return board


def walk(client: Client, start: str, council: Council) -> dict[str, str]:
    """Every page and file of boards and meetings that the links lead to from a page, by address."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} is linked and answers {answer.status_code}"
        text = b"".join(answer) if answer.streaming else answer.content
        found[address] = text.decode(errors="replace")
        if answer.headers["Content-Type"].startswith("text/html"):
            links = rf'href="(/c/{council.slug}/partnership/(?:{ROOMS})/[^"#?]*)"'
            waiting += re.findall(links, found[address])
    return found


def test_a_council_of_a_joint_board_meets_nothing_else_of_the_host_on_any_page(
    client: Client, host: Council, guest: Council, joint: Board
) -> None:
    third = CouncilFactory.create(name=f"{HIDDEN} a third council")
    for council in (guest, third):
        join(joint, council)
    sign_in(client, member(guest, Role.COORDINATOR))
    pages = walk(client, reverse("board", args=["guest", joint.pk]), guest)
    meetings = [address for address in pages if re.search(r"/meetings/[0-9a-f-]{36}/$", address)]
    (words,) = (pages[address] for address in meetings)
    for seen in ("Seen paper", "Seen decision", "Seen action", "Seen minutes"):
        assert seen in words
    assert "Head of the host" in pages[reverse("board", args=["guest", joint.pk])]
    assert [address for address, text in pages.items() if HIDDEN.lower() in text.lower()] == []
    assert "/c/host/" not in "".join(pages.values())


def test_the_api_gives_a_council_of_a_joint_board_nothing_else_of_the_host(
    client: Client, host: Council, guest: Council, joint: Board
) -> None:
    join(joint, guest)
    join(joint, CouncilFactory.create(name=f"{HIDDEN} a third council"))
    sign_in(client, member(guest, Role.COORDINATOR))
    with service_scope(council=guest):
        held = Meeting.objects.get(board=joint)
    lines: dict[str, Any] = {
        address: client.get(f"/api/v1/c/guest/partnership/{address}")
        for address in (
            "boards/",
            f"boards/{joint.pk}/",
            f"boards/{joint.pk}/terms/",
            f"boards/{joint.pk}/seats/",
            f"boards/{joint.pk}/councils/",
            "governance/",
            "meetings/",
            f"meetings/{held.pk}/",
        )
    }
    assert {answer.status_code for answer in lines.values()} == {200}
    assert [name for name, answer in lines.items() if HIDDEN.lower() in answer.text.lower()] == []
    assert [
        each["person"] for one in lines[f"boards/{joint.pk}/seats/"].json() for each in one["holders"]
    ] == [None]


def test_a_council_that_has_left_is_led_to_nothing_of_the_board_and_keeps_its_own(
    client: Client, host: Council, guest: Council, joint: Board
) -> None:
    today = timezone.localdate()
    own = make_board(guest, "Our own board")
    participation = join(joint, guest, starts_on=today - timedelta(days=30))
    with service_scope(council=guest):
        meeting = Meeting.objects.get(board=joint)
        end_participation(participation=participation, ends_on=today, council=guest, by=None)
    sign_in(client, member(guest, Role.COORDINATOR))
    addresses = [
        reverse("board", args=["guest", joint.pk]),
        reverse("meeting", args=["guest", meeting.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    with service_scope(council=host):
        type(participation).objects.filter(pk=participation.pk).update(ends_on=today - timedelta(days=1))
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    pages = [client.get(reverse(name, args=["guest"])).text for name in ("boards", "governance", "meetings")]
    assert reverse("board", args=["guest", own.pk]) in pages[0]
    assert ["Joint board" in page for page in pages] == [False, False, False]
