"""Open the council's scope around the whole response, and set the headers every answer carries."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.council_entry import remember_first, step_into
from prevent_portal.accounts.second_factor import person_step_needed, step_needed
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.tenancy.queries import joined_council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope
from prevent_portal.web.errors import cannot_open, not_found

_log = logging.getLogger(__name__)
_COUNCIL_ADDRESS = re.compile(r"^/(?:api/v1/)?c/(?P<slug>[-a-zA-Z0-9_]+)/")


class CouncilScopeMiddleware:
    """Resolve the council and the person's rights in it, and keep the scope open for the whole response.

    ``/c/<council>/…`` and ``/api/v1/c/<council>/…`` run inside that council's scope; every other page of a
    signed-in person runs across their own live memberships. The block is one transaction: an answer of 500 or
    above leaves nothing behind. No membership, no council and no page all give the same 404 (TI-6). A page of
    another of one's councils than the session works in is a switch (accounts.council_entry).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.council = None  # type: ignore[attr-defined] # what every view reads
        request.access = None  # type: ignore[attr-defined] # what every view reads
        if not request.user.is_authenticated:
            return self.get_response(request)
        person = request.user
        address = _COUNCIL_ADDRESS.match(request.path_info)
        if address is None:
            with own_councils_scope(user_id=person.pk):
                if (answer := person_step_needed(request, person)) is not None:
                    return answer
                return self._answer(request)
        council = joined_council(address["slug"])
        if council is None or not _is_a_page(request):
            return not_found(request, Http404())
        with council_scope(user_id=person.pk, council=council):
            access = council_access(person, council)
            if not access.is_member:
                return not_found(request, Http404())
            if (answer := step_needed(request, access) or step_into(request, access)) is not None:
                return answer
            request.council = council  # type: ignore[attr-defined] # what every view reads
            request.access = access  # type: ignore[attr-defined] # what every view reads
            response = self._answer(request)
            remember_first(request, council)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer for what is sealed and does not open, wherever it was asked for: one sentence (RC-5)."""
        if isinstance(exception, CannotOpen):
            _log.error("Something sealed did not open: %s", exception)
            return cannot_open(request, exception.sentence)
        return None

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def _is_a_page(request: HttpRequest) -> bool:
    try:
        resolve(request.path_info)
    except Resolver404:
        return request.path_info[-1] != "/"  # CommonMiddleware may still add the slash
    return True


class SameOriginFormMiddleware:
    """Let a form be sent from a page that names no referrer.

    From a page with ``Referrer-Policy: no-referrer`` a browser sends ``Origin: null``, and the check against
    forged requests refuses it, even for the Sign out button. The browser also says, in a header that no page
    can write, that the request comes from the same origin; then it is our own. The form's token is still
    demanded after this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.META.get("HTTP_ORIGIN") == "null"
            and request.headers.get("Sec-Fetch-Site") == "same-origin"
        ):
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)


class ResponseHeadersMiddleware:
    """Pages of a signed-in person are not kept by caches; the browser gets no powers it does not need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
