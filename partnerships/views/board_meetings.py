"""Pages of a board's meetings: how it meets, planning its year, its attendance and its decisions."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import board_for, board_to_edit
from partnerships.access.meetings import board_decisions_read, meetings_seen
from partnerships.areas import areas
from partnerships.enums import Cadence, MeetingState
from partnerships.forms.meetings import (
    ArrangementsForm,
    MeetingForm,
    YearFilterForm,
    YearFirstForm,
    YearPlanForm,
)
from partnerships.models import Board, MeetingArrangements
from partnerships.policies.meeting_dates import propose_dates
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meeting_seats import YearLine, year_of_attendance
from partnerships.queries.meetings import arrangements_of, when_words
from partnerships.services.meetings import arrange_meetings, plan_meetings
from partnerships.views.meetings import EDIT, ROOM, VIEW, board_words, meeting_crumbs, state_tags
from partnerships.views.pages import RoomFormPage
from prevent_portal.tenancy.working_days import is_working_day
from prevent_portal.web.charts import Bar, BarChart
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table
from prevent_portal.web.dates import FIRST_DAY, LAST_DAY, british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.numbers import counted, percent
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView


class BoardMeetingsPage(CouncilView):
    """One board: how it meets, what comes next, and attendance by agency over a year."""

    permission = VIEW

    def get(self, request: HttpRequest, board_id: UUID) -> HttpResponse:
        board = board_for(self.access, board_id)
        slug, today = self.council.slug, timezone.localdate()
        this_year = Quarter.of(today).year
        form = YearFilterForm(request.GET or None, years=[this_year - back for back in range(6)])
        year = (form.cleaned_data.get("year") if form.is_valid() else None) or this_year
        lines = year_of_attendance(board, date(year, 4, 1), date(year + 1, 3, 31))
        may_edit = board.council_id == self.council.pk and self.access.may(EDIT)
        meetings = meetings_seen(self.access).filter(board=board).defer("minutes").order_by("-held_on")[:50]
        words = f"April {year} to March {year + 1}"
        chart = BarChart(
            title=f"Meetings at which each agency was represented, {words}",
            description="; ".join(
                f"{line.agency.name}: {line.present + line.substitute} of {line.meetings}" for line in lines
            ),
            bars=[Bar(line.agency.name, line.share) for line in lines],
            label_heading="Agency",
            value_heading="Meetings attended",
        )
        context = {
            "crumbs": [*meeting_crumbs(self), Crumb(board.name)],
            "areas": areas(self.access, ROOM),
            "title": board_words(self, board),
            "facts": self._facts(board, may_edit),
            "meetings": Table(
                "Meetings",
                [Column("Date", header=True), Column("Place"), Column("State")],
                [
                    [
                        Link(when_words(each), reverse("meeting", args=[slug, each.pk])),
                        each.place or None,
                        state_tags(each),
                    ]
                    for each in meetings
                ],
                stacks=True,
            ),
            "plan_href": reverse("meetings-plan", args=[slug, board.pk]) if may_edit else "",
            "add_href": reverse("meeting-add", args=[slug, board.pk]) if may_edit else "",
            "form": form,
            "year_words": words,
            "chart": chart if lines else None,
            "attendance": _year_table(lines, words) if lines else None,
            "csv_href": f"{reverse('attendance-csv', args=[slug, board.pk])}?year={year}",
            "decisions_href": reverse("decisions-csv", args=[slug, board.pk]),
        }
        return render(request, "partnerships/board_meetings.html", context)

    def _facts(self, board: Board, may_edit: bool) -> list[SummaryRow]:
        change = reverse("meetings-arrange", args=[self.council.slug, board.pk]) if may_edit else ""
        quorum = counted(board.quorum, "agency", "agencies") if board.quorum else "None is set"
        rows = [
            SummaryRow("Meets", Cadence(board.cadence).label),
            SummaryRow("Quorum", quorum),
        ]
        if board.council_id == self.council.pk:
            habits = arrangements_of(board)
            rows.append(SummaryRow("Standing items", "; ".join(habits.standing_items) or "None yet", change))
            rows.append(
                SummaryRow(
                    "Papers due", counted(habits.days_before_papers, "day before", "days before"), change
                )
            )
        return rows


def _year_table(lines: list[YearLine], words: str) -> Table:
    return Table(
        f"Attendance by agency, {words}",
        [
            Column("Agency", header=True),
            Column("Meetings", numeric=True),
            Column("Present", numeric=True),
            Column("Substitute", numeric=True),
            Column("Apologies", numeric=True),
            Column("Absent", numeric=True),
            Column("Represented", numeric=True),
        ],
        [
            [
                line.agency.name,
                line.meetings,
                line.present,
                line.substitute,
                line.apologies,
                line.absent,
                percent(line.share),
            ]
            for line in lines
        ],
        hide_caption=True,
    )


class AttendanceCsv(CouncilView):
    """A year's attendance of a board as a file."""

    permission = VIEW

    def get(self, request: HttpRequest, board_id: UUID) -> HttpResponseBase:
        board = board_for(self.access, board_id)
        given = request.GET.get("year", "")
        known = len(given) == 4 and given.isdecimal() and FIRST_DAY.year <= int(given) <= LAST_DAY.year
        year = int(given) if known else Quarter.of(timezone.localdate()).year
        lines = year_of_attendance(board, date(year, 4, 1), date(year + 1, 3, 31))
        header = ("Agency", "Meetings", "Present", "Substitute", "Apologies", "Absent")
        rows = [(x.agency.name, x.meetings, x.present, x.substitute, x.apologies, x.absent) for x in lines]
        return csv_response(filename=f"attendance-{year}.csv", header=header, rows=rows)


class DecisionsCsv(CouncilView):
    """Everything that a board decided as a file; a document is named to those who may read it."""

    permission = VIEW

    def get(self, request: HttpRequest, board_id: UUID) -> HttpResponseBase:
        board = board_for(self.access, board_id)
        header = (
            "Number",
            "Meeting",
            "Item",
            "Decision",
            "Paper",
            "Version",
            "Checksum (SHA-256)",
            "Minutes",
        )
        rows = [
            (
                one.decision.reference,
                one.decision.meeting.held_on,
                one.decision.item.title if one.decision.item else "",
                one.decision.text,
                one.title,
                one.document_version.number if one.document_version else "",
                one.document_version.sha256 if one.document_version else "",
                one.decision.meeting.get_minutes_state_display(),
            )
            for one in board_decisions_read(self.access, board)
        ]
        return csv_response(filename="decisions.csv", header=header, rows=rows)


class _BoardForm(RoomFormPage[Board, Any]):
    abstract = True
    room = ROOM

    def subject(self, **keys: UUID) -> Board:
        return board_to_edit(self.access, keys["board_id"])

    def target(self, subject: Board, /) -> str:
        return reverse("board-meetings", args=[self.council.slug, subject.pk])

    def crumbs(self, subject: Board, /) -> list[Crumb]:
        return [*meeting_crumbs(self), Crumb(subject.name, self.target(subject)), Crumb(self.title(subject))]


class MeetingsPlanPage(_BoardForm):
    """Plan a year: the first day, then the proposed days, each of which can be left out."""

    permission = EDIT
    button = "Plan these meetings"

    def title(self, subject: Board, /) -> str:
        return "Plan the year’s meetings"

    def lead(self, subject: Board, /) -> str:
        return f"{subject.name} meets {Cadence(subject.cadence).label.lower()}."

    def get(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        board = self.subject(**keys)
        if not any(name.startswith("first") for name in request.GET):
            return self._ask_first(board, YearFirstForm())
        first = YearFirstForm(request.GET)
        if not first.is_valid():
            return self._ask_first(board, first)
        try:
            return self.printed(board, self._plan_form(board, first.cleaned_data["first"]))
        except PartnershipRefused as problem:
            first.add_error(None, str(problem))
            return self._ask_first(board, first)

    def _ask_first(self, board: Board, form: YearFirstForm) -> HttpResponse:
        context = {
            "title": self.title(board),
            "lead": self.lead(board),
            "form": form,
            "crumbs": self.crumbs(board),
            "cancel": self.target(board),
            "areas": areas(self.access, ROOM),
        }
        return render(self.request, "partnerships/plan_year.html", context)

    def _first_day(self) -> date:
        first = YearFirstForm(self.request.GET)
        return first.cleaned_data["first"] if first.is_valid() else timezone.localdate()

    def _plan_form(self, board: Board, first: date, data: Data = None) -> YearPlanForm:
        proposed = propose_dates(cadence=board.cadence, first=first)
        taken = set(
            meetings_seen(self.access)
            .filter(board=board, held_on__in=proposed)
            .exclude(state=MeetingState.CANCELLED)
            .values_list("held_on", flat=True)
        )
        free = [day for day in proposed if day not in taken]
        habits = arrangements_of(board)
        words = [
            (day, f"{day:%A} {british_date(day)}" + ("" if is_working_day(day) else " (offices are closed)"))
            for day in free
        ]
        initial = {
            "days": [day.isoformat() for day in free],
            "place": habits.place,
            "starts_at": habits.starts_at,
        }
        return YearPlanForm(data, proposed=words, initial=initial)

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> YearPlanForm:
        return self._plan_form(subject, self._first_day(), data)

    def save(self, subject: Board, form: YearPlanForm, /) -> str:
        meetings = plan_meetings(
            board=subject,
            by=self.person,
            days=form.cleaned_data["days"],
            place=form.cleaned_data["place"],
            starts_at=form.cleaned_data["starts_at"],
        )
        return f"You have planned {counted(len(meetings), 'meeting', 'meetings')}."


class MeetingAddPage(_BoardForm):
    """Add one meeting."""

    permission = EDIT
    button = "Add the meeting"

    def title(self, subject: Board, /) -> str:
        return "Add a meeting"

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> MeetingForm:
        habits = arrangements_of(subject)
        return MeetingForm(data, initial={"place": habits.place, "starts_at": habits.starts_at})

    def save(self, subject: Board, form: MeetingForm, /) -> str:
        given = form.cleaned_data
        plan_meetings(
            board=subject,
            by=self.person,
            days=[given["held_on"]],
            place=given["place"],
            starts_at=given["starts_at"],
        )
        return f"You have added the meeting of {british_date(given['held_on'])}."


class ArrangementsPage(_BoardForm):
    """How a board meets."""

    permission = EDIT

    def title(self, subject: Board, /) -> str:
        return f"How {subject.name} meets"

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> ArrangementsForm:
        habits: MeetingArrangements = arrangements_of(subject)
        initial = {
            "standing_items": "\n".join(habits.standing_items),
            "days_before_papers": habits.days_before_papers,
            "place": habits.place,
            "starts_at": habits.starts_at,
            "version": habits.version,
        }
        return ArrangementsForm(data, initial=initial)

    def save(self, subject: Board, form: ArrangementsForm, /) -> str:
        arrange_meetings(board=subject, by=self.person, **form.cleaned_data)
        return "You have changed how the board meets."
