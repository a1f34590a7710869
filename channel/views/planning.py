"""Pages where meetings are planned: a year at once, one by one, moved, cancelled."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from channel import access
from channel.forms.meetings import MeetingForm, YearFirstForm, YearPlanForm
from channel.models import ChannelMeeting, Panel
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.policies.meeting_dates import propose_dates
from channel.services import meetings
from channel.views.pages import ChannelFormView, ChannelView
from channel.views.panels import panel_href
from prevent_portal.tenancy.working_days import is_working_day, next_working_day
from prevent_portal.web.components import Crumb
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted


class MeetingsPlanView(ChannelView):
    """Plan a year's meetings: the first day gives the others, and each can be left out."""

    permission = ChannelPermission.LEAD_PANEL
    page = "meetings-plan"
    identifier = "panel_id"

    def get(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        panel = access.led_panel_for(self.access, panel_id)
        asked = YearFirstForm(
            request.GET or None, initial={"first": next_working_day(timezone.localdate()), "every": 1}
        )
        if not request.GET or not asked.is_valid():
            return self._shown(panel, asked, None)
        first = asked.cleaned_data["first"]
        if not is_working_day(first):
            asked.add_error("first", "The first meeting must be on a working day")
            return self._shown(panel, asked, None)
        return self._shown(panel, asked, self._plan(first, asked.cleaned_data["every"]))

    def post(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        panel = access.led_panel_for(self.access, panel_id)
        asked = YearFirstForm(request.GET)
        if not asked.is_valid() or not is_working_day(asked.cleaned_data["first"]):
            return HttpResponseRedirect(request.path)
        form = self._plan(asked.cleaned_data["first"], asked.cleaned_data["every"], request.POST)
        if not form.is_valid():
            return self._shown(panel, asked, form)
        answers = form.cleaned_data
        try:
            planned = meetings.plan_year(
                panel=panel,
                days=answers["days"],
                at=answers["starts_at"],
                place=answers["place"],
                by=self.person,
            )
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(panel, asked, form)
        messages.success(request, f"You have planned {counted(len(planned), 'meeting', 'meetings')}.")
        return HttpResponseRedirect(panel_href(self, panel))

    def _plan(self, first: date, every: int, data: QueryDict | None = None) -> YearPlanForm:
        days = propose_dates(first=first, months_between=every)
        return YearPlanForm(
            data,
            proposed=[(day, f"{day:%A} {british_date(day)}") for day in days],
            initial={"days": [day.isoformat() for day in days]},
        )

    def _shown(self, panel: Panel, asked: YearFirstForm, form: YearPlanForm | None) -> HttpResponse:
        return self.page_of(
            "meetings_plan",
            {
                "crumbs": self.crumbs(Crumb(panel.name, panel_href(self, panel)), Crumb("Plan a year")),
                "panel": panel,
                "form": form or asked,
                "is_second": form is not None,
                "cancel": panel_href(self, panel),
            },
        )


class MeetingNewView(ChannelFormView[Panel, MeetingForm]):
    """Plan one meeting besides those of the year."""

    permission = ChannelPermission.LEAD_PANEL
    page = "meeting-new"
    identifier = "panel_id"
    title = "Plan a meeting"
    button = "Plan the meeting"

    def subject(self, **keys: UUID) -> Panel:
        return access.led_panel_for(self.access, keys["panel_id"])

    def form(self, subject: Panel, /, data: QueryDict | None = None) -> MeetingForm:
        return MeetingForm(data, initial={"starts_at": time(10, 0)})

    def save(self, subject: Panel, form: MeetingForm, /) -> str:
        answers = form.cleaned_data
        planned = meetings.plan_year(
            panel=subject,
            days=[answers["held_on"]],
            at=answers["starts_at"],
            place=answers["place"],
            by=self.person,
        )
        if not planned:
            raise ChannelRefused("A meeting is planned for this day already.")
        return "The meeting is planned."

    def target(self, subject: Panel, /) -> str:
        return panel_href(self, subject)

    def caption(self, subject: Panel, /) -> str:
        return subject.name

    def trail(self, subject: Panel, /) -> list[Crumb]:
        return [Crumb(subject.name, panel_href(self, subject))]


class MeetingMoveView(ChannelFormView[ChannelMeeting, MeetingForm]):
    """Hold a planned meeting at another time or in another place."""

    permission = ChannelPermission.LEAD_PANEL
    page = "meeting-move"
    identifier = "meeting_id"
    title = "Move the meeting"
    button = "Save"

    def subject(self, **keys: UUID) -> ChannelMeeting:
        return access.led_meeting_for(self.access, keys["meeting_id"])

    def form(self, subject: ChannelMeeting, /, data: QueryDict | None = None) -> MeetingForm:
        when = timezone.localtime(subject.starts_at)
        return MeetingForm(
            data, initial={"held_on": when.date(), "starts_at": when.time(), "place": subject.place}
        )

    def save(self, subject: ChannelMeeting, form: MeetingForm, /) -> str:
        answers = form.cleaned_data
        moment = timezone.make_aware(datetime.combine(answers["held_on"], answers["starts_at"]))
        meetings.move_meeting(meeting=subject, starts_at=moment, place=answers["place"], by=self.person)
        return "The meeting is moved."

    def target(self, subject: ChannelMeeting, /) -> str:
        return self.meeting_href(subject)

    def caption(self, subject: ChannelMeeting, /) -> str:
        return f"Meeting of {british_date(timezone.localdate(subject.starts_at))}"

    def trail(self, subject: ChannelMeeting, /) -> list[Crumb]:
        return [Crumb(british_date(timezone.localdate(subject.starts_at)), self.meeting_href(subject))]


class MeetingCancelView(ChannelView):
    """Ask once more, then say that a planned meeting is not held."""

    permission = ChannelPermission.LEAD_PANEL
    page = "meeting-cancel"
    identifier = "meeting_id"

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        day = british_date(timezone.localdate(meeting.starts_at))
        return self.page_of(
            "meeting_cancel",
            {
                "crumbs": self.crumbs(Crumb(day, self.meeting_href(meeting)), Crumb("Cancel")),
                "meeting": meeting,
                "back": self.meeting_href(meeting),
            },
        )

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        try:
            meetings.cancel_meeting(meeting=meeting, by=self.person)
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "The meeting is cancelled. Its agenda is kept.")
        return HttpResponseRedirect(self.meeting_href(meeting))
