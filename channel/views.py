"""Pages of Channel. Who has no right gets the very answer of an address that never existed (RC-3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from channel import access, queries, step_up
from channel.enums import ConsentToSupport, LawfulBasis, SourceSector, StatementKind
from channel.forms import CaseForm, EndGrantForm, GrantForm, SignForm
from channel.models import ChannelCase, ChannelMeeting
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused, StatementChanged
from channel.services import cases, grants, meetings, statements
from channel.services.refusals import record_refusal
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.views.restricted import MARKING, kept_nowhere, unavailable
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.views import CouncilView, require_council_access


class ChannelView(StepUpRequired, CouncilView):
    """Base of every page here: no token opens it, the second factor is fresh, a refusal is logged.

    ``page`` names the page in the log of refusals; ``identifier`` is the part of the address that says which.
    """

    abstract = True
    page: ClassVar[str] = ""
    identifier: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return kept_nowhere(self._answered(request, *args, **kwargs))
        except DatabaseError:
            # The event of the trail could not be written, or the database refused: nothing is shown (AL-1).
            return unavailable()

    def _answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            asker: CouncilAccess | None = getattr(request, "access", None)
            if asker is not None:
                record_refusal(
                    council=asker.council,
                    page=self.page,
                    identifier=str(kwargs.get(self.identifier, "")),
                    by=asker.user,
                )
            raise

    def is_fresh(self, request: HttpRequest) -> bool:
        """Whether the second factor was proved recently enough for this page, outside a meeting or in one."""
        self.access = require_council_access(request, type(self))
        self.council = self.access.council
        if getattr(request, "api_token", None) is not None:
            raise Http404
        request.marking = MARKING  # type: ignore[attr-defined] # the base template prints it
        if not (self.held_by_meeting(**self.kwargs) or step_up.is_fresh(request)):
            return False
        step_up.note_activity(request)
        return True

    def held_by_meeting(self, **kwargs: Any) -> bool:
        """Whether the proof made at signing a meeting's statement still opens this page."""
        return False

    def page_of(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return render(self.request, f"channel/{template}.html", context)

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        return [Crumb("Channel", reverse("channel-meetings", args=[self.council.slug])), *more]

    def meeting_href(self, meeting: ChannelMeeting) -> str:
        return reverse("channel-meeting", args=[self.council.slug, meeting.pk])


class MeetingsView(ChannelView):
    """Meetings of the panels that the person sits on."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "meetings"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = list(queries.meetings_of_own_panels(self.access)[:50])
        table = Table(
            caption="Meetings of your panels",
            columns=[Column("Meeting", header=True), Column("Panel"), Column("State")],
            rows=[
                [
                    Link(british_datetime(meeting.starts_at), self.meeting_href(meeting)),
                    meeting.panel.name,
                    _state(meeting),
                ]
                for meeting in found
            ],
            hide_caption=True,
        )
        to_sign = [
            Link(panel.name, reverse("channel-acknowledge", args=[self.council.slug, panel.pk]))
            for panel in queries.led_panels(self.access).exclude(
                pk__in=queries.prepared_panels(self.access).order_by().values("pk")
            )
        ]
        return self.page_of("meetings", {"table": table if found else None, "to_acknowledge": to_sign})


class MeetingView(ChannelView):
    """One meeting: its statement to sign; after that, its cases by reference only."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "meeting"
    identifier = "meeting_id"

    def held_by_meeting(self, **kwargs: Any) -> bool:
        meeting_id = kwargs["meeting_id"]
        return (
            self.request.method != "POST"
            and step_up.is_held(self.request, meeting_id)
            and queries.signed_meetings(self.access).filter(meeting=meeting_id).exists()
        )

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        return self._shown(access.meeting_for(self.access, meeting_id))

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.meeting_for(self.access, meeting_id)
        form = SignForm(request.POST)
        if not form.is_valid():
            return self._shown(meeting, form)
        try:
            statements.sign_statement(
                meeting=meeting, statement_id=form.cleaned_data["statement"], by=self.person
            )
        except StatementChanged as changed:
            messages.warning(request, str(changed))
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        else:
            step_up.hold_for_meeting(request, meeting.pk)
        return HttpResponseRedirect(self.meeting_href(meeting))

    def _shown(self, meeting: ChannelMeeting, form: SignForm | None = None) -> HttpResponse:
        is_open = queries.is_open(meeting)
        signed = is_open and queries.has_signed(self.access, meeting)
        leads = queries.led_panels(self.access).filter(pk=meeting.panel_id).exists()
        prepares = leads and queries.prepared_panels(self.access).filter(pk=meeting.panel_id).exists()
        statement = (
            queries.current_statement(self.council, StatementKind.MEETING) if is_open and not signed else None
        )
        listed: list[ChannelCase] | None = None
        if signed or prepares:
            listed = list(queries.readable_cases_of(self.access, meeting).only("reference", "council_id"))
            meetings.record_list_read(meeting=meeting, cases=listed, by=self.person)
        slug = self.council.slug
        return self.page_of(
            "meeting",
            {
                "crumbs": self.crumbs(Crumb(british_date(meeting.starts_at))),
                "meeting": meeting,
                "state": _state(meeting),
                "is_open": is_open,
                "signed": signed,
                "statement": statement,
                "form": (form or SignForm(initial={"statement": statement.pk})) if statement else None,
                "cases": (
                    [
                        Link(case.reference, reverse("channel-case", args=[slug, case.reference]))
                        for case in listed
                    ]
                    if listed is not None
                    else None
                ),
                "leads": leads,
                "may_open": leads and meeting.opened_at is None,
                "may_close": leads and is_open,
                "new_case": (
                    reverse("channel-case-new", args=[slug, meeting.pk])
                    if prepares and (is_open or meeting.opened_at is None)
                    else ""
                ),
                "acknowledge": (
                    reverse("channel-acknowledge", args=[slug, meeting.panel_id])
                    if leads and not prepares
                    else ""
                ),
                "open_href": reverse("channel-meeting-open", args=[slug, meeting.pk]),
                "close_href": reverse("channel-meeting-close", args=[slug, meeting.pk]),
            },
        )


class _MeetingChangeView(ChannelView, ABC):
    """A button of the chair or secretary."""

    abstract = True
    identifier = "meeting_id"

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        try:
            messages.success(request, self.change(meeting))
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(self.meeting_href(meeting))

    @abstractmethod
    def change(self, meeting: ChannelMeeting) -> str:
        """Do it, and say what was done."""


class MeetingOpenView(_MeetingChangeView):
    permission = ChannelPermission.LEAD_PANEL
    page = "meeting-open"

    def change(self, meeting: ChannelMeeting) -> str:
        meetings.open_meeting(meeting=meeting, by=self.person)
        return "The meeting is open. People can sign its statement now."


class MeetingCloseView(_MeetingChangeView):
    permission = ChannelPermission.LEAD_PANEL
    page = "meeting-close"

    def change(self, meeting: ChannelMeeting) -> str:
        meetings.close_meeting(meeting=meeting, by=self.person)
        return "The meeting is closed. Its cases can no longer be read by its members."


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
        messages.success(request, "You have signed. You can prepare the panel's cases for a year.")
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


class CaseView(ChannelView):
    """One case summary. The title and the address hold the random reference and nothing else (RC-9)."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "case"
    identifier = "reference"

    def held_by_meeting(self, **kwargs: Any) -> bool:
        signed = queries.meetings_that_list(self.access, kwargs["reference"])
        return any(step_up.is_held(self.request, meeting_id) for meeting_id in signed)

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = cases.read_case(case=access.case_for(self.access, reference), by=self.person)
        prepares = queries.prepared_panels(self.access).filter(pk=case.panel_id).exists()
        return self.page_of(
            "case",
            {
                "crumbs": self.crumbs(Crumb(case.reference)),
                "case": case,
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
                    consent_to_support=ConsentToSupport(answers["consent_to_support"]),
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
        return self.page_of(
            "grants",
            {
                "crumbs": self.crumbs(
                    Crumb(case.reference, reverse("channel-case", args=[self.council.slug, case.reference])),
                    Crumb("Who may read it"),
                ),
                "case": case,
                "held": [
                    {
                        "id": grant.user_id,
                        "name": display_name(grant.user),
                        "until": british_date(grant.ends_on) if grant.ends_on else "",
                    }
                    for grant in queries.grants_on(case)
                ],
                "form": form,
            },
        )


def _state(meeting: ChannelMeeting) -> Tag:
    if queries.is_open(meeting):
        return Tag("Open now", "green")
    if meeting.opened_at is None:
        return Tag("Planned", "blue")
    return Tag("Closed", "grey")


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
