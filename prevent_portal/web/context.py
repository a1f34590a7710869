"""What the base template needs, finished: the template decides nothing and queries nothing."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import own_councils
from prevent_portal.outbox.queries import unread_notices
from prevent_portal.web import navigation
from prevent_portal.web.search import MOST_CHARACTERS, kinds_open_to


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context of templates/base.html: council, menus, the person's councils, the page's marking."""
    council = getattr(request, "council", None)
    access = getattr(request, "access", None)
    person = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    context: dict[str, Any] = {
        "council": council,
        "signed_in": signed_in,
        "person_name": display_name(cast(User, person)) if signed_in else "",
        "marking": getattr(request, "marking", ""),
        "navigation": [],
        "memberships": [],
        "search_href": "",
        "search_most": MOST_CHARACTERS,
    }
    if not signed_in:
        return context
    councils = own_councils(unread=unread_notices(cast(User, person)))
    request.own_councils = councils  # type: ignore[attr-defined] # the session remembers which of several
    # In the statement that reads the councils, so that the count costs no page one more.
    context["unread_notices"] = sum(other.unread for other in councils)  # type: ignore[attr-defined] # annotated
    context["memberships"] = [
        {"name": other.name, "slug": other.slug, "current": other == council} for other in councils
    ]
    if council is not None and access is not None:
        if kinds_open_to(access):
            context["search_href"] = reverse("search", args=[council.slug])
        context["navigation"] = [
            {
                "text": entry.text,
                "href": reverse(entry.url_name, args=[council.slug]),
                "current": entry.holds(request.path, council.slug),
            }
            for entry in navigation.entries()
            if entry.shown_to(access)
        ]
    return context
