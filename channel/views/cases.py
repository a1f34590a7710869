"""Pages of case summaries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from channel import access, queries, step_up
from channel.enums import LawfulBasis, SourceSector
from channel.forms import CaseForm
from channel.models import ChannelCase
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.services import cases, meetings
from channel.views.pages import ChannelView
from prevent_portal.web.components import Crumb, SummaryRow
from prevent_portal.web.dates import british_date


class CaseView(ChannelView):
    """One case summary. The title and the address hold the random reference and nothing else (RC-9)."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "case"
    identifier = "reference"

    def held_by_meeting(self, **kwargs: Any) -> bool:
        signed = queries.meetings_that_list(self.access, kwargs["reference"])
        return any(step_up.is_held(self.request, meeting_id) for meeting_id in signed)

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        opened = cases.read_case(case=access.case_for(self.access, reference), by=self.person)
        case = opened.case
        prepares = queries.prepared_panels(self.access).filter(pk=case.panel_id).exists()
        return self.page_of(
            "case",
            {
                "crumbs": self.crumbs(Crumb(case.reference)),
                "case": case,
                "summary": opened.summary,
                "rows": _rows(case),
                "grants_href": (
                    reverse("channel-case-grants", args=[self.council.slug, case.reference])
                    if prepares
                    else ""
                ),
            },
        )


class CaseCreateView(ChannelView):
    """A new case summary, put on a meeting's list."""

    permission = ChannelPermission.LEAD_PANEL
    page = "case-new"
    identifier = "meeting_id"

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        return self._shown(meeting_id, CaseForm(initial={"residence": self.council.pk}))

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        form = CaseForm(request.POST)
        if not form.is_valid():
            return self._shown(meeting_id, form)
        answers = form.cleaned_data
        try:
            case = cases.create_case(
                panel=meeting.panel,
                facts=cases.CaseFacts(
                    summary=answers["summary"],
                    residence=answers["residence"],
                    police_area=answers["police_area"],
                    source_sector=SourceSector(answers["source_sector"]),
                    lawful_basis=LawfulBasis(answers["lawful_basis"]),
                    referred_on=answers["referred_on"],
                ),
                no_intelligence=answers["no_intelligence"],
                token=answers["token"],
                by=self.person,
            )
            meetings.list_case(meeting=meeting, case=case, by=self.person)
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(meeting_id, form)
        messages.success(request, f"Case {case.reference} is on the meeting’s list. Now say who may read it.")
        return HttpResponseRedirect(reverse("channel-case-grants", args=[self.council.slug, case.reference]))

    def _shown(self, meeting_id: UUID, form: CaseForm) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        return self.page_of(
            "case_new",
            {
                "crumbs": self.crumbs(
                    Crumb(british_date(meeting.starts_at), self.meeting_href(meeting)),
                    Crumb("New case summary"),
                ),
                "form": form,
                "meeting": meeting,
            },
        )


def _rows(case: ChannelCase) -> list[SummaryRow]:
    dates = (
        ("Date of referral", case.referred_on),
        ("Date of screening", case.screened_on),
        ("First panel", case.first_panel_on),
        ("Support started", case.support_started_on),
        ("Exit", case.exited_on),
    )
    return [
        SummaryRow("Consent to support", case.get_consent_to_support_display()),
        SummaryRow("Lawful basis for processing", case.get_lawful_basis_display()),
        SummaryRow("Where the referral came from", case.get_source_sector_display()),
        SummaryRow("Council of residence", case.residence.name),
        SummaryRow("Police area", case.police_area),
        *(SummaryRow(words, british_date(day)) for words, day in dates if day is not None),
    ]
