"""Dates of a report, worked back from the meeting that takes it by working days, with bank holidays.

Papers lie open five clear days before a meeting in England (Local Government Act 1972, section 100B),
which is why they go out on the sixth working day before it unless the council says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from compliance.enums import HeaderField
from compliance.models import CommitteeMeeting, Report, ReportSchedule
from partnerships.enums import Cadence
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.working_days import working_days_before
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter, QuarterSpan
from training.models import RoundExtension, RoundReturn, TrainingRound

MONTHS_BETWEEN = {Cadence.QUARTERLY: 3, Cadence.SIX_MONTHLY: 6, Cadence.ANNUAL: 12}
"""Cadences that fit quarters. On another one a committee gets a report for each meeting on record."""


@dataclass(frozen=True)
class ReportDates:
    """By when what is done, as far as it is known.

    Args:
        meeting_on: the day of the meeting that takes the report; without it the next three are unknown.
        advice_by: the day by which advice is in.
        sign_off_by: the day by which everybody has signed.
        papers_on: the day on which the papers go out.
        due_on: the last day for the report.
        suggested_freeze_on: the day on which the period's round of returns closes, if there is a round.
    """

    meeting_on: date | None
    advice_by: date | None
    sign_off_by: date | None
    papers_on: date | None
    due_on: date | None
    suggested_freeze_on: date | None

    @property
    def clashes(self) -> list[str]:
        """What cannot go in this order, in sentences for the report's page."""
        freeze = self.suggested_freeze_on
        if freeze is None:
            return []
        for day, words in (
            (self.papers_on, "the papers go out"),
            (self.sign_off_by, "everybody has signed"),
            (self.advice_by, "advice is in"),
        ):
            if day is not None and freeze > day:
                closes = f"The round of returns closes on {british_date(freeze)}"
                return [f"{closes}, after the day by which {words} ({british_date(day)})."]
        return []


def dates_of(report: Report) -> ReportDates:
    """The dates of a report: three queries at most, two if its schedule is loaded."""
    meeting, schedule = report.meeting_on, report.schedule
    if meeting is None or schedule is None:
        advice = sign_off = papers = None
    else:
        advice = working_days_before(meeting, schedule.advice_days)
        sign_off = working_days_before(meeting, schedule.sign_off_days)
        papers = working_days_before(meeting, schedule.papers_days)
    return ReportDates(
        meeting_on=meeting,
        advice_by=advice,
        sign_off_by=sign_off,
        papers_on=papers,
        due_on=report.due_on,
        suggested_freeze_on=round_closes_on(report.council, report.period.last),
    )


def round_closes_on(council: Council, quarter: Quarter) -> date | None:
    """The day on which the round of training returns for a quarter closed, or will; None without a round.

    An open round closes on its last deadline, extensions included.
    """
    found = TrainingRound.objects.filter(
        council=council, period_from=quarter.start, period_to=quarter.end
    ).first()
    if found is None:
        return None
    if found.closed_at is not None:
        return timezone.localdate(found.closed_at)
    awaited = RoundReturn.objects.filter(council=council, round=found, is_awaited=True)
    extended = RoundExtension.objects.filter(council=council, round=found)
    latest: list[date | None] = [
        rows.aggregate(latest=Max("due_on"))["latest"] for rows in (awaited, extended)
    ]
    return max([found.due_on, *(day for day in latest if day is not None)])


def meetings_of(schedule: ReportSchedule) -> list[CommitteeMeeting]:
    """The meetings of the committee, in order."""
    return list(
        CommitteeMeeting.objects.filter(council=schedule.council_id, schedule=schedule).order_by("held_on")
    )


def meeting_days(schedule: ReportSchedule) -> list[date]:
    """The days on which the committee meets, in order."""
    return [meeting.held_on for meeting in meetings_of(schedule)]


def meeting_of(schedule: ReportSchedule, quarter: Quarter, days: Iterable[date]) -> date | None:
    """The first meeting that can take a report on a quarter: its papers go out after the quarter's end."""
    possible = (day for day in sorted(days) if working_days_before(day, schedule.papers_days) > quarter.end)
    return next(possible, None)


def due_day(schedule: ReportSchedule, quarter: Quarter, meeting: date | None) -> date:
    """The last day for a report: that of the papers, or so many days after the quarter without a meeting."""
    if meeting is None:
        return quarter.end + timedelta(days=schedule.days_to_write)
    return working_days_before(meeting, schedule.papers_days)


def covered_by(schedule: ReportSchedule, quarter: Quarter) -> QuarterSpan:
    """What a report at a quarter's end covers: the quarter, or the half year or year that ends with it."""
    return QuarterSpan.ending(quarter, quarters=MONTHS_BETWEEN.get(Cadence(schedule.cadence), 3) // 3)


def gets_report_on(schedule: ReportSchedule, quarter: Quarter, days: Sequence[date]) -> bool:
    """Whether the committee gets a report on a quarter.

    Every quarter, half year or year by the calendar. A committee on another cadence, such as every school
    term, gets one for each meeting: on the last quarter that had ended when the papers went out.
    """
    between = MONTHS_BETWEEN.get(Cadence(schedule.cadence))
    if between is not None:
        return (quarter.number * 3) % between == 0
    meeting = meeting_of(schedule, quarter, days)
    return meeting is not None and meeting != meeting_of(schedule, quarter.following, days)


def follows_meetings(schedule: ReportSchedule) -> bool:
    """Whether the committee gets a report only for the meetings that are on record."""
    return Cadence(schedule.cadence) not in MONTHS_BETWEEN


def header_values(report: Report) -> dict[str, str]:
    """What each line of a report's header says, as its form has it: its date is the day of the meeting."""
    values = {key: str(report.header.get(key, "")) for key in report.header_fields}
    if HeaderField.MEETING_ON in values:
        values[HeaderField.MEETING_ON] = report.meeting_on.isoformat() if report.meeting_on else ""
    return values
