"""The page of the grants on one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from channel import access, queries
from channel.forms import EndGrantForm, GrantForm
from channel.models import ChannelCase
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.services import grants
from channel.views.pages import ChannelView
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Crumb
from prevent_portal.web.dates import british_date


class CaseGrantsView(ChannelView):
    """Who may read a case, and until when."""

    permission = ChannelPermission.LEAD_PANEL
    page = "case-grants"
    identifier = "reference"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = access.prepared_case_for(self.access, reference)
        return self._shown(case, GrantForm(people=self._people(case)))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = access.prepared_case_for(self.access, reference)
        people = {seat.person_id: seat.person for seat in queries.seats_of(case.panel)}
        try:
            if "end" in request.POST:
                ending = EndGrantForm(request.POST)
                person = people.get(ending.cleaned_data["end"]) if ending.is_valid() else None
                held = {grant.user_id: grant.user for grant in queries.grants_on(case)}
                person = person or (held.get(ending.cleaned_data["end"]) if ending.is_valid() else None)
                if person is None:
                    raise ChannelRefused("This person has no grant on the case.")
                grants.end_grant(case=case, person=person, by=self.person)
                messages.success(request, "The grant has ended.")
                return HttpResponseRedirect(request.path)
            form = GrantForm(request.POST, people=self._people(case))
            if not form.is_valid():
                return self._shown(case, form)
            grants.grant_case(
                case=case,
                person=people[form.cleaned_data["person"]],
                ends_on=form.cleaned_data["ends_on"],
                by=self.person,
            )
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "They can read the case at meetings whose statement they sign.")
        return HttpResponseRedirect(request.path)

    def _people(self, case: ChannelCase) -> list[tuple[int, str]]:
        return [
            (seat.person_id, display_name(seat.person))
            for seat in queries.seats_of(case.panel)
            if seat.person_id != self.person.pk
        ]

    def _shown(self, case: ChannelCase, form: GrantForm) -> HttpResponse:
        today = timezone.localdate()
        return self.page_of(
            "grants",
            {
                "crumbs": self.case_crumbs(case, Crumb("Who may read it")),
                "case": case,
                "held": [
                    {
                        "id": grant.user_id,
                        "name": display_name(grant.user),
                        "until": british_date(grant.ends_on) if grant.ends_on else "",
                        "has_ended": grant.ends_on is not None and grant.ends_on < today,
                    }
                    for grant in grants.read_grants(case=case, by=self.person)
                ],
                "form": form,
            },
        )
