"""Say which committee gets a report, how often, by whom, and when it meets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import CommitteeMeeting, Report, ReportSchedule, ReportTemplate
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.queries.report_dates import due_day, meeting_days, meeting_of
from compliance.queries.report_templates import fingerprint
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

LABELS = {
    "title": "Title",
    "committee": "Committee",
    "board": "Board",
    "cadence": "How often",
    "author": "Author",
    "header": "Header lines",
    "days_to_write": "Days to write, without a meeting",
    "advice_days": "Working days for advice",
    "sign_off_days": "Working days for sign-off",
    "papers_days": "Working days for papers",
    "starts_on": "First day",
    "ends_on": "Last day",
}


def schedule_report(
    *,
    council: Council,
    by: User | None,
    template: ReportTemplate,
    title: str,
    committee: str,
    author: User | None = None,
    board: Board | None = None,
    header: Mapping[str, str] | None = None,
    cadence: Cadence = Cadence.QUARTERLY,
    starts_on: date | None = None,
    **days: int,
) -> ReportSchedule:
    """Say that a committee gets a report on a cadence. Beat opens its drafts from then on.

    Args:
        days: ``days_to_write``, ``advice_days``, ``sign_off_days`` and ``papers_days`` where they differ from
            what is usual.

    Raises:
        PolicyError: if this committee gets this report already, the template is retired, or the days are not
            in order.
    """
    with transaction.atomic():
        # The template's lock makes a retirement at the same moment wait, and then find the schedule.
        locked = ReportTemplate.objects.select_for_update(no_key=True).get(council=council, pk=template.pk)
        if locked.retired_at is not None:
            raise PolicyError("This template is retired, so no new report starts from it.")
        wanted = ReportSchedule(council=council, **days)
        _check_days(wanted.advice_days, wanted.sign_off_days, wanted.papers_days)
        schedule, created = ReportSchedule.objects.get_or_create(
            council=council,
            template=template,
            committee=committee,
            defaults={
                "title": title,
                "author": author,
                "board": board,
                "header": dict(header or {}),
                "cadence": cadence,
                "starts_on": starts_on or timezone.localdate(),
                **days,
            },
        )
        if not created:
            raise _gets_it_already(committee)
        record(
            action="compliance.report_scheduled",
            subject=schedule,
            details={"template": template.pk, "by": by.pk if by else None},
        )
    return schedule


def change_schedule(
    *,
    schedule: ReportSchedule,
    by: User,
    version: int,
    title: str,
    committee: str,
    cadence: str,
    author: User | None,
    board: Board | None,
    header: Mapping[str, str],
    days_to_write: int,
    advice_days: int,
    sign_off_days: int,
    papers_days: int,
    starts_on: date,
    ends_on: date | None,
) -> ReportSchedule:
    """Change a schedule. Reports that are open keep their title and author; their last day follows.

    Args:
        version: the fingerprint of the schedule as the person saw it.

    Raises:
        StaleVersion: if somebody changed the schedule since.
        PolicyError: if the committee gets this report already, or days are not in order.
    """
    if ends_on is not None and ends_on < starts_on:
        raise PolicyError("The last day must be on or after the first day.")
    _check_days(advice_days, sign_off_days, papers_days)
    wanted: dict[str, Any] = {
        "title": title.strip(),
        "committee": committee.strip(),
        "cadence": Cadence(cadence),
        "author": author,
        "board": board,
        "header": {key: value.strip() for key, value in header.items() if value.strip()},
        "days_to_write": days_to_write,
        "advice_days": advice_days,
        "sign_off_days": sign_off_days,
        "papers_days": papers_days,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with transaction.atomic():
        locked = _locked(schedule)
        changed = [key for key, value in wanted.items() if getattr(locked, key) != value]
        if not changed:
            return locked
        stands = fingerprint(locked)
        if version != stands:
            raise StaleVersion(
                version=stands,
                differences=[
                    Difference(key, LABELS[key], _words(getattr(locked, key)), _words(wanted[key]))
                    for key in changed
                ],
            )
        meetings = _meetings_of_open_reports(locked)
        for key in changed:
            setattr(locked, key, wanted[key])
        try:
            with transaction.atomic():
                locked.save(update_fields=changed)
        except IntegrityError as taken:
            if "report_scheduled_once_per_committee" not in str(taken):
                raise
            raise _gets_it_already(locked.committee) from taken
        _follow(locked, meetings)
        record(action="compliance.report_schedule_changed", subject=locked, details={"fields": changed})
    return locked


def add_meeting(*, schedule: ReportSchedule, by: User | None, held_on: date) -> CommitteeMeeting:
    """Record a day on which the committee meets. Open reports follow, unless their author set another day.

    Raises:
        PolicyError: if the day is on record already.
    """
    with transaction.atomic():
        locked = _locked(schedule)
        meetings = _meetings_of_open_reports(locked)
        meeting, created = CommitteeMeeting.objects.get_or_create(
            council_id=locked.council_id, schedule=locked, held_on=held_on
        )
        if not created:
            raise PolicyError(f"{british_date(held_on)} is on record already.")
        _follow(locked, meetings)
        record(action="compliance.committee_meeting_added", subject=locked, details={"held_on": held_on})
    return meeting


def remove_meeting(*, meeting: CommitteeMeeting, by: User) -> ReportSchedule:
    """Take a day off the record on which the committee does not meet after all. Open reports follow."""
    with transaction.atomic():
        locked = _locked(meeting.schedule)
        meetings = _meetings_of_open_reports(locked)
        removed, _ = CommitteeMeeting.objects.filter(council=locked.council_id, pk=meeting.pk).delete()
        if removed:
            _follow(locked, meetings)
            record(
                action="compliance.committee_meeting_removed",
                subject=locked,
                details={"held_on": meeting.held_on},
            )
    return locked


def _locked(schedule: ReportSchedule) -> ReportSchedule:
    return ReportSchedule.objects.select_for_update(no_key=True).get(
        council=schedule.council_id, pk=schedule.pk
    )


def _check_days(advice: int, sign_off: int, papers: int) -> None:
    if not advice >= sign_off >= papers:
        raise PolicyError(
            "Advice comes before sign-off and sign-off before the papers, so the working days before the "
            "meeting cannot grow from one to the next."
        )


def _gets_it_already(committee: str) -> PolicyError:
    return PolicyError(f"{committee} gets this report already.")


def _meetings_of_open_reports(schedule: ReportSchedule) -> list[tuple[Report, bool]]:
    """Every report that is not final, and whether its meeting and last day are those of the schedule."""
    days = meeting_days(schedule)
    reports = (
        Report.objects.select_for_update(no_key=True)
        .filter(council=schedule.council_id, schedule=schedule, corrects__isnull=True)
        .exclude(state=ReportState.FINAL)
        .defer("snapshot")
    )
    return [
        (report, report.meeting_on == meeting_of(schedule, report.period.last, days)) for report in reports
    ]


def _follow(schedule: ReportSchedule, reports: list[tuple[Report, bool]]) -> None:
    """Give open reports the meeting that the schedule now has for them; an author's own day stays."""
    days = meeting_days(schedule)
    for report, follows in reports:
        if follows:
            report.meeting_on = meeting_of(schedule, report.period.last, days)
        due_on = due_day(schedule, report.period.last, report.meeting_on)
        if follows or due_on != report.due_on:
            report.due_on = due_on
            report.save(update_fields=["meeting_on", "due_on"])


def _words(value: Any) -> str:
    if value is None:
        return "Nothing"
    if isinstance(value, User):
        return display_name(value)
    if isinstance(value, date):
        return british_date(value)
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {words}" for key, words in value.items())
    return Cadence(value).label if value in Cadence.values else str(value)
