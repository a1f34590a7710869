"""Pages to come back to after a form: a link to a form names one, and the form needs to know nothing of it.

A link carries ``?back=<name>``. The form is sent to the same address, so the name is still there when it has
been saved, and whoever sent it lands on that page instead of the form's own. Only registered names count: an
address that somebody made up leads nowhere else.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

PARAMETER = "back"
_places: dict[str, str] = {}


def register(name: str, url_name: str) -> None:
    """Announce a page that takes the council's slug as a place to come back to.

    Raises:
        ValueError: for a name that means another page.
    """
    if _places.setdefault(name, url_name) != url_name:
        raise ValueError(f"{name} is registered twice.")


def with_return(href: str, name: str) -> str:
    """An address that leads to the named place once its form is saved."""
    return f"{href}{'&' if '?' in href else '?'}{urlencode({PARAMETER: name})}"


def returning(request: HttpRequest, response: HttpResponseBase, slug: str) -> HttpResponseBase:
    """The answer of a page, or the way back if a form was saved that was opened from a registered place."""
    url_name = _places.get(request.GET.get(PARAMETER, ""))
    if url_name is None or request.method != "POST" or response.status_code != 302:
        return response
    return HttpResponseRedirect(reverse(url_name, args=[slug]))
