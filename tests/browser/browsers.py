"""Finds a browser on this machine and starts it the way the tests need it."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The browser resolves no name but its own machine's: a page that needs another fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def browser_path() -> str:
    """Return the browser's path; skip the test where there is none, fail it in CI."""
    asked = os.environ.get("BROWSER_PATH", "")
    if asked and os.access(asked, os.X_OK):
        return asked
    for name in NAMES:
        if found := shutil.which(name):
            return found
    reason = (
        "No browser was found. Install the package chromium-headless-shell, or set BROWSER_PATH to a "
        "Chromium, to run the browser tests."
    )
    if os.environ.get("CI") or os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
