"""Reads of report templates and of the schedules that use them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from compliance.enums import HeaderField
from compliance.models import (
    CommitteeMeeting,
    Report,
    ReportSchedule,
    ReportSection,
    ReportTemplate,
    TemplateSection,
)
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from compliance.queries.report_content import Content
from compliance.queries.report_dates import follows_meetings, gets_report_on, meeting_of
from compliance.queries.reports import content_of
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.quarters import Quarter

PREVIEW_WORDS = "What the author writes: "
PREVIEW_LINE = "As each report says"


@dataclass(frozen=True)
class ScheduleLine:
    """A schedule with what its list says of it."""

    schedule: ReportSchedule
    next_meeting: date | None
    opens_nothing: bool
    """Whether no report will ever be opened, because no meeting is on record."""


def templates_of(council: Council) -> QuerySet[ReportTemplate]:
    """The council's templates, those in use first, each with how many sections and schedules it has."""
    return (
        ReportTemplate.objects.filter(council=council)
        .annotate(section_count=Count("sections", distinct=True))
        .order_by("retired_at", "name")
    )


def sections_in_order(template: ReportTemplate) -> list[TemplateSection]:
    return list(
        TemplateSection.objects.filter(council=template.council_id, template=template).order_by("position")
    )


def opened_section(section: TemplateSection, report: Report) -> ReportSection:
    """The section that a report opens with, as the template has it today. Not saved."""
    return ReportSection(
        council_id=section.council_id,
        report=report,
        position=section.position,
        key=section.key,
        heading=section.heading,
        level=section.level,
        kind=section.kind,
        numbered=section.numbered,
        blocks=section.blocks,
        required=section.required,
        none_identified_allowed=section.none_identified_allowed,
        guidance=section.guidance,
        adviser=section.adviser,
        narrative=section.starts_with,
    )


def schedules_in_force(template: ReportTemplate, today: date) -> QuerySet[ReportSchedule]:
    """Schedules on which reports of this template are opened, today or later."""
    return (
        ReportSchedule.objects.filter(council=template.council_id, template=template)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .order_by("committee")
    )


def schedule_lines(council: Council, today: date) -> list[ScheduleLine]:
    """Every schedule with its next meeting, those in force first: two queries."""
    schedules = list(
        ReportSchedule.objects.filter(council=council)
        .select_related("template", "author")
        .order_by("committee", "title")
    )
    schedules.sort(key=lambda schedule: schedule.ends_on is not None and schedule.ends_on < today)
    days: dict[object, list[date]] = {}
    for meeting in CommitteeMeeting.objects.filter(council=council, schedule__in=schedules):
        days.setdefault(meeting.schedule_id, []).append(meeting.held_on)
    return [
        ScheduleLine(
            schedule=schedule,
            next_meeting=min((day for day in days.get(schedule.pk, ()) if day >= today), default=None),
            opens_nothing=follows_meetings(schedule) and not days.get(schedule.pk),
        )
        for schedule in schedules
    ]


def coming_reports(
    schedule: ReportSchedule, days: list[date], today: date, count: int = 4
) -> list[tuple[Quarter, date | None]]:
    """The next quarters on which the committee gets a report, each with the meeting that takes it."""
    found: list[tuple[Quarter, date | None]] = []
    quarter = max(Quarter.of(today).previous, Quarter.of(schedule.starts_on))
    for _ in range(16):
        if len(found) == count or (schedule.ends_on is not None and quarter.start > schedule.ends_on):
            break
        if gets_report_on(schedule, quarter, days):
            found.append((quarter, meeting_of(schedule, quarter, days)))
        quarter = quarter.following
    return found


def quarters_to_open(schedule: ReportSchedule, today: date, count: int = 8) -> list[Quarter]:
    """Quarters up to the running one on which the schedule has no report yet, the latest first."""
    taken = set(
        Report.objects.filter(council=schedule.council_id, schedule=schedule).values_list(
            "period_end", flat=True
        )
    )
    quarter, found = Quarter.of(today), []
    for _ in range(count):
        if quarter.end not in taken:
            found.append(quarter)
        quarter = quarter.previous
    return found


def possible_authors(council: Council) -> QuerySet[User]:
    """The people of the council who can write a report."""
    return people_with(council, COMPLIANCE_GRANTS[CompliancePermission.EDIT_OWN_REPORTS])


def boards_of(council: Council) -> QuerySet[Board]:
    return Board.objects.filter(council=council).order_by("name")


def block_choices(chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The figures that a section can hold, by title, and those it has that no room offers any more."""
    titles = report_blocks.names()
    gone = [(name, f"{name} (not offered any more)") for name in chosen if name not in titles]
    return sorted(titles.items(), key=lambda one: one[1]) + gone


def fingerprint(schedule: ReportSchedule) -> int:
    """A number that changes with what the schedule says, so that a save in between is noticed."""
    said = [
        schedule.title,
        schedule.committee,
        str(schedule.board_id),
        schedule.cadence,
        schedule.author_id,
        sorted(schedule.header.items()),
        schedule.days_to_write,
        schedule.advice_days,
        schedule.sign_off_days,
        schedule.papers_days,
        str(schedule.starts_on),
        str(schedule.ends_on),
    ]
    return zlib.crc32(json.dumps(said).encode()) & 0x7FFFFFFF


def preview_content(council: Council, template: ReportTemplate, today: date) -> Content:
    """A report of this template on the running quarter, with the council's live figures. Nothing is stored.

    Every section is printed, with what its author is asked to write where no words are given.
    """
    quarter = Quarter.of(today)
    report = Report(
        council=council,
        number=0,
        template=template,
        title=template.name,
        committee="",
        numbering=template.numbering,
        period_start=quarter.start,
        period_end=quarter.end,
        header_fields=template.header_fields,
        header={
            key: PREVIEW_LINE
            for key in template.header_fields
            if key in HeaderField.values and key != HeaderField.MEETING_ON
        },
        meeting_on=None,
        signatories=template.signatories,
    )
    sections = []
    for section in sections_in_order(template):
        opened = opened_section(section, report)
        opened.required = True
        opened.narrative = opened.narrative or _asked(section)
        sections.append(opened)
    return content_of(council, report, sections)


def _asked(section: TemplateSection) -> str:
    if section.adviser:
        return f"{PREVIEW_WORDS}the advice of {section.adviser}."
    return f"{PREVIEW_WORDS}{section.guidance}" if section.guidance else ""
