"""What script/prove looks at: each page as everybody, at every width, by keyboard, in high contrast, printed.

And every page of the demo that its people can reach by links, with as much on it as a council has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.urls import resolve
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from prevent_portal.accounts.demo import ACCOUNTS
from prevent_portal.accounts.models import User
from prevent_portal.web import matrix
from prevent_portal.web.matrix import Line
from tests.browser.every_page import (
    ROOMS,
    answers_no_page,
    lookers,
    own_address,
    page_routes,
    stops,
)
from tests.browser.furnishing import Portal
from tests.browser.pages import breaches, resize, sign_in, sticks_out, wait_for_scripts
from tests.sweep.personas import HOME, PERSONAS, Persona

pytestmark = pytest.mark.prove

EVERYBODY = [who for who in PERSONAS if who.place in (HOME, "") and not (who.token or who.turned_away)]
ALL_WIDTHS = (1280, 375, 320)


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.name.replace(" ", "-"))
def test_every_page_is_accessible_and_fits_for_everybody(
    who: Persona, portal: Portal, new_page: Callable[..., Page], allow: Callable[[str], None]
) -> None:
    allow("status of 4")
    lines, page, faults, seen = matrix.read(), portal.page_of(who, new_page), [], 0
    for route in page_routes():
        if who not in lookers(route, lines.get(route.path, Line(route.path, {}))):
            continue
        known = portal.furnished.get(route.path)
        answer = page.goto(portal.address + (known.url if known else own_address(portal.world, route)))
        if answer is None or answer.status != 200 or page.url.startswith(f"{portal.address}/accounts/login/"):
            continue
        seen += 1
        faults += [f"{route.path}: {fault}" for fault in at_every_width(page)]
    assert not faults, "\n".join(faults)
    assert seen > 10


def at_every_width(page: Page) -> Iterator[str]:
    for width in ALL_WIDTHS:
        resize(page, width)
        yield from breaches(page)
        if wide := sticks_out(page):
            yield wide
    resize(page, ALL_WIDTHS[0])


def walk(
    room: str,
    portal: Portal,
    new_page: Callable[..., Page],
    look: Callable[[Page], Iterator[str]],
    **options: Any,
) -> list[str]:
    """Look at a room's pages, each as whoever sees most of it, and say what is wrong."""
    open_in: dict[str, Page] = {}
    faults: list[str] = []
    for stop in stops(portal.world, portal.furnished, room=room):
        name = stop.persona.name
        if name not in open_in:
            open_in[name] = portal.page_of(stop.persona, lambda: new_page(**options))
        page = open_in[name]
        page.goto(portal.address + stop.url)
        wait_for_scripts(page)
        faults += [f"{stop.route.path} as {name}: {fault}" for fault in look(page)]
    return faults


_CONTROLS = """() => {
  const groups = new Set();
  window.controls = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== "radio") return true;
    // Of radio buttons under one name, the keyboard stops at the chosen one, or at the first.
    const key = one.name + (one.form ? [...document.forms].indexOf(one.form) : "");
    const chosen = document.querySelector(`input[type=radio][name="${one.name}"]:checked`);
    if (groups.has(key) || (chosen && chosen.form === one.form && chosen !== one)) return false;
    groups.add(key);
    return true;
  });
  return window.controls.length;
}"""

_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const marks = [one, ...(one.labels || [])].flatMap((each) => [
    getComputedStyle(each), getComputedStyle(each, "::before"),
  ]);
  const shows = marks.some((style) =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
  return [window.controls.indexOf(one), shows, one.cloneNode(false).outerHTML.slice(0, 120)];
}"""


def go_to_the_top(page: Page) -> None:
    """Take the focus from what a page gives it to, such as the summary of a form's errors."""
    page.evaluate(
        "const top = document.body; top.tabIndex = -1; top.focus(); top.removeAttribute('tabindex')"
    )


def by_keyboard(page: Page) -> Iterator[str]:
    """Tab reaches every control once, in their order, each shows that it has the focus, and none keeps it."""
    go_to_the_top(page)
    count = page.evaluate(_CONTROLS)
    reached: list[int] = []
    for _ in range(count + 5):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None or found[0] in reached:
            break
        number, shows, words = found
        reached.append(number)
        if number < 0:
            yield f"stops at {words}, which is no control"
        if not shows:
            yield f"does not show the focus on {words}"
    else:
        yield "never comes to an end"
    left = sorted(set(range(count)) - set(reached))
    for number in left[:3]:
        words = page.evaluate("(n) => window.controls[n].cloneNode(false).outerHTML.slice(0, 120)", number)
        yield f"is passed by: {words}"
    if reached != sorted(reached):
        yield f"is walked through in another order: {reached}"


def skip_link(page: Page) -> Iterator[str]:
    go_to_the_top(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "main-content":
        yield "has no link that skips to the content"


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_is_used_by_keyboard(room: str, portal: Portal, new_page: Callable[..., Page]) -> None:
    def look(page: Page) -> Iterator[str]:
        yield from by_keyboard(page)
        yield from skip_link(page)

    faults = walk(room, portal, new_page, look)
    assert not faults, "\n".join(faults)


_IN_HIGH_CONTRAST = """() => {
  const words = (one) => one.cloneNode(false).outerHTML.slice(0, 120);
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const faults = [];
  for (const one of document.querySelectorAll(".govuk-tag, .portal-rating, .portal-marking")) {
    if (seen(one) && !one.textContent.trim()) faults.push(`says nothing without its colour: ${words(one)}`);
  }
  for (const one of document.querySelectorAll(
    ".govuk-button, .govuk-input, .govuk-select, .govuk-textarea, .portal-search__input, "
    + ".portal-search__button"
  )) {
    const style = getComputedStyle(one);
    const edge = ["Top", "Right", "Bottom", "Left"].some((side) =>
      style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
    if (seen(one) && !edge && style.boxShadow === "none") faults.push(`has no edge: ${words(one)}`);
  }
  return faults;
}"""


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_keeps_its_edges_words_and_focus_in_high_contrast(
    room: str, portal: Portal, new_page: Callable[..., Page]
) -> None:
    """Windows replaces every colour: backgrounds and shadows go; borders, outlines and words are left."""

    def look(page: Page) -> Iterator[str]:
        yield from page.evaluate(_IN_HIGH_CONTRAST)
        page.evaluate(_CONTROLS)
        for _ in range(12):
            page.keyboard.press("Tab")
            found = page.evaluate(_FOCUSED)
            if found is not None and not found[1]:
                yield f"does not show the focus on {found[2]}"

    faults = walk(room, portal, new_page, look, forced_colors="active")
    assert not faults, "\n".join(faults)


_ON_PAPER = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const faults = [];
  for (const one of document.querySelectorAll(
    ".portal-header__account, .portal-search, .portal-navigation, .portal-footer, .govuk-breadcrumbs, "
    + ".govuk-button, .govuk-pagination, .govuk-skip-link, .govuk-back-link"
  )) {
    if (seen(one)) faults.push(`prints ${one.cloneNode(false).outerHTML.slice(0, 120)}`);
  }
  for (const one of document.querySelectorAll("table > thead")) {
    const shown = getComputedStyle(one).display;
    if (seen(one) && shown !== "table-header-group") faults.push(`does not repeat a table's head: ${shown}`);
  }
  if (!seen(document.querySelector("h1"))) faults.push("prints no heading");
  return faults;
}"""


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_prints_its_content_and_nothing_to_press(
    room: str, portal: Portal, new_page: Callable[..., Page]
) -> None:
    def look(page: Page) -> Iterator[str]:
        page.emulate_media(media="print")
        yield from page.evaluate(_ON_PAPER)
        page.emulate_media(media="screen")

    faults = walk(room, portal, new_page, look)
    assert not faults, "\n".join(faults)


_OUTLINE = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((one) => one.checkVisibility()).map((one) => [Number(one.tagName[1]), one.textContent.trim()])"""


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_has_an_outline(room: str, portal: Portal, new_page: Callable[..., Page]) -> None:
    """Headings say something, and none is more than one level below the one before it."""

    def look(page: Page) -> Iterator[str]:
        level = 0
        for depth, words in page.evaluate(_OUTLINE):
            if not words:
                yield "has an empty heading"
            if depth > level + 1 and level:
                yield f"goes from level {level} to {depth} at “{words}”"
            level = depth
        if not page.title().endswith("Prevent Portal") or page.title().startswith("–"):
            yield f"is called {page.title()!r}"

    faults = walk(room, portal, new_page, look)
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo's councils, served."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        server = LiveServer("localhost")
        yield str(server.url)
        server.stop()
        connections.close_all()
        TransactionTestCase._fixture_teardown(None)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email)
def test_every_page_that_the_demo_leads_to_is_accessible_and_fits(
    account: Any, demo: str, new_page: Callable[..., Page], allow: Callable[[str], None]
) -> None:
    """Follow every link from My work, one page of each kind for each council."""
    allow("status of 4")
    page = new_page()
    person = User.objects.get(email=account.email)
    sign_in(page, person, address=demo, second_factor=account.needs_second_factor)
    ahead, met, faults = ["/my-work/"], set(), []
    while ahead:
        path = ahead.pop(0)
        kind = kind_of(path)
        if kind is None or kind in met:
            continue
        met.add(kind)
        answer = page.goto(demo + path)
        if answer is None or answer.status != 200:
            faults.append(f"{path}: {answer.status if answer else 'nothing'}")
            continue
        faults += [f"{path}: {fault}" for fault in at_every_width(page)]
        found = page.evaluate("[...document.querySelectorAll('a[href]')].map((one) => one.href)")
        ahead += [local for href in found if (local := href.removeprefix(demo)).startswith("/")]
    assert not faults, "\n".join(faults)


def kind_of(path: str) -> tuple[str, str] | None:
    """The route of an address and its council; None for what is no page of the portal's."""
    found = urlsplit(path).path
    try:
        match = resolve(found)
    except LookupError:
        return None
    if found.startswith("/api/") or "logout" in found or _no_page(match.route):
        return None
    return match.route, str(match.kwargs.get("council", ""))


def _no_page(route: str) -> bool:
    return answers_no_page(matrix.Route(route, "", "", {})) or bool(re.search(r"static|media", route))


def test_the_walk_by_keyboard_finds_what_it_looks_for(page: Page) -> None:
    """A control without a sign of focus, one out of order and one that the keyboard never reaches."""
    page.set_content(
        "<style>a:focus { outline: none }</style><main id='main-content' tabindex='-1'>"
        "<a href='#'>one</a><button tabindex='2'>two</button>"
        "<button onfocus='this.blur()'>three</button></main>"
    )
    words = " ".join(by_keyboard(page))
    assert "does not show the focus on <a" in words
    assert "another order" in words or "is passed by" in words


def test_paper_and_high_contrast_are_looked_at_for_what_they_lose(new_page: Callable[..., Page]) -> None:
    page = new_page(forced_colors="active")
    page.set_content(
        "<h1>x</h1><span class='govuk-tag' style='display:block;width:9px;height:9px'></span>"
        "<button class='govuk-button' style='border:0'>x</button><div class='portal-footer'>x</div>"
        "<table><thead style='display:block'><tr><th>x</th></tr></thead></table>"
    )
    assert len(page.evaluate(_IN_HIGH_CONTRAST)) == 2
    assert len(page.evaluate(_ON_PAPER)) == 3
