"""The page on which somebody sees what they have promised to keep confidential, and nobody else's promise."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partnerships.access.registers import own_promises
from partnerships.areas import areas
from partnerships.enums import AcknowledgementScope, RegisterStatus
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.confidentiality import standings
from partnerships.registers import ACKNOWLEDGEMENTS
from partnerships.views.registers import ROOM, register_crumbs, status_tag
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents.queries import evidence_of
from prevent_portal.web.components import Column, Crumb, Link, Table
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView

TITLE = "Your confidentiality agreements"


class OwnAcknowledgementsPage(CouncilView):
    """One's own promises, earlier ones included, with the signed copies."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        promises = own_promises(self.access)
        entries = [each.past_of_id or each.pk for each in promises]
        evidence = evidence_of(self.access, ACKNOWLEDGEMENTS.kind, entries, may_add=False)
        table = Table(
            TITLE,
            [
                Column("What was acknowledged", header=True),
                Column("Covers"),
                Column("Status"),
                Column("Acknowledged on"),
                Column("Valid until"),
                Column("Signed copy"),
            ],
            [
                [
                    each.title,
                    each.get_covers_display(),
                    status_tag(ACKNOWLEDGEMENTS, RegisterStatus(each.standing)),
                    each.starts_on,
                    each.ends_on,
                    [
                        Link(item.title, item.href) if item.href else item.title
                        for item in evidence[each.past_of_id or each.pk].items
                    ]
                    or "None",
                ]
                for each in promises
            ],
            hide_caption=True,
            stacks=True,
        )
        return render(
            request,
            "partnerships/own_acknowledgements.html",
            {
                "areas": areas(self.access, ROOM),
                "crumbs": self._way(),
                "title": TITLE,
                "channel": self._channel(),
                "table": table if promises else None,
            },
        )

    def _way(self) -> list[Crumb]:
        """Through the registers, for whoever may open them."""
        if not self.access.may(PartnershipsPermission.VIEW_PARTNERSHIP):
            return [Crumb(TITLE)]
        return register_crumbs(self.council.slug, None, Crumb(TITLE))

    def _channel(self) -> str:
        """How the promise stands on which access to Channel rests, in a sentence."""
        today = timezone.localdate()
        standing = standings(self.council, [self.person.pk], today, covers=AcknowledgementScope.CHANNEL)[
            self.person.pk
        ]
        if standing.last_day is None:
            return ""
        promise, last = "Your promise that covers the Channel panel", british_date(standing.last_day)
        if standing.counts:
            return f"{promise} counts until {last}."
        return f"{promise} lapsed: its last day was {last}. Ask the Prevent coordinator for the next one."
