"""The audit page: who did what, in sentences. Reading it is itself recorded (AL-3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.accounts.queries import members_by_name, names_of
from prevent_portal.audit import page_keys
from prevent_portal.audit.forms import AuditFilterForm
from prevent_portal.audit.presenters import councils_in, people_in, present
from prevent_portal.audit.queries import EventFilter, events_of
from prevent_portal.audit.services import record
from prevent_portal.tenancy.queries import names_of_councils
from prevent_portal.web.components import address_with
from prevent_portal.web.dates import british_date, british_time
from prevent_portal.web.views import CouncilView


class AuditView(CouncilView):
    """The council's events, newest first, narrowed by person, action and days."""

    permission = AccountsPermission.READ_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AuditFilterForm(request.GET, people=members_by_name(self.council))
        wanted = self._wanted(form)
        # Restricted events as the access log shows them: a chair's are narrowed there to their own panels.
        restricted = (
            Role.AUDITOR in self.access.roles
            and self.access.may(AccountsPermission.READ_RESTRICTED_AUDIT)
            and second_factor.proved(request)
            and second_factor.fresh(request)
        )
        page = events_of(
            self.council,
            wanted=wanted,
            with_restricted=restricted,
            before=_key(request, "before"),
            after=_key(request, "after"),
        )
        names = names_of(people_in(page.events))
        councils = names_of_councils(councils_in(page.events))
        days: list[dict[str, Any]] = []
        for event in page.events:
            sentence = present(event, names, councils)
            day = british_date(sentence.at)
            if not days or days[-1]["day"] != day:
                days.append({"day": day, "lines": []})
            days[-1]["lines"].append((british_time(sentence.at), sentence))
        self._note_reading(wanted, restricted)
        keyless = {"before": "", "after": ""}
        return render(
            request,
            "audit/audit.html",
            {
                "form": form,
                "is_filtered": bool(wanted.actor_id or wanted.actions or wanted.since or wanted.until),
                "days": days,
                "with_restricted": restricted,
                "older": address_with(request.GET, {**keyless, "before": page_keys.written(page.older_than)})
                if page.older_than
                else "",
                "newer": address_with(request.GET, {**keyless, "after": page_keys.written(page.newer_than)})
                if page.newer_than
                else "",
            },
        )

    def _wanted(self, form: AuditFilterForm) -> EventFilter:
        asked = form.cleaned_data if form.is_valid() else {}
        return EventFilter(
            actor_id=int(asked["person"]) if asked.get("person") else None,
            actions=[asked["action"]] if asked.get("action") else [],
            since=asked.get("since"),
            until=asked.get("until"),
        )

    def _note_reading(self, wanted: EventFilter, restricted: bool) -> None:
        with transaction.atomic():
            record(
                action="audit.read",
                subject=self.council,
                details={
                    "person": wanted.actor_id,
                    "action": list(wanted.actions),
                    "since": wanted.since,
                    "until": wanted.until,
                    "restricted": restricted,
                },
            )


def _key(request: HttpRequest, name: str) -> int | None:
    return page_keys.read(request.GET.get(name, ""))
