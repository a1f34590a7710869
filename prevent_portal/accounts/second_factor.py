"""How far a session has proved who it is: one factor, two, and how freshly (AU-1, AU-2).

allauth keeps in the session which methods were used and when; this module reads that record and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import EMAIL_CODE_ROLES, SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.services.second_factors import has_totp

STEP_UP = timedelta(minutes=15)
_KEPT = "accounts.step_ups"

OPEN_ROUTES = frozenset(
    {"mfa_enrol", "step_up", "account_logout", "account_signed_out", "session_extend", "health"}
)
"""All that a one-factor session of a person who needs two can reach (AU-1): enrol, verify, sign out."""


def roles_of(user: User) -> frozenset[Role]:
    """The person's live roles, as far as the scope shows them; all of them in their own-councils scope."""
    rows = Membership.objects.live().filter(user=user).values_list("role_group__role", flat=True)
    return frozenset(Role(role) for role in rows)


def is_demanded(roles: Iterable[Role]) -> bool:
    """Whether one of these roles demands a second factor."""
    return bool(SECOND_FACTOR_ROLES & set(roles))


def may_use_emailed_code(roles: Iterable[Role]) -> bool:
    """Whether a person with these roles may sign in with a code sent by e-mail."""
    held = set(roles)
    return bool(EMAIL_CODE_ROLES & held) and not is_demanded(held)


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    if getattr(request, "api_token", None) is not None or not request.user.is_authenticated:
        return []
    return cast(list[dict[str, Any]], get_authentication_records(request, request.user))


def proved(request: HttpRequest) -> bool:
    """Whether this session was opened, or later confirmed, with a second factor. Never true of a token."""
    return any(proof.get("method") == "mfa" for proof in _proofs(request))


def fresh(request: HttpRequest, within: timedelta = STEP_UP) -> bool:
    """Whether the person proved themselves as far as they can within the last minutes (AU-2).

    Signing in counts. For a session with a second factor only the second factor counts.
    """
    proofs = _proofs(request)
    method = "mfa" if any(proof.get("method") == "mfa" for proof in proofs) else "password"
    moments = [float(proof["at"]) for proof in proofs if proof.get("method") == method]
    return bool(moments) and 0 <= time.time() - max(moments) < within.total_seconds()


def renew_session(request: HttpRequest) -> None:
    """Give the session a new id after a step-up, and drop what allauth may have put aside meanwhile."""
    request.session.pop(STATE_SESSION_KEY, None)
    request.session.cycle_key()


def keep(request: HttpRequest, name: str) -> None:
    """Note in the session that a step-up was made for one purpose, such as one Channel meeting."""
    request.session[_KEPT] = {**request.session.get(_KEPT, {}), name: time.time()}


def kept(request: HttpRequest, name: str, within: timedelta) -> bool:
    """Whether :func:`keep` noted this purpose in this session within the time."""
    moment = request.session.get(_KEPT, {}).get(name)
    return moment is not None and 0 <= time.time() - float(moment) < within.total_seconds()


def forget(request: HttpRequest, name: str) -> None:
    """Drop the note of :func:`keep`."""
    request.session[_KEPT] = {key: at for key, at in request.session.get(_KEPT, {}).items() if key != name}


def step_needed(request: HttpRequest, access: CouncilAccess) -> HttpResponseBase | None:
    """Return the answer to enrol or prove a second factor, or None when the session has gone far enough."""
    if not is_demanded(access.roles):
        return None
    return _step(request, access.user)


def person_step_needed(request: HttpRequest, user: User) -> HttpResponseBase | None:
    """The same for pages across councils, such as My work. Needs the person's own-councils scope."""
    if getattr(request, "api_token", None) is not None or proved(request) or _is_open(request):
        return None
    if not is_demanded(roles_of(user)):
        return None
    return _step(request, user)


def _step(request: HttpRequest, user: User) -> HttpResponseBase | None:
    # A token was made after a step-up, and the Channel room refuses tokens itself.
    if getattr(request, "api_token", None) is not None or proved(request):
        return None
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": "Sign in with your second factor first."}, status=403)
    address = reverse("step_up" if has_totp(user) else "mfa_enrol")
    if request.method in ("GET", "HEAD"):
        address = f"{address}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
    return HttpResponseRedirect(address)


def _is_open(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in OPEN_ROUTES
    except Resolver404:
        return False
