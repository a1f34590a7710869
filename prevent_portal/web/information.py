"""Pages that anybody may read: help, the glossary, accessibility, privacy, cookies, and security.txt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from prevent_portal.accounts import sessions
from prevent_portal.tenancy.retention_rules import rules
from prevent_portal.web import glossary

STATEMENT_PREPARED = date(2026, 11, 23)
STATEMENT_REVIEWED = date(2026, 11, 23)
"""Look through the accessibility statement with every version, and at least once a year."""

PERIODS_TOLD: tuple[tuple[str, str], ...] = (
    ("Your account", "account"),
    ("Being signed in", "session"),
    ("Invitations and roles", "invitation"),
    ("Emails that the portal sent", "mail"),
    ("Notices in the portal", "notice"),
    ("The list of what you were told", "told"),
    ("What a council records here", "council"),
    ("What a partner sends about itself", "partner"),
    ("Documents", "document"),
    ("A file that is being checked", "check"),
    ("Pieces of such a file", "part"),
    ("Files that were sent", "upload"),
    ("Hashed staff references of the last register", "latest"),
    ("A return that was begun", "draft"),
    ("Work that runs in the background", "work"),
    ("Answers kept for a repeated request", "reply"),
    ("The record of who did what", "trail"),
    ("A Channel case", "case"),
    ("That a Channel case was reviewed or destroyed", "certificate"),
    ("Who sat on a Channel panel and what it decided", "panel"),
    ("A restricted file that was handed over", "file"),
)
"""What people are told about how long things are kept, with the name of the period in data_retention.yaml."""

PERIODS_OF_NOBODY = frozenset({"figures", "keys", "definition", "empty"})
"""Periods of rows that say nothing about any person, so that the page leaves them out."""


@method_decorator(login_not_required, name="dispatch")
class InformationView(TemplateView):
    """One page of plain words."""

    http_method_names = ["get", "head"]


class GlossaryPage(InformationView):
    """Words of the field and of the portal."""

    template_name = "information/glossary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(letters=glossary.by_letter(), **kwargs)


class AccessibilityPage(InformationView):
    """The statement that the Public Sector Bodies Accessibility Regulations 2018 prescribe."""

    template_name = "information/accessibility.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            operator=settings.OPERATOR,
            contact=settings.ACCESSIBILITY_CONTACT,
            address=settings.PUBLIC_URL,
            prepared_on=STATEMENT_PREPARED,
            reviewed_on=STATEMENT_REVIEWED,
            **kwargs,
        )


class PrivacyPage(InformationView):
    """What is kept about people, why, and how long."""

    template_name = "information/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = rules().periods
        return super().get_context_data(
            operator=settings.OPERATOR,
            contact=settings.PRIVACY_CONTACT,
            periods=[(what, said[period]) for what, period in PERIODS_TOLD if period in said],
            **kwargs,
        )


@dataclass(frozen=True)
class Cookie:
    """One cookie that the portal sets."""

    name: str
    purpose: str
    ends: str


def cookies() -> list[Cookie]:
    """Every cookie that the portal sets, by the name that it has here."""
    idle = int(sessions.IDLE.total_seconds()) // 60
    hours = int(sessions.ABSOLUTE.total_seconds()) // 3600
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Keeps you signed in, and remembers which of your councils you work in",
            f"When you sign out or close the browser, after {idle} minutes without use, "
            f"or after {hours} hours",
        ),
        Cookie(settings.CSRF_COOKIE_NAME, "Makes sure that a form was sent by you", "After 1 year"),
    ]


class CookiesPage(InformationView):
    """Every cookie, and what else stays in the browser."""

    template_name = "information/cookies.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cookies=cookies(), **kwargs)


@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer per RFC 9116; it never expires unnoticed because its date moves with the day."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
