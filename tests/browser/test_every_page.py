"""Every page of the portal once, as whoever sees most of it: WCAG 2.2 AA, and no scrolling sideways.

At 320 pixels stands what a desk shows at 400%. The long crossing of everybody and every width is
script/prove's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from prevent_portal.web import matrix
from prevent_portal.web.matrix import Line
from tests.accounts.sessions import sign_in as sign_in_session
from tests.browser.every_page import (
    NO_PAGES,
    ON_THE_WAY,
    ROOMS,
    SEES_MORE,
    Stop,
    answers_no_page,
    looker,
    own_address,
    persona,
    stops,
)
from tests.browser.furnishing import Portal
from tests.browser.pages import (
    WIDTHS,
    assert_good_at_every_width,
    breaches,
    follow,
    resize,
    sticks_out,
    wait_for_scripts,
)
from tests.sweep.building import PASSWORD
from tests.sweep.personas import HOME, person_of
from tests.sweep.walk import Visit

NARROW = (375, 320)


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_is_accessible_and_fits_every_screen(
    room: str, portal: Portal, new_page: Callable[..., Page]
) -> None:
    open_in: dict[str, Page] = {}
    faults = []
    for stop in stops(portal.world, portal.furnished, room=room):
        who = stop.persona
        if who.name not in open_in:
            open_in[who.name] = portal.page_of(who, new_page)
        page = open_in[who.name]
        faults += [f"{stop.route.path} as {who.name}: {fault}" for fault in faults_of(page, portal, stop)]
    assert not faults, "\n".join(faults)


def faults_of(page: Page, portal: Portal, stop: Stop) -> Iterator[str]:
    """What is wrong with a page."""
    answer = page.goto(portal.address + stop.url)
    if answer is None or answer.status != 200:
        yield f"answers {answer.status if answer else 'nothing'} at {stop.url}"
        return
    if stop.route.path.startswith("c/") and "no-store" not in answer.headers["cache-control"]:
        yield f"may be kept by caches: {answer.headers['cache-control']}"
    wait_for_scripts(page)
    heads = page.locator("h1").count()
    if heads != 1:
        yield f"has {heads} headings of the first level"
    yield from breaches(page)
    for width in NARROW:
        resize(page, width)
        if wide := sticks_out(page):
            yield wide
    resize(page, WIDTHS[0])


def test_no_page_hides_among_the_addresses_that_answer_none(portal: Portal) -> None:
    """Every other address answers with a page and is walked, or is named with the test that gets there."""
    lines, pages = matrix.read(), []
    live = {route.path: route for route in matrix.live_routes()}
    assert set(NO_PAGES) | set(ON_THE_WAY) | set(SEES_MORE) <= set(live)
    for route in live.values():
        if "GET" not in route.needs or not answers_no_page(route):
            continue
        who = looker(route, lines.get(route.path, Line(route.path, {})))
        answer = Visit(portal.world, who).ask("GET", own_address(portal.world, route))
        if answer.status == 200 and "Content-Type: text/html" in answer.headers:
            pages.append(route.path)
    assert pages == []
    here = Path(__file__).parent
    for file, name in ON_THE_WAY.values():
        assert f'"{name}")' in (here / file).read_text()


def test_the_steps_of_signing_in_are_accessible(portal: Portal, new_page: Callable[..., Page]) -> None:
    """They open one after the other only."""
    who = person_of(portal.world, persona("coordinator"))
    sign_in_session(Client(), who)  # gives them an authenticator app
    page = new_page()
    page.goto(f"{portal.address}/accounts/login/")
    page.get_by_label("Email").fill(who.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(re.compile("/accounts/login/second-step/"))
    assert_good_at_every_width(page, "sign-in-second-step")
    page = new_page()
    page.goto(f"{portal.address}/accounts/login/code/")
    page.get_by_label("Email").fill(portal.world.places[HOME].people["board"].email)
    follow(page.get_by_role("button", name="Send me a code"))
    expect(page).to_have_url(re.compile("/accounts/login/code/confirm/"))
    assert_good_at_every_width(page, "sign-in-code")
