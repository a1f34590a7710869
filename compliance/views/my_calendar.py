"""The calendar of what waits for a person: its private link, and the feed behind it."""

from __future__ import annotations

from typing import cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from prevent_portal.accounts.services import calendar_links
from prevent_portal.outbox.calendar_feed import calendar_of
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.scope import own_councils_scope
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import PersonView


class CalendarLinkPage(PersonView):
    """Make, replace and end the private link to one's calendar."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    @sensitive_variables("secret")
    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("step") == "end":
            calendar_links.end(by=self.person)
            return HttpResponseRedirect(f"{reverse('calendar-link')}?done=ended")
        secret = calendar_links.make(by=self.person)
        # Shown in the answer to the POST itself: the secret is kept neither by us nor in an address.
        return self._page(request, f"{settings.PUBLIC_URL}{reverse('calendar', args=[secret])}")

    def _page(self, request: HttpRequest, address: str = "") -> HttpResponse:
        context = {
            "link": calendar_links.link_of(self.person),
            "address": address,
            "ended": request.GET.get("done") == "ended",
            "crumbs": [Crumb("My work", reverse("my-work")), Crumb("Your calendar")],
        }
        return render(request, "compliance/my_calendar.html", context)


@method_decorator(login_not_required, name="dispatch")
class CalendarFeed(View):
    """What waits for the person whose secret it is, for a calendar program: no session, no page.

    A secret that is wrong, ended or of somebody who may not sign in is answered alike: 404.
    """

    http_method_names = ["get", "head"]

    @sensitive_variables("secret")
    def dispatch(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        # Whoever is signed in in the same browser changes nothing here, and is not noted as active.
        request.session.accessed = request.session.modified = False
        limited = ratelimit.consume_or_429(request, action="read_calendar", key=secret, limit_get=True)
        if limited is not None:
            return cast(HttpResponse, limited)
        return super().dispatch(request, secret)

    @sensitive_variables("secret")
    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        person = calendar_links.person_behind(secret)
        if person is None:
            raise Http404
        with own_councils_scope(user_id=person.pk):
            items = due_items(person, timezone.localdate())
        return HttpResponse(
            calendar_of(items, now=timezone.now()),
            content_type="text/calendar; charset=utf-8",
            headers={
                "Cache-Control": "no-store, private",
                "Content-Disposition": 'inline; filename="prevent-portal.ics"',
                "X-Robots-Tag": "noindex",
            },
        )
