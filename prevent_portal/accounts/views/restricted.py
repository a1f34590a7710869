"""Pages of OFFICIAL-SENSITIVE content: a second factor, a marking, no copy kept (RC-9, AL-1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.services.second_factors import has_totp
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.views import CouncilView, require_council_access

MARKING = "OFFICIAL-SENSITIVE"


class RestrictedView(StepUpRequired, CouncilView):
    """Base of a page that shows restricted content to a named audience.

    The session was proved with a second factor, whatever the person's role demands elsewhere (AU-1); who has
    no authenticator app yet is led to set one up. ``step_up`` names the methods that need a fresh proof as
    well. No token opens it. If the database refuses anything, the trail included, nothing is shown (AL-1).
    """

    abstract = True
    step_up: ClassVar[frozenset[str]] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return kept_nowhere(self.answered(request, *args, **kwargs))
        except DatabaseError:
            return unavailable()

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, once the session has gone far enough. A room that logs refusals extends this."""
        person = require_council_access(request, type(self)).user
        if getattr(request, "api_token", None) is not None:
            raise Http404
        request.marking = MARKING  # type: ignore[attr-defined] # the base template prints it
        if not second_factor.proved(request):
            address = reverse("step_up" if has_totp(person) else "mfa_enrol")
            target = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return HttpResponseRedirect(f"{address}?{urlencode({REDIRECT_FIELD_NAME: target})}")
        return super().dispatch(request, *args, **kwargs)


def kept_nowhere(response: HttpResponseBase) -> HttpResponseBase:
    """Headers of a restricted page: kept by no cache, and no address leaves with the next request (RC-9)."""
    response.headers["Cache-Control"] = "no-store, private, max-age=0"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def unavailable() -> HttpResponse:
    """The page that says sorry and shows nothing; the middleware takes back what the request wrote."""
    return HttpResponse(render_to_string("errors/503.html"), status=503)
