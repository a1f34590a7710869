"""How long a session lasts (AU-3): 30 minutes without a request, 12 hours in all."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Literal

from django.http import HttpRequest

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
WARNING = timedelta(minutes=5)
SEEN_NOTED_EVERY = 30
"""Seconds between two writes of the last activity, so that a busy page does not write at every request."""

_STARTED = "accounts.started_at"
_SEEN = "accounts.seen_at"


def begin(request: HttpRequest) -> None:
    """Start both clocks of a new session."""
    request.session[_STARTED] = request.session[_SEEN] = time.time()


def over(request: HttpRequest) -> Literal["idle", "age"] | None:
    """Why the session is over, or None. A session without clocks is over."""
    now = time.time()
    started, seen = request.session.get(_STARTED), request.session.get(_SEEN)
    if started is None or now - started >= ABSOLUTE.total_seconds():
        return "age"
    if seen is None or now - seen >= IDLE.total_seconds():
        return "idle"
    return None


def touch(request: HttpRequest) -> None:
    """Note activity. What a page fetches in the background is not activity of a person."""
    if request.headers.get("Sec-Fetch-Dest") == "empty" and request.method in ("GET", "HEAD"):
        return
    now = time.time()
    if now - request.session[_SEEN] >= SEEN_NOTED_EVERY:
        request.session[_SEEN] = now


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the session ends if nothing more happens."""
    now = time.time()
    idle = request.session.get(_SEEN, 0) + IDLE.total_seconds() - now
    age = request.session.get(_STARTED, 0) + ABSOLUTE.total_seconds() - now
    return max(0, int(min(idle, age)))
