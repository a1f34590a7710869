"""The access log of Channel: who looked at what and when. Reading it is recorded in it (AL-4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from channel.forms.access_log import AccessLogForm
from channel.permissions import ChannelPermission
from channel.queries.access_log import access_log
from channel.services.access_log import record_log_read
from channel.views.pages import LOG_WORDS, ChannelView
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.accounts.queries import members_by_name, names_of
from prevent_portal.audit import page_keys
from prevent_portal.audit.presenters import councils_in, people_in, present
from prevent_portal.tenancy.queries import names_of_councils
from prevent_portal.web.components import Column, Crumb, Link, Table, address_with

BESIDE = (
    ("Emergency readings to review", "channel-break-glass-uses", ChannelPermission.REVIEW_BREAK_GLASS),
    ("Retention", "channel-retention", ChannelPermission.REVIEW_RETENTION),
)
"""Where a data protection officer goes from here: words, route, and who sees the link."""


class AccessLogView(ChannelView):
    """Events of restricted cases with their references and nothing of what the cases say."""

    permission = AccountsPermission.READ_RESTRICTED_AUDIT
    page = "access-log"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AccessLogForm(request.GET, people=members_by_name(self.council))
        wanted = form.wanted()
        found = access_log(self.access, wanted, before=page_keys.read(request.GET.get("before", "")))
        names = names_of(people_in(found.events))
        councils = names_of_councils(councils_in(found.events))
        sentences = [present(event, names, councils) for event in found.events]
        record_log_read(council=self.council, wanted=wanted, by=self.person)
        table = Table(
            caption="Who looked at what, newest first",
            columns=[Column("Who", header=True), Column("What"), Column("When")],
            rows=[
                [one.who, one.text[:1].upper() + one.text[1:], timezone.localtime(one.at)]
                for one in sentences
            ],
            hide_caption=True,
            stacks=True,
        )
        return self.page_of(
            "access_log",
            {
                "crumbs": self.crumbs(Crumb(LOG_WORDS)),
                "form": form,
                "table": table if sentences else None,
                "links": [
                    Link(words, reverse(name, args=[self.council.slug]))
                    for words, name, permission in BESIDE
                    if self.access.may(permission)
                ],
                "older": (
                    address_with(request.GET, {"before": page_keys.written(found.older_than)})
                    if found.older_than
                    else ""
                ),
            },
        )
