"""Pages of the committees that get a report: the schedule, its days, its meetings, and a report by hand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.areas import report_areas
from compliance.enums import HeaderField
from compliance.forms.report_schedules import (
    MeetingForm,
    OpenReportForm,
    ScheduleAddForm,
    ScheduleChangeForm,
)
from compliance.models import CommitteeMeeting, ReportSchedule
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_dates import covered_by, due_day, follows_meetings, meetings_of
from compliance.queries.report_templates import (
    ScheduleLine,
    coming_reports,
    quarters_to_open,
    schedule_lines,
    templates_of,
)
from compliance.report_template_access import committee_meeting_to_remove, schedule_to_edit
from compliance.services.report_opening import open_report
from compliance.services.report_schedules import (
    add_meeting,
    change_schedule,
    remove_meeting,
    schedule_report,
)
from compliance.views.plans import PlanFormPage
from compliance.views.report_trail import report_crumbs
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.working_days import working_days_before
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView

OPENS_NOTHING = "No report is opened: no meeting is on record"


def schedule_crumbs(
    council: Council, schedule: ReportSchedule | None = None, *steps: tuple[str, str]
) -> list[Crumb]:
    """Breadcrumbs of the pages of schedules."""
    trail = [("Committees", reverse("report-schedules", args=[council.slug]))]
    if schedule is not None:
        here = reverse("report-schedule", args=[council.slug, schedule.pk])
        trail.append((schedule.committee, here))
    return report_crumbs(council, None, *trail, *steps)


class SchedulesPage(CouncilView):
    """Every committee that gets a report."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        lines = schedule_lines(self.council, today)
        context = {
            "areas": report_areas(self.access, "report-schedules"),
            "crumbs": report_crumbs(self.council, None, ("Committees", "")),
            "table": self._table(lines, today) if lines else None,
            "add_href": reverse("report-schedule-add", args=[self.council.slug]),
        }
        return render(request, "compliance/report_templates/schedules.html", context)

    def _table(self, lines: list[ScheduleLine], today: date) -> Table:
        return Table(
            caption="Committees",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Committee", header=True),
                Column("Report"),
                Column("How often"),
                Column("Author"),
                Column("Next meeting"),
            ],
            rows=[
                [
                    Link(
                        line.schedule.committee,
                        reverse("report-schedule", args=[self.council.slug, line.schedule.pk]),
                    ),
                    line.schedule.title,
                    line.schedule.get_cadence_display(),
                    display_name(line.schedule.author) if line.schedule.author else "Nobody yet",
                    self._next(line, today),
                ]
                for line in lines
            ],
        )

    def _next(self, line: ScheduleLine, today: date) -> Any:
        ends = line.schedule.ends_on
        if ends is not None and ends < today:
            return f"Ended on {british_date(ends)}"
        if line.opens_nothing:
            return [Tag("Add a meeting", "red"), OPENS_NOTHING]
        return line.next_meeting or "None on record"


class ScheduleAddPage(PlanFormPage):
    """Give a committee a report."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            schedule = schedule_report(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("committee" if "already" in str(problem) else None, str(problem))
            return self._page(form)
        if follows_meetings(schedule):
            messages.success(request, "Committee added. Add its meetings now: each of them gets a report.")
        else:
            messages.success(request, "Committee added. The portal opens its reports from now on.")
        return redirect("report-schedule", self.council.slug, schedule.pk)

    def _form(self, data: Any = None) -> ScheduleAddForm:
        templates = [one for one in templates_of(self.council) if one.retired_at is None]
        return ScheduleAddForm(data, council=self.council, templates=templates)

    def _page(self, form: ScheduleAddForm) -> HttpResponse:
        return self.show(
            form,
            title="Give a committee a report",
            lead="The portal opens each report by itself and fills in the figures.",
            button="Add the committee",
            crumbs=schedule_crumbs(self.council, None, ("Add a committee", "")),
            cancel=reverse("report-schedules", args=[self.council.slug]),
        )


class SchedulePage(CouncilView):
    """One committee: its report, its days, its meetings, and which reports come next."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        meetings = meetings_of(schedule)
        days = [meeting.held_on for meeting in meetings]
        today = timezone.localdate()
        context = {
            "areas": report_areas(self.access, "report-schedules"),
            "schedule": schedule,
            "crumbs": [*schedule_crumbs(self.council, None), Crumb(schedule.committee)],
            "facts": self._facts(schedule),
            "opens_nothing": follows_meetings(schedule) and not days,
            "coming": self._coming(schedule, days, today),
            "meetings": self._meetings(schedule, meetings) if meetings else None,
            "change_href": self._href("report-schedule-change", schedule),
            "meeting_href": self._href("committee-meeting-add", schedule),
            "open_href": self._href("report-schedule-open", schedule),
        }
        return render(request, "compliance/report_templates/schedule.html", context)

    def _href(self, name: str, schedule: ReportSchedule) -> str:
        return reverse(name, args=[self.council.slug, schedule.pk])

    def _facts(self, schedule: ReportSchedule) -> list[SummaryRow]:
        before = "working day before the meeting", "working days before the meeting"
        template = reverse("report-template", args=[self.council.slug, schedule.template_id])
        rows = [
            SummaryRow("Title", schedule.title),
            SummaryRow("Template", Link(schedule.template.name, template)),
            SummaryRow("How often", schedule.get_cadence_display()),
            SummaryRow("Author", display_name(schedule.author) if schedule.author else "Nobody yet"),
            SummaryRow("Advice", counted(schedule.advice_days, *before)),
            SummaryRow("Sign-off", counted(schedule.sign_off_days, *before)),
            SummaryRow("Papers", counted(schedule.papers_days, *before)),
            SummaryRow(
                "Without a meeting",
                counted(schedule.days_to_write, "day after the quarter", "days after the quarter"),
            ),
            SummaryRow("From", schedule.starts_on),
        ]
        if schedule.ends_on is not None:
            rows.append(SummaryRow("Last day", schedule.ends_on))
        rows += [
            SummaryRow(f"Header: {HeaderField(key).label}", schedule.header[key])
            for key in schedule.template.header_fields
            if key in HeaderField.values and schedule.header.get(key)
        ]
        return rows

    def _coming(self, schedule: ReportSchedule, days: list[date], today: date) -> Table | None:
        coming = coming_reports(schedule, days, today)
        if not coming:
            return None
        return Table(
            caption="Reports and their dates",
            columns=[
                Column("Period", header=True),
                Column("Advice in"),
                Column("Signed"),
                Column("Due, papers out"),
                Column("Meeting"),
            ],
            stacks=True,
            rows=[
                [
                    str(covered_by(schedule, quarter)),
                    working_days_before(meeting, schedule.advice_days) if meeting else "Not known",
                    working_days_before(meeting, schedule.sign_off_days) if meeting else "Not known",
                    due_day(schedule, quarter, meeting),
                    meeting or "None on record",
                ]
                for quarter, meeting in coming
            ],
        )

    def _meetings(self, schedule: ReportSchedule, meetings: list[CommitteeMeeting]) -> Table:
        return Table(
            caption="Meetings",
            columns=[Column("Date", header=True), Column("Action")],
            rows=[
                [
                    meeting.held_on,
                    Link(
                        "Remove",
                        reverse(
                            "committee-meeting-remove", args=[self.council.slug, schedule.pk, meeting.pk]
                        ),
                        about=f"the meeting of {british_date(meeting.held_on)}",
                    ),
                ]
                for meeting in meetings
            ],
        )


class ScheduleChangePage(PlanFormPage):
    """Change a schedule, or end it."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        return self._page(schedule, ScheduleChangeForm.showing(schedule, self.council))

    def post(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        form = ScheduleChangeForm(request.POST, council=self.council, schedule=schedule)
        if not form.is_valid():
            return self._page(schedule, form)
        try:
            change_schedule(schedule=schedule, by=self.person, **form.given)
        except StaleVersion as stale:
            again = ScheduleChangeForm(self.again(stale), council=self.council, schedule=schedule)
            return self._page(schedule, again, stale)
        except PolicyError as problem:
            about = {"already": "committee", "last day": "ends_on"}
            field = next((name for words, name in about.items() if words in str(problem)), None)
            form.add_error(field, str(problem))
            return self._page(schedule, form)
        messages.success(request, "Saved. Reports that are open already keep their title and author.")
        return redirect("report-schedule", self.council.slug, schedule.pk)

    def _page(
        self, schedule: ReportSchedule, form: ScheduleChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title=f"Change the report to {schedule.committee}",
            button="Save",
            crumbs=schedule_crumbs(self.council, schedule, ("Change", "")),
            cancel=reverse("report-schedule", args=[self.council.slug, schedule.pk]),
            stale=stale,
        )


class MeetingAddPage(PlanFormPage):
    """Record a day on which the committee meets."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        return self._page(schedule_to_edit(self.access, schedule_id), MeetingForm())

    def post(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        form = MeetingForm(request.POST)
        if not form.is_valid():
            return self._page(schedule, form)
        try:
            add_meeting(schedule=schedule, by=self.person, held_on=form.cleaned_data["held_on"])
        except PolicyError as problem:
            form.add_error("held_on", str(problem))
            return self._page(schedule, form)
        messages.success(request, "Meeting added. The dates of open reports follow it.")
        return redirect("report-schedule", self.council.slug, schedule.pk)

    def _page(self, schedule: ReportSchedule, form: MeetingForm) -> HttpResponse:
        context = {
            "title": "Add a meeting",
            "form": form,
            "button": "Add the meeting",
            "crumbs": schedule_crumbs(self.council, schedule, ("Add a meeting", "")),
            "cancel": reverse("report-schedule", args=[self.council.slug, schedule.pk]),
        }
        return render(self.request, "compliance/report_templates/meeting.html", context)


class MeetingRemovePage(CouncilView):
    """Take a meeting off the record."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, schedule_id: UUID, committee_meeting_id: UUID) -> HttpResponse:
        meeting = committee_meeting_to_remove(self.access, schedule_id, committee_meeting_id)
        schedule = meeting.schedule
        context = {
            "title": f"Remove the meeting of {british_date(meeting.held_on)}",
            "words": "The dates of open reports follow the next meeting that is on record.",
            "button": "Remove the meeting",
            "warning": True,
            "cancel": reverse("report-schedule", args=[self.council.slug, schedule.pk]),
            "crumbs": schedule_crumbs(self.council, schedule, ("Remove a meeting", "")),
        }
        return render(request, "compliance/report_templates/step.html", context)

    def post(self, request: HttpRequest, schedule_id: UUID, committee_meeting_id: UUID) -> HttpResponse:
        meeting = committee_meeting_to_remove(self.access, schedule_id, committee_meeting_id)
        remove_meeting(meeting=meeting, by=self.person)
        messages.success(request, "Meeting removed.")
        return redirect("report-schedule", self.council.slug, schedule_id)


class OpenReportPage(PlanFormPage):
    """Open a report by hand, on a quarter that the schedule has none for."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        return self._page(schedule, self._form(schedule))

    def post(self, request: HttpRequest, schedule_id: UUID) -> HttpResponse:
        schedule = schedule_to_edit(self.access, schedule_id)
        form = self._form(schedule, request.POST)
        if not form.is_valid():
            return self._page(schedule, form)
        quarter = Quarter.of(date.fromisoformat(form.cleaned_data["quarter"]))
        report, created = open_report(schedule=schedule, quarter=quarter)
        if created:
            messages.success(request, f"Report on {report.period} opened.")
        return redirect("report", self.council.slug, report.pk)

    def _form(self, schedule: ReportSchedule, data: Any = None) -> OpenReportForm:
        return OpenReportForm(data, quarters=quarters_to_open(schedule, timezone.localdate()))

    def _page(self, schedule: ReportSchedule, form: OpenReportForm) -> HttpResponse:
        return self.show(
            form,
            title=f"Open a report to {schedule.committee}",
            lead="The portal opens reports by itself. Do this for one that it did not open.",
            button="Open the report",
            crumbs=schedule_crumbs(self.council, schedule, ("Open a report", "")),
            cancel=reverse("report-schedule", args=[self.council.slug, schedule.pk]),
        )
