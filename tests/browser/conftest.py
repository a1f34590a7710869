"""The browser, and pages that fail the test on any error in the console.

    page        a page with scripts, at 1280 pixels
    any_page    the same test twice, with scripts and without
    new_page    a function for further pages: new_page(scripts=False, width=375)
    allow       a function for what a test provokes on purpose: allow("status of 404")
    server      the portal's address, http://localhost:<port>
    portal      the portal with an object of everything in it, which stays for a module's tests

Helpers are in tests/browser/pages.py: sign_in, assert_accessible, assert_good_at_every_width, take_picture.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.browsers import FLAGS, browser_path
from tests.browser.furnishing import Portal, furnished_portal

# The driver keeps an event loop in this thread; Django would take every query here for an async one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run."""
    path = browser_path()
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def server(live_server: Any) -> str:
    """The portal, served with its style sheets and scripts."""
    return str(live_server.url)


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Portal]:
    """The portal with the world of the sweep, for all tests of a module."""
    with django_db_blocker.unblock(), furnished_portal() as served:
        yield served


class Watch:
    """Collects what a page complains about."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.allowed: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.add(f"script error: {error}"))
        page.on("requestfailed", self.failed)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.add(f"console: {message.text} {message.location.get('url', '')}")

    def failed(self, request: Any) -> None:
        # A download and a page that is left while it loads end their request on purpose.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.add(f"request failed: {request.url} {request.failure}")

    def add(self, problem: str) -> None:
        if not any(words in problem for words in self.allowed):
            self.problems.append(problem)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def allow(watch: Watch) -> Callable[[str], None]:
    """Allow console errors that hold these words; for pages that a test provokes on purpose."""
    return watch.allowed.append


def without_script(route: Route) -> None:
    route.fulfill(status=200, content_type="text/javascript", body="")


@pytest.fixture
def new_page(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own; at the end of the test no console may have held an error."""
    contexts = []

    def open_page(*, scripts: bool = True, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        if not scripts:
            # Every script of ours arrives empty. Switching scripts off in the browser itself would also
            # stop the accessibility rules; pages hold no inline script, the policy would refuse it.
            context.route(re.compile(r"\.m?js(\?|$)"), without_script)
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page with scripts."""
    return new_page()


@pytest.fixture(params=["js", "nojs"])
def any_page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """A page with scripts, then the same test on one without."""
    return new_page(scripts=request.param == "js")
