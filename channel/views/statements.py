"""The page of the annual acknowledgement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from channel import access, queries
from channel.enums import StatementKind
from channel.forms import SignForm
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.services import statements
from channel.views.pages import ChannelView
from prevent_portal.web.components import Crumb


class AcknowledgeView(ChannelView):
    """The annual acknowledgement of chair and secretary."""

    permission = ChannelPermission.LEAD_PANEL
    page = "acknowledgement"
    identifier = "panel_id"

    def get(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        return self._shown(panel_id)

    def post(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        panel = access.led_panel_for(self.access, panel_id)
        form = SignForm(request.POST)
        if not form.is_valid():
            return self._shown(panel_id, form)
        try:
            statements.acknowledge(panel=panel, statement_id=form.cleaned_data["statement"], by=self.person)
        except ChannelRefused as refused:
            messages.warning(request, str(refused))
            return HttpResponseRedirect(request.path)
        messages.success(request, "You have signed. You can prepare the panel’s cases for a year.")
        return HttpResponseRedirect(reverse("channel-meetings", args=[self.council.slug]))

    def _shown(self, panel_id: UUID, form: SignForm | None = None) -> HttpResponse:
        panel = access.led_panel_for(self.access, panel_id)
        statement = queries.current_statement(self.council, StatementKind.ANNUAL)
        return self.page_of(
            "acknowledgement",
            {
                "crumbs": self.crumbs(Crumb("Annual acknowledgement")),
                "panel": panel,
                "statement": statement,
                "form": (form or SignForm(initial={"statement": statement.pk})) if statement else None,
            },
        )
