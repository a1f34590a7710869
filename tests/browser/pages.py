"""What browser tests do with a page: sign somebody in, measure accessibility, take pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from prevent_portal.accounts.models import User
from tests.accounts import sessions
from tests.proving import proves

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 375)
PICTURES = Path(settings.BASE_DIR) / "build" / "pictures"


def sign_in(page: Page, user: User, *, address: str, second_factor: bool = True) -> None:
    """Give the browser the session that the sign-in pages would have left behind."""
    client = sessions.sign_in(Client(), user, second_factor=second_factor)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def follow(locator: Locator) -> None:
    """Click what opens a page, and wait until that page is there.

    A click alone returns before the server has answered: what is asserted next, or read from the database,
    would sometimes be of the page before.
    """
    with locator.page.expect_navigation():
        locator.click()


def breaches(page: Page, *, context: Any = None) -> list[str]:
    """Every breach of WCAG 2.2 AA that can be found by rule, with the elements that commit it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "([context, options]) => axe.run(context || document, options).then((found) => found.violations)",
        [context, {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}],
    )
    return [
        f"{breach['id']} ({breach['impact']}): {breach['help']}\n    "
        + "\n    ".join(str(node["target"]) + " " + node["html"][:200] for node in breach["nodes"][:5])
        for breach in found
    ]


def assert_accessible(page: Page, *, context: Any = None) -> None:
    """Fail with every breach of WCAG 2.2 AA that can be found by rule."""
    found = breaches(page, context=context)
    assert not found, f"{page.url}\n" + "\n".join(found)


def sticks_out(page: Page) -> str:
    """Say what makes the page wider than its screen; nothing when it fits."""
    return str(
        page.evaluate(
            """() => {
              const screen = window.innerWidth, wide = document.documentElement.scrollWidth;
              if (wide <= screen) return "";
              const out = [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > screen && !one.closest(".portal-scroll"))
                .map((one) => one.cloneNode(false).outerHTML.slice(0, 120));
              return `is ${wide} pixels wide on a screen of ${screen}: ${out.slice(-3).join(" ")}`;
            }"""
        )
    )


def assert_fits(page: Page) -> None:
    """Fail when the page must be scrolled sideways."""
    wide = sticks_out(page)
    assert not wide, f"{page.url} {wide}"


def resize(page: Page, width: int, height: int = 900) -> None:
    """Give the page another width, and wait until its scripts know."""
    page.set_viewport_size({"width": width, "height": height})
    # The page's scripts hear of the new width with the next frame.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def wait_for_scripts(page: Page) -> None:
    """Wait until the page's scripts have done what they do at its start; they end after its load event."""
    page.locator(".govuk-skip-link[data-govuk-skip-link-init]").wait_for(state="attached")


def assert_good_at_every_width(page: Page, name: str = "") -> None:
    """Check accessibility and fit on a desk and on a telephone; take pictures if asked to."""
    page.wait_for_load_state()
    for width in WIDTHS:
        resize(page, width)
        assert_fits(page)
        assert_accessible(page)
        if name:
            take_picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def look_again(page: Page, name: str) -> None:
    """Look with script/prove at what the walk over every page sees each day with less on it.

    Each day it only waits for the page. With PORTAL_PICTURES it takes the pictures too.
    """
    page.wait_for_load_state()
    if proves() or os.environ.get("PORTAL_PICTURES"):
        assert_good_at_every_width(page, name)


def take_picture(page: Page, name: str) -> Path:
    """Keep a picture of the whole page under build/pictures if PORTAL_PICTURES is set, and return where."""
    path = PICTURES / f"{name}.png"
    if not os.environ.get("PORTAL_PICTURES"):
        return path
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
