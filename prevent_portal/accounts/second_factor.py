"""Which further step a session must take before it may go on (AU-1)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from prevent_portal.accounts.access import CouncilAccess


def step_needed(request: HttpRequest, access: CouncilAccess) -> HttpResponseBase | None:
    """Return the redirect to enrol or prove a second factor, or None when the session has gone far enough."""
    return None
