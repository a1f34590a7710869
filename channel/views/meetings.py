"""Pages of meetings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from channel import access, queries, step_up
from channel.enums import AttendanceState, FileForm, FileKind, ListedFor, StatementKind
from channel.forms import SignForm
from channel.models import ChannelMeeting, MeetingCase, Panel
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused, StatementChanged
from channel.policies.files import OFFERED, RIGHTS
from channel.queries.agendas import readable_agenda
from channel.queries.attendance import attendance_of
from channel.queries.promises import has_promised
from channel.services import meetings, statements
from channel.views.pages import ChannelView
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, Task
from prevent_portal.web.dates import british_date, british_datetime

NEXT = 3
"""Meetings to come that the room's first page shows at once; the others open on demand."""

ROOM_PAGES = (
    ("Cases", "channel-cases", ChannelPermission.VIEW_CHANNEL),
    ("How your panel performs", "channel-performance", ChannelPermission.VIEW_PERFORMANCE),
    ("Channel figures", "channel-figures", ChannelPermission.VIEW_FIGURES),
    ("Figures of your panels", "channel-figure-releases", ChannelPermission.PROPOSE_FIGURES),
    ("Set up a panel", "channel-panel-found", ChannelPermission.FOUND_PANEL),
    ("Read a case in an emergency", "channel-break-glass", ChannelPermission.BREAK_GLASS),
    ("Emergency readings to review", "channel-break-glass-uses", ChannelPermission.REVIEW_BREAK_GLASS),
    ("Access log", "channel-access-log", AccountsPermission.READ_RESTRICTED_AUDIT),
    ("Retention", "channel-retention", ChannelPermission.REVIEW_RETENTION),
)
"""Pages of the room that are of no one panel: words, route, and who sees the link."""


class MeetingsView(ChannelView):
    """Meetings of the panels that the person sits on."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "meetings"
    names_panel: bool

    def _next(self, slug: str, led: list[Panel]) -> Link | None:
        """What comes before the first meeting, for whoever may do it."""
        if led:
            return Link("Plan a year of meetings", reverse("channel-meetings-plan", args=[slug, led[0].pk]))
        if self.access.may(ChannelPermission.FOUND_PANEL):
            return Link("Set up a panel", reverse("channel-panel-found", args=[slug]))
        return None

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        found = list(queries.meetings_of_own_panels(self.access)[:60])
        now = timezone.now()
        open_now = [one for one in found if queries.is_open(one)]
        coming = [
            one
            for one in reversed(found)
            if one.opened_at is None and one.cancelled_at is None and one.starts_at > now - timedelta(days=1)
        ]
        past = [one for one in found if one not in open_now and one not in coming]
        led = list(queries.led_panels(self.access))
        prepared = set(queries.prepared_panels(self.access).order_by().values_list("pk", flat=True))
        self.names_panel = len({one.panel_id for one in found}) > 1
        return self.page_of(
            "meetings",
            {
                "open": self._open(open_now),
                "coming": self._table("Next meetings", coming[:NEXT]),
                "later": self._table("Later meetings", coming[NEXT:], folded=True),
                "past": self._table("Meetings held or cancelled", past[:24], folded=True, with_state=True),
                "plan": self._next(slug, led),
                "to_acknowledge": [
                    Link(panel.name, reverse("channel-acknowledge", args=[slug, panel.pk]))
                    for panel in led
                    if panel.pk not in prepared
                ],
                "panels": [
                    Link(panel.name, reverse("channel-panel", args=[slug, panel.pk])) for panel in led
                ],
                "links": room_links(self.access),
            },
        )

    def _open(self, found: list[ChannelMeeting]) -> list[Task]:
        """The meetings that people sit in now, each with what it asks of this person."""
        signed = set(queries.signed_meetings(self.access).values_list("meeting", flat=True))
        return [
            Task(
                title=f"Meeting of {british_datetime(meeting.starts_at)}",
                hint=", ".join(filter(None, (meeting.panel.name, meeting.place))),
                href=self.meeting_href(meeting),
                status="Signed" if meeting.pk in signed else "Sign first",
                colour="green" if meeting.pk in signed else "blue",
            )
            for meeting in found
        ]

    def _table(
        self, caption: str, found: list[ChannelMeeting], *, folded: bool = False, with_state: bool = False
    ) -> Table | None:
        if not found:
            return None
        columns = [Column("Meeting", header=True), Column("Place")]
        if self.names_panel:
            columns.insert(1, Column("Panel"))
        if with_state:
            columns.append(Column("State"))
        rows = []
        for meeting in found:
            row: list[Any] = [
                Link(british_datetime(meeting.starts_at), self.meeting_href(meeting)),
                meeting.place or "Not said yet",
            ]
            if self.names_panel:
                row.insert(1, meeting.panel.name)
            if with_state:
                row.append(_state(meeting))
            rows.append(row)
        return Table(caption=caption, columns=columns, rows=rows, stacks=True, hide_caption=folded)


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
        listed: list[MeetingCase] | None = None
        if signed or prepares:
            listed = readable_agenda(self.access, meeting)
            meetings.record_list_read(
                meeting=meeting, references=[one.case.reference for one in listed], by=self.person
            )
        slug = self.council.slug
        may_list = prepares and meeting.cancelled_at is None and (is_open or meeting.opened_at is None)
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
                        {
                            "number": number,
                            "reference": one.case.reference,
                            "href": reverse("channel-case", args=[slug, one.case.reference]),
                            "listed_for": ListedFor(one.listed_for).label,
                            "change": (
                                reverse("channel-agenda-change", args=[slug, meeting.pk, one.case.reference])
                                if may_list
                                else ""
                            ),
                        }
                        for number, one in enumerate(listed, start=1)
                    ]
                    if listed is not None
                    else None
                ),
                "rows": self._rows(meeting, leads),
                "unpromised": is_open and not prepares and not has_promised(self.access),
                "leads": leads,
                "may_open": leads and meeting.opened_at is None and meeting.cancelled_at is None,
                "may_close": leads and is_open,
                "new_case": (reverse("channel-case-new", args=[slug, meeting.pk]) if may_list else ""),
                "acknowledge": (
                    reverse("channel-acknowledge", args=[slug, meeting.panel_id])
                    if leads and not prepares
                    else ""
                ),
                "agenda_add": reverse("channel-agenda-add", args=[slug, meeting.pk]) if may_list else "",
                "files": _files_of(self, meeting) if prepares else [],
                "open_href": reverse("channel-meeting-open", args=[slug, meeting.pk]),
                "cancel_href": reverse("channel-meeting-cancel", args=[slug, meeting.pk]),
                "close_href": reverse("channel-meeting-close", args=[slug, meeting.pk]),
            },
        )

    def _rows(self, meeting: ChannelMeeting, leads: bool) -> list[SummaryRow]:
        """When and where; what chair and secretary may change; attendance, which they alone see."""
        slug = self.council.slug
        planned = leads and meeting.opened_at is None and meeting.cancelled_at is None
        move = reverse("channel-meeting-move", args=[slug, meeting.pk]) if planned else ""
        rows = [
            SummaryRow("When", british_datetime(meeting.starts_at), move),
            SummaryRow("Where", meeting.place or "Not said yet", move),
        ]
        if meeting.closed_at is not None:
            rows.append(SummaryRow("Closed", british_datetime(meeting.closed_at)))
        if leads and meeting.opened_at is not None:
            came = Counter(line.state for line in attendance_of(meeting))
            words = ", ".join(
                f"{came[state]} {state.label.lower()}" for state in AttendanceState if came[state]
            )
            rows.append(
                SummaryRow(
                    "Attendance",
                    words or "Not recorded yet",
                    reverse("channel-attendance", args=[slug, meeting.pk]),
                    "Change" if came else "Record",
                )
            )
        return rows


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


def _files_of(view: ChannelView, meeting: ChannelMeeting) -> list[dict[str, str]]:
    """The files of this meeting that the person may ask for, each form by its own right."""
    return [
        {
            "kind": kind.value,
            "form": form.value,
            "words": f"{kind.label} ({form.label})",
            "href": reverse("channel-meeting-file", args=[view.council.slug, meeting.pk]),
        }
        for kind in (FileKind.AGENDA, FileKind.RECORD)
        for form in FileForm
        if (kind, form) in OFFERED
        and view.access.may(RIGHTS[form])
        and (meeting.opened_at is not None if kind == FileKind.RECORD else meeting.cancelled_at is None)
    ]


def room_links(access_: CouncilAccess) -> list[Link]:
    """What else there is in the room for this person."""
    slug = access_.council.slug
    return [
        Link(words, reverse(name, args=[slug]))
        for words, name, permission in ROOM_PAGES
        if access_.may(permission)
    ]


def _state(meeting: ChannelMeeting) -> Tag:
    if queries.is_open(meeting):
        return Tag("Open now", "green")
    if meeting.cancelled_at is not None:
        return Tag("Cancelled", "grey")
    if meeting.opened_at is None:
        return Tag("Planned", "blue")
    return Tag("Closed", "grey")
