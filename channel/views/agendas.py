"""Pages of one meeting's agenda and attendance, for its chair and secretary."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from channel import access
from channel.enums import ListedFor
from channel.forms.meetings import AttendanceForm, ListCaseForm
from channel.models import ChannelMeeting
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.queries.agendas import references_to_list
from channel.queries.attendance import expected_at
from channel.services import attendance, meetings
from channel.views.pages import ChannelFormView, ChannelView
from prevent_portal.web.components import Crumb
from prevent_portal.web.dates import british_date


class AgendaAddView(ChannelFormView[ChannelMeeting, ListCaseForm]):
    """Put a case of the panel on a meeting's agenda."""

    permission = ChannelPermission.LEAD_PANEL
    page = "agenda-add"
    identifier = "meeting_id"
    title = "Put a case on the agenda"
    lead = (
        "People whom you named on the case can read it once they have signed at this meeting. The agenda "
        "shows its reference only."
    )
    button = "Put it on the agenda"

    def subject(self, **keys: UUID) -> ChannelMeeting:
        return access.prepared_meeting_for(self.access, keys["meeting_id"])

    def form(self, subject: ChannelMeeting, /, data: QueryDict | None = None) -> ListCaseForm:
        references = references_to_list(self.access, subject)
        meetings.record_list_read(meeting=subject, references=references, by=self.person)
        return ListCaseForm(data, references=references)

    def save(self, subject: ChannelMeeting, form: ListCaseForm, /) -> str:
        case = access.prepared_case_for(self.access, form.cleaned_data["reference"])
        meetings.list_case(
            meeting=subject,
            case=case,
            listed_for=ListedFor(form.cleaned_data["listed_for"]),
            by=self.person,
        )
        return f"Case {case.reference} is on the agenda."

    def target(self, subject: ChannelMeeting, /) -> str:
        return self.meeting_href(subject)

    def caption(self, subject: ChannelMeeting, /) -> str:
        return f"Meeting of {_day(subject)}"

    def trail(self, subject: ChannelMeeting, /) -> list[Crumb]:
        return [Crumb(_day(subject), self.meeting_href(subject))]


class AgendaChangeView(ChannelView):
    """The buttons of the agenda: take a case off, discuss it earlier."""

    permission = ChannelPermission.LEAD_PANEL
    page = "agenda-change"
    identifier = "meeting_id"

    def post(self, request: HttpRequest, meeting_id: UUID, reference: str) -> HttpResponse:
        meeting = access.prepared_meeting_for(self.access, meeting_id)
        case = access.prepared_case_for(self.access, reference)
        try:
            if "up" in request.POST:
                meetings.move_up(meeting=meeting, case=case, by=self.person)
            else:
                meetings.unlist_case(meeting=meeting, case=case, by=self.person)
                messages.success(request, f"Case {case.reference} is off the agenda.")
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(self.meeting_href(meeting))


class AttendanceView(ChannelFormView[ChannelMeeting, AttendanceForm]):
    """Who came to a meeting. Whoever signed its statement is proposed as present."""

    permission = ChannelPermission.LEAD_PANEL
    page = "attendance"
    identifier = "meeting_id"
    title = "Attendance"
    lead = "Everybody who sat on the panel on the day. Attendance by agency is counted from it."
    button = "Save attendance"

    def subject(self, **keys: UUID) -> ChannelMeeting:
        return access.led_meeting_for(self.access, keys["meeting_id"])

    def form(self, subject: ChannelMeeting, /, data: QueryDict | None = None) -> AttendanceForm:
        return AttendanceForm(data, expected=expected_at(subject))

    def save(self, subject: ChannelMeeting, form: AttendanceForm, /) -> str:
        attendance.record_attendance(meeting=subject, states=form.states(), by=self.person)
        return "Attendance is saved."

    def target(self, subject: ChannelMeeting, /) -> str:
        return self.meeting_href(subject)

    def caption(self, subject: ChannelMeeting, /) -> str:
        return f"Meeting of {_day(subject)}"

    def trail(self, subject: ChannelMeeting, /) -> list[Crumb]:
        return [Crumb(_day(subject), self.meeting_href(subject))]


def _day(meeting: ChannelMeeting) -> str:
    return british_date(timezone.localdate(meeting.starts_at))
