"""What the world of the sweep is given besides, so that pages open there which need more than a row each.

The sweep must find nothing there: a board that two councils share, a report that everybody reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import TransactionTestCase
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.web import matrix
from tests.browser.every_page import Stop, persona
from tests.browser.pages import sign_in
from tests.partnerships.board_factories import invite, join, make_board
from tests.sweep.builders import report_content
from tests.sweep.building import build
from tests.sweep.personas import HOME, NEIGHBOUR, Persona, client_of, person_of
from tests.sweep.world import OWNER, World, days
from tests.training.files import as_csv

Furnisher = Callable[[World], dict[str, tuple[str, list[object]]]]


@dataclass(frozen=True)
class Portal:
    """Where it is served, the world in it, and the pages for which that world was given more."""

    address: str
    world: World
    furnished: dict[str, Stop]

    def page_of(self, who: Persona, new_page: Callable[..., Page]) -> Page:
        """A page on which somebody is signed in."""
        page = new_page()
        if not who.anonymous:
            sign_in(page, person_of(self.world, who), address=self.address)
        return page


@contextmanager
def furnished_portal() -> Iterator[Portal]:
    """The portal, served, with a world that stays until the end."""
    world = build()
    furnished = furnish(world)
    connections[OWNER].close()
    server = LiveServer("localhost")
    yield Portal(str(server.url), world, furnished)
    server.stop()
    # The way in which this suite puts a worker's database back (tests/conftest.py).
    TransactionTestCase._fixture_teardown(None)


def furnish(world: World) -> dict[str, Stop]:
    """Add what is needed, and say where it is to be looked at and by whom, by the route's path."""
    found: dict[str, tuple[str, list[object]]] = {}
    for furnisher in (joint_boards, shares, reports, invitations, session_logs):
        found |= furnisher(world)
    routes = {route.name: route for route in matrix.live_routes()}
    return {
        routes[name].path: Stop(routes[name], persona(who), reverse(name, args=args))
        for name, (who, args) in found.items()
    }


def joint_boards(world: World) -> dict[str, tuple[str, list[object]]]:
    """A board of the neighbour's that the council is in, one that it is asked into, and one of its own."""
    home, neighbour = (Council.objects.get(slug=slug) for slug in (HOME, NEIGHBOUR))
    shared, offered = (make_board(neighbour, f"{name} board of both") for name in ("First", "Second"))
    make_board(home, "Board below it")
    join(shared, home)
    guest = join(make_board(home, "Board with a guest"), neighbour)
    return {
        "board-place": ("coordinator", [HOME, shared.pk]),
        "joint-leave": ("coordinator", [HOME, shared.pk]),
        "joint-invitation": ("coordinator", [HOME, invite(offered, home).pk]),
        "participation-end": ("coordinator", [HOME, guest.pk]),
    }


def shares(world: World) -> dict[str, tuple[str, list[object]]]:
    """A plan and a risk of the neighbour's that the council reads."""
    place, receiver = world.places[NEIGHBOUR], world.places[HOME].council
    terms = {
        "receiver": receiver,
        "starts_on": timezone.localdate(),
        "ends_on": timezone.localdate() + days(9),
    }
    plan, risk = (world.add(place, f"compliance.{kind}Share", **terms) for kind in ("Plan", "Risk"))
    action = place.rows["compliance.Action"]
    return {
        "shared-plan": ("coordinator", [HOME, plan.pk]),
        "shared-action": ("coordinator", [HOME, plan.pk, action.pk]),
        "shared-risks": ("coordinator", [HOME, risk.pk]),
    }


def reports(world: World) -> dict[str, tuple[str, list[object]]]:
    """One whose figures are frozen, and one that stands published."""
    place = world.places[HOME]
    author, coordinator = place.people["author"], place.people["coordinator"]
    common = {
        "numbering": "sections",
        "correction": "",
        "as_at": timezone.localdate(),
        "snapshot": {},
        "frozen_by": author,
        "frozen_at": timezone.now(),
    }
    frozen = world.add(place, "compliance.Report", number=3, state="frozen", **common)
    final = world.add(
        place,
        "compliance.Report",
        number=4,
        state="final",
        final_by=coordinator,
        final_at=timezone.now(),
        **common,
    )
    content = report_content(world, place)
    version = world.add(
        place, "compliance.ReportVersion", report=final, number=1, state="final", content=content
    )
    published = world.add(
        place,
        "compliance.Publication",
        report=final,
        rendition=world.add(place, "compliance.ReportRendition", version=version),
        committee="Cabinet",
        committee_slug="cabinet",
        period_slug="july-to-september-2026",
        content=content,
        **dict.fromkeys(("correction", "withdrawn_reason"), ""),
        withdrawn_by=None,
    )
    address: list[object] = [HOME, published.committee_slug, published.period_slug]
    return {
        "report-changes": ("coordinator", [HOME, frozen.pk]),
        "report-withdraw": ("democratic services", [HOME, final.pk]),
        "published-report": ("anonymous", address),
        "published-edition": ("anonymous", [*address, 1]),
    }


def invitations(world: World) -> dict[str, tuple[str, list[object]]]:
    """One to somebody new, and one to somebody who has an account."""
    place, secret = world.places[HOME], "a-secret-of-one-invitation"
    week = {
        "expires_at": timezone.now() + days(7),
        "accepted_by": None,
        "invited_by": place.people["administrator"],
    }
    world.add(
        place,
        "accounts.Invitation",
        role=Role.BOARD_MEMBER,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        **week,
    )
    known = world.add(
        place, "accounts.Invitation", role=Role.COUNCILLOR, email=place.people["board"].email, **week
    )
    return {
        "invitation": ("anonymous", [HOME, secret]),
        "invitation-join": ("board member", [HOME, known.pk]),
    }


def session_logs(world: World) -> dict[str, tuple[str, list[object]]]:
    """One that waits to be confirmed, and the receipt of another."""
    client = client_of(world, persona("coordinator"))
    course = world.places[HOME].rows["training.Course"].name
    tokens = []
    for attendees in (9, 10):
        content = as_csv(
            [["Date", "Course", "Audience", "Attendees"], ["12 March 2018", course, "Wards", attendees]]
        )
        sent = client.post(
            reverse("training-session-log", args=[HOME]), {"file": SimpleUploadedFile("log.csv", content)}
        )
        tokens.append(sent["Location"].rstrip("/").rpartition("/")[2])
    client.post(reverse("training-session-log-check", args=[HOME, tokens[1]]))
    return {
        "training-session-log-check": ("coordinator", [HOME, tokens[0]]),
        "training-session-log-receipt": ("coordinator", [HOME, tokens[1]]),
    }
