"""Pages of meetings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from channel import access, queries, step_up
from channel.enums import StatementKind
from channel.forms import SignForm
from channel.models import ChannelCase, ChannelMeeting
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused, StatementChanged
from channel.services import meetings, statements
from channel.views.pages import ChannelView
from prevent_portal.web.components import Column, Crumb, Link, Table, Tag
from prevent_portal.web.dates import british_date, british_datetime


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


def _state(meeting: ChannelMeeting) -> Tag:
    if queries.is_open(meeting):
        return Tag("Open now", "green")
    if meeting.opened_at is None:
        return Tag("Planned", "blue")
    return Tag("Closed", "grey")
