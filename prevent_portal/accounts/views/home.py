"""The front door and one's own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import View

from prevent_portal.accounts import council_entry, second_factor, sessions
from prevent_portal.accounts.queries import own_councils, own_roles
from prevent_portal.accounts.services import people
from prevent_portal.accounts.services.council_switch import switch_council
from prevent_portal.accounts.services.second_factors import has_totp, unused_recovery_codes
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Link, SummaryRow, Tag
from prevent_portal.web.views import PersonView

DONE = {
    "password": "Your password has been changed. You are signed out everywhere else.",
    "factor": "Your authenticator app is set up. You are signed out everywhere else.",
    "factor-removed": "Your authenticator app has been removed.",
    "sessions": "You are signed out everywhere else. Your API tokens and calendar link have stopped working.",
}


@method_decorator(login_not_required, name="dispatch")
class HomeView(View):
    """Sign in, choose a council, or straight on to My work."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_login"))
        councils = own_councils()
        if len(councils) < 2:
            return HttpResponseRedirect(reverse("my-work"))
        roles: dict[int, list[str]] = {}
        for membership in own_roles(request.user):
            roles.setdefault(membership.council_id, []).append(membership.role.label)
        choices = [
            {
                "name": council.name,
                "slug": council.slug,
                "roles": ", ".join(roles.get(council.pk, [])),
            }
            for council in councils
        ]
        return render(request, "accounts/home.html", {"choices": choices})


class CouncilSwitchView(PersonView):
    """Go to another of one's councils, and say so in the audit trail of both."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        council = switch_council(
            to_slug=request.POST.get("council", ""),
            from_slug=council_entry.works_in(request) or request.POST.get("leaving", ""),
            by=self.person,
        )
        council_entry.remember(request, council)
        return HttpResponseRedirect(_page_of(council, request.POST.get("next", "")))


def _page_of(council: Council, address: str) -> str:
    """The page that was asked for, where it is one of the council's; its overview otherwise."""
    inside = address.startswith(f"/c/{council.slug}/")
    if inside and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("overview", args=[council.slug])


class AccountView(PersonView):
    """Who I am here, how I sign in, what I may do where."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        person = self.person
        roles = own_roles(person)
        enrolled = has_totp(person)
        return render(
            request,
            "accounts/account.html",
            {
                "done": DONE.get(request.GET.get("done", ""), ""),
                "about": [
                    SummaryRow("Name", person.name),
                    SummaryRow("Email address", person.email),
                    *([SummaryRow("Job title", person.job_title)] if person.job_title else []),
                ],
                "signing_in": self._signing_in(enrolled, [membership.role for membership in roles]),
                "councils": _by_council(roles),
            },
        )

    def _signing_in(self, enrolled: bool, roles: list[Any]) -> list[SummaryRow]:
        rows = [SummaryRow("Password", "Set", href=reverse("account_change_password"))]
        if enrolled:
            left = len(unused_recovery_codes(self.person))
            rows += [
                SummaryRow("Authenticator app", Tag("Set up", "green"), href=reverse("mfa_enrol")),
                SummaryRow(
                    "Recovery codes", f"{left} of 10 left", href=reverse("mfa_recovery_codes"), action="Show"
                ),
            ]
            if not second_factor.is_demanded(roles):
                rows.append(
                    SummaryRow(
                        "Second step",
                        "Your role does not demand it",
                        href=reverse("mfa_remove"),
                        action="Remove",
                    )
                )
        else:
            rows.append(
                SummaryRow(
                    "Authenticator app", Tag("Not set up", "grey"), href=reverse("mfa_enrol"), action="Set up"
                )
            )
        return rows


def _by_council(roles: list[Any]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for membership in roles:
        council = membership.council
        entry = found.setdefault(
            council.slug,
            {
                "link": Link(council.name, reverse("overview", args=[council.slug])),
                "tokens": reverse("api-tokens", args=[council.slug]),
                "roles": [],
            },
        )
        entry["roles"].append({"name": membership.role.label, "ends_on": membership.ends_on})
    return list(found.values())


class SignOutEverywhereView(PersonView):
    """End one's other sessions and all one's tokens; this session goes on under a new id."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        people.end_sessions(user=self.person, by=self.person)
        update_session_auth_hash(request, self.person)
        return HttpResponseRedirect(f"{reverse('account')}?done=sessions")


class SessionExtendView(PersonView):
    """Stay signed in: the one click of the warning (WCAG 2.2.1). The request itself is the activity."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(sessions.seconds_left(request)), content_type="text/plain")
