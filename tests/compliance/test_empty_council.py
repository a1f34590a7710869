"""A council that has nothing yet: every page opens, says what it is for, and leads to the next step."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.matrix import live_routes
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

ROOT = "c/<slug:council>/"
NOT_THERE = {
    "returns/sharing/": "a register that nobody has sent is shared with nobody",
    "channel/figures/releases/new/": "figures are about a panel, and there is none",
    "channel/performance/": "a panel's own figures, and there is none",
    "risks/register/": "the register opens to its keeper and to its audience, and there is neither",
    "risks/register/audience/": "it opens to the keeper of the register, and nobody keeps one",
}
"""Pages that a permission alone does not open while there is nothing."""
NOTHING_TO_DO = {
    "advice/": "an author asks for it",
    "checklist/yours/": "the coordinator asks for it",
    "channel/access-log/": "it fills by itself",
    "channel/break-glass/uses/": "it fills by itself",
    "channel/cases/": "cases come with a meeting",
    "channel/figures/releases/": "figures are about a panel, and there is none",
    "channel/figures/": "two people of a panel release them",
    "channel/retention/": "the period of a case ends by itself",
    "partnership/confidentiality/": "somebody else records what one has signed",
    "partnership/districts/": "the register of councils says so",
    "requests-for-time/": "the owner of an action asks",
    "returns/registers/send/": "the coordinator says who acts for an organisation",
    "settings/reminders/": "it fills by itself",
    "shared/": "another council shares",
    "training/requests/": "a partner asks",
}
"""Lists of which even somebody with every right can only wait that they fill, and who or what fills them."""
EMPTY = re.compile(r'<div class="portal-empty">(.*?)</div></div>', re.DOTALL)


def pages(person: User, council: Council) -> Iterator[str]:
    """Addresses of a council without an identifier in them, that the person's role opens."""
    with service_scope(council=council):
        held = council_access(person, council).permissions
    for route in live_routes():
        rest = route.path.removeprefix(ROOT)
        if not route.path.startswith(ROOT) or "<" in rest or "." in rest or rest.startswith("api/"):
            continue
        if route.needs.get("GET") in held:
            yield rest


def faults(main: str, role: Role, rest: str) -> Iterator[str]:
    """What is wrong with a page of a council that has nothing yet."""
    if re.search(r"<tbody[^>]*>\s*</tbody>", main):
        yield "shows a bare table"
    for found in EMPTY.findall(main):
        if '<p class="govuk-body">' not in found:
            yield "says nothing"
        # Whoever runs a room is led on wherever there is a next step; a reader is told who takes it.
        if (
            role in {Role.COORDINATOR, Role.CHANNEL_CHAIR}
            and rest not in NOTHING_TO_DO
            and "<a " not in found
        ):
            yield "leads nowhere"
        if role == Role.COORDINATOR and rest not in NOTHING_TO_DO and "Prevent coordinator" in found:
            yield "sends the coordinator to the coordinator"


def test_every_page_of_an_empty_council_opens_and_says_what_comes_next() -> None:
    """As those who set it up, and as a board member who reads it: no bare table, and a next step for each."""
    council = CouncilFactory.create(slug="empty")
    seen: dict[Role, set[str]] = {}
    lists: set[str] = set()
    wrong: list[tuple[str, str, str]] = []
    for role in (Role.COORDINATOR, Role.CHANNEL_CHAIR, Role.ADMINISTRATOR, Role.BOARD_MEMBER):
        person = member(council, role)
        client = sign_in(Client(), person)
        seen[role] = set()
        for rest in pages(person, council):
            # What the coordinator has seen full of forms is not opened again for each of the others.
            if role != Role.COORDINATOR and rest in seen[Role.COORDINATOR] - lists:
                continue
            if role == Role.CHANNEL_CHAIR and not rest.startswith("channel/"):
                continue  # the rest of the council is no affair of the chair's
            response = client.get(f"/c/empty/{rest}")
            seen[role].add(rest)
            if response.status_code != (404 if rest in NOT_THERE else 200):
                wrong.append((role, rest, f"answers {response.status_code}"))
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
                wrong += [(role, rest, fault) for fault in faults(main, role, rest)]
                lists |= {rest} if EMPTY.search(main) else set()
    assert wrong == []
    assert len(seen[Role.COORDINATOR]) > 75
    assert {"plans/", "training/", "reports/", "partnership/boards/"} <= seen[Role.BOARD_MEMBER]
    # A reason that no page needs any more is taken out.
    assert {*NOTHING_TO_DO, *NOT_THERE} <= set().union(*seen.values())
