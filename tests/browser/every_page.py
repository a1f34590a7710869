"""Which pages the portal has, from its live addresses, and who sees most of each.

A new page is in the list as soon as it has an address; what answers no page is named here, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prevent_portal.web import matrix
from prevent_portal.web.matrix import ANYONE, SIGNED_IN, Line, Route
from tests.sweep.addresses import addresses
from tests.sweep.personas import HOME, PERSONAS, Persona
from tests.sweep.walk import entitled
from tests.sweep.world import World

_A_FILE = re.compile(r"\.(csv|json|ics|pdf|txt|xlsx)$|/(csv|xlsx)/$|\.<slug:file_format>$")
"""Addresses of files. A test asks each of them, so that no page hides behind such a name."""

NO_PAGES = {
    "": "sends on, to My work or to sign in",
    "account/recovery-codes/file/": "a file",
    "c/<slug:council>/files/<uuid:version_id>/": "a file",
    "c/<slug:council>/partnership/packs/<uuid:file_id>/": "a file",
    "c/<slug:council>/returns/refused/<slug:token>/": "a file",
    "c/<slug:council>/training/sessions/log/refused/<slug:token>/": "a file",
    "health/": "JSON",
}
"""What answers no page, and what it answers."""

ON_THE_WAY = {
    "accounts/login/code/confirm/": ("test_every_page.py", "sign-in-code"),
    "accounts/login/second-step/": ("test_every_page.py", "sign-in-second-step"),
    "c/<slug:council>/returns/uploads/<uuid:upload_id>/receipt/": ("test_training.py", "receipt"),
}
"""Pages that only a step before them opens: the test that goes there, and by what name it looks at them."""

LOOKERS = (
    "coordinator",
    "chair",
    "administrator",
    "safety officer",
    "submitter",
    "partner lead",
    "consultee",
    "cabinet member",
    "democratic services",
    "auditor",
    "board member",
    "platform operator",
)
"""Who sees most, by turns: the first of them who may open a page looks at it each day."""

SEES_MORE = {
    "account/authenticator-app/remove/": "safety officer",
    "components/": "platform operator",
    "c/<slug:council>/advice/": "consultee",
    "c/<slug:council>/channel/break-glass/": "police without a seat",
    "c/<slug:council>/checklist/yours/": "safety officer",
    "c/<slug:council>/returns/registers/send/": "submitter of the other trust",
}
"""Pages of which somebody further down that list sees more."""

_BEFORE_SIGN_IN = ("accounts/", "invitation/", "published/")

ROOMS = ("kernel", "partnerships", "training", "channel", "compliance")


@dataclass(frozen=True)
class Stop:
    """One page, and who looks at it."""

    route: Route
    persona: Persona
    url: str


def page_routes() -> list[Route]:
    """Every route that answers a page when it is opened."""
    return [
        route
        for route in matrix.live_routes()
        if "GET" in route.needs
        and not route.path.startswith("api/")
        and route.path not in ON_THE_WAY
        and not answers_no_page(route)
    ]


def answers_no_page(route: Route) -> bool:
    """Whether it answers a file or sends on."""
    return bool(_A_FILE.search(route.path)) or route.path in NO_PAGES


def room_of(route: Route) -> str:
    return route.room if route.room in ROOMS else "kernel"


def stops(world: World, furnished: dict[str, Stop], *, room: str | None = None) -> Iterator[Stop]:
    """Each page once, as whoever sees most of it.

    Args:
        furnished: the pages for which the world was given more than it has by itself.
        room: only the pages of this room.
    """
    lines = matrix.read()
    for route in page_routes():
        if room is None or room_of(route) == room:
            line = lines.get(route.path, Line(route.path, {}))
            yield furnished.get(route.path) or Stop(route, looker(route, line), own_address(world, route))


def own_address(world: World, route: Route) -> str:
    """The address with the home council's own things."""
    return next(addresses(world, route)).url


def persona(name: str) -> Persona:
    return next(each for each in PERSONAS if each.name == name)


def looker(route: Route, line: Line) -> Persona:
    """Who sees most of a page."""
    if route.path in SEES_MORE:
        return persona(SEES_MORE[route.path])
    if route.needs["GET"] == ANYONE and route.path.startswith(_BEFORE_SIGN_IN):
        return persona("anonymous")
    if route.needs["GET"] in (ANYONE, SIGNED_IN):
        return persona("coordinator")
    return next(
        (who for who in map(persona, LOOKERS) if entitled(who, route, line, "GET")),
        persona("platform operator"),
    )


def lookers(route: Route, line: Line) -> list[Persona]:
    """Everybody with a session who may open a page."""
    if route.path.startswith(_BEFORE_SIGN_IN):
        return [looker(route, line)]
    everybody = [who for who in PERSONAS if who.place in (HOME, "") and not (who.token or who.turned_away)]
    if route.needs["GET"] == ANYONE:
        return everybody
    if route.needs["GET"] == SIGNED_IN:
        return [who for who in everybody if not who.anonymous]
    return [who for who in everybody if entitled(who, route, line, "GET")] or [looker(route, line)]
