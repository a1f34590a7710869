"""Who is asking: a token of the API, and how long a session may last."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from redis.exceptions import RedisError

from prevent_portal.accounts import sessions
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import api_tokens
from prevent_portal.tenancy.queries import joined_council

_API_OF_A_COUNCIL = re.compile(r"^/api/v1/c/(?P<slug>[-a-zA-Z0-9_]+)/")
_NEVER_SHOWN = re.compile(r"csrf|token|password|code|secret", re.IGNORECASE)


class ApiTokenMiddleware:
    """Sign in a request that carries ``Authorization: Bearer <token>``.

    A token opens the API of its own council and nothing else; there it needs no CSRF token, because no
    browser sends it by itself. A token that is wrong, ended or out of its place is answered 401, and a cookie
    sent beside it is not looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.api_token = None  # type: ignore[attr-defined] # the views of the API read it
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return self.get_response(request)
        address = _API_OF_A_COUNCIL.match(request.path_info)
        council = joined_council(address["slug"]) if address else None
        token = api_tokens.holder_of(council=council, secret=secret.strip()) if council else None
        if token is None:
            return JsonResponse(
                {
                    "detail": "The token is not valid here. "
                    "Tokens work under their own council's address only."
                },
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        request.user = token.user
        request.api_token = token  # type: ignore[attr-defined] # the views of the API read it
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined] # Django's own switch
        note_activity(token.user)
        return self.get_response(request)


class SessionLimitMiddleware:
    """End a session that was idle or lived too long (AU-3), and answer plainly when Valkey is away (AU-6)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "api_token", None) is not None or not request.user.is_authenticated:
            return self.get_response(request)
        if (why := sessions.over(request)) is not None:
            return self._end(request, why)
        sessions.touch(request)
        request.session_seconds = sessions.seconds_left(request)  # type: ignore[attr-defined] # for the warning
        note_activity(request.user)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Sign-in counts its attempts in Valkey. Without it nobody is let in, and nobody sees a fault."""
        if not isinstance(exception, RedisError):
            return None
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": "Try again in a few minutes. Nothing was stored."}, status=503)
        return HttpResponse(render_to_string("errors/503.html"), status=503, headers={"Retry-After": "60"})

    def _end(self, request: HttpRequest, why: str) -> HttpResponseBase:
        typed = _typed(request)
        target = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        logout(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": "Your session has ended. Sign in again."}, status=401)
        query = {"why": why, **({REDIRECT_FIELD_NAME: target} if target else {})}
        address = f"{reverse('account_login')}?{urlencode(query)}"
        if typed:
            ended = render(
                request, "accounts/session_ended.html", {"typed": typed, "sign_in": address}, status=403
            )
            # It may show a case's words, and nobody is signed in any more for whom they would be kept back.
            ended.headers["Cache-Control"] = "no-store, private"
            ended.headers["Referrer-Policy"] = "no-referrer"
            return ended
        return HttpResponseRedirect(address)


def note_activity(person: User) -> None:
    """Remember the day on which the account was last used: one write a day (AU-4, dormancy)."""
    today = timezone.localdate()
    if person.last_active_on != today:
        User.objects.filter(pk=person.pk).update(last_active_on=today)
        person.last_active_on = today


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person had written into the form that came too late, to show it back to them once."""
    if request.method != "POST":
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and not _NEVER_SHOWN.search(name)
    ]
