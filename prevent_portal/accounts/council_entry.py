"""Which council a session works in, and the explicit step into another one whose page is opened by address.

A person with roles in several councils goes from one to the other knowingly, and both trails say so:

- by the menu or the front door: the form is the step;
- by a link of the portal's own pages, such as a line of My work, which names the council: the click is the
  step, and it is recorded;
- by an address that was typed, kept as a bookmark or sent by e-mail: a page asks first.

The session remembers the council, so a page of the council one is in costs nothing, and nobody who belongs
to one council alone is ever asked. The API knows no switch: each address and token names its council.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.queries import own_councils
from prevent_portal.accounts.services.council_switch import switch_council
from prevent_portal.tenancy.models import Council

_WORKS_IN = "accounts.council"


def works_in(request: HttpRequest) -> str:
    """The slug of the council that the session works in; empty before the first one."""
    return str(request.session.get(_WORKS_IN, ""))


def remember(request: HttpRequest, council: Council) -> None:
    """Note that the session works in a council from now on."""
    if works_in(request) != council.slug:
        request.session[_WORKS_IN] = council.slug


def remember_first(request: HttpRequest, council: Council) -> None:
    """Note the council of the session's first page, for somebody whom the page offered several."""
    if not works_in(request) and len(getattr(request, "own_councils", ())) > 1:
        remember(request, council)


def step_into(request: HttpRequest, access: CouncilAccess) -> HttpResponseBase | None:
    """Record the switch into a council, or return the page that asks for it; None lets the page answer.

    Needs the council's scope. One comparison in the session unless the council is another one.
    """
    if request.path_info.startswith("/api/") or getattr(request, "api_token", None) is not None:
        return None
    if _sent_by_foreign_page(request):
        return None  # refused in a moment, because it bears no token: it is nobody's step
    here, council = works_in(request), access.council
    if here in ("", council.slug) or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return None
    if _came_from_outside(request):
        left = next((each for each in own_councils() if each.slug == here), None)
        if left is not None:
            context = {"left": left, "entered": council, "next": request.get_full_path()}
            return render(request, "accounts/switch_council.html", context)
    switch_council(to_slug=council.slug, from_slug=here, by=access.user)
    remember(request, council)
    messages.info(request, f"You are now working in {council.name}.")
    return None


def _came_from_outside(request: HttpRequest) -> bool:
    """Whether no page of the portal led here. A browser says so in a header that no page can write."""
    return request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site", "same-origin") != (
        "same-origin"
    )


def _sent_by_foreign_page(request: HttpRequest) -> bool:
    """Whether another site's page sent a form here."""
    return request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site") in (
        "cross-site",
        "same-site",
    )
