"""Open the drafts that committees are due."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from compliance.models import Report, ReportSchedule, ReportSection
from compliance.queries.report_dates import covered_by, due_day, gets_report_on, meeting_days, meeting_of
from compliance.queries.report_templates import opened_section, sections_in_order
from compliance.services.sign_offs import open_places
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter


def open_due(*, council: Council, today: date) -> list[Report]:
    """Open the drafts that every schedule of the council should have on a day. Safe to call at any time.

    Two quarters at most: the one that has ended, whose report is due, and the running one, which fills as
    returns arrive, so that on the first day after it the draft is already there.
    """
    schedules = ReportSchedule.objects.filter(council=council, starts_on__lte=today).exclude(
        ends_on__lt=today
    )
    opened = []
    running = Quarter.of(today)
    for schedule in schedules.select_related("template", "author"):
        days = meeting_days(schedule)
        for quarter in (running.previous, running):
            if quarter.end >= schedule.starts_on and gets_report_on(schedule, quarter, days):
                report, created = open_report(schedule=schedule, quarter=quarter)
                if created:
                    opened.append(report)
    return opened


def open_report(*, schedule: ReportSchedule, quarter: Quarter) -> tuple[Report, bool]:
    """Open the draft of a schedule at a quarter's end, with its template's sections as they are today.

    It covers that quarter, or the half year or year that ends with it where the committee gets one so often.
    It is meant for the next meeting whose papers go out after the quarter, and its places of the sign-off are
    opened with it.

    Returns:
        The report, and whether it is new. Two calls at once open one.
    """
    council_id = schedule.council_id
    with transaction.atomic():
        # The lock of the schedule makes the second of two calls wait and then find the first one's report.
        ReportSchedule.objects.select_for_update(no_key=True).get(council=council_id, pk=schedule.pk)
        found = Report.objects.filter(
            council=council_id, schedule=schedule, period_end=quarter.end, corrects__isnull=True
        ).first()
        if found is not None:
            return found, False
        covered = covered_by(schedule, quarter)
        meeting = meeting_of(schedule, quarter, meeting_days(schedule))
        report = Report.objects.create(
            council_id=council_id,
            number=next_number(council_id),
            template=schedule.template,
            schedule=schedule,
            title=schedule.title,
            committee=schedule.committee,
            numbering=schedule.template.numbering,
            period_start=covered.start,
            period_end=covered.end,
            meeting_on=meeting,
            due_on=due_day(schedule, quarter, meeting),
            author=schedule.author,
            header_fields=schedule.template.header_fields,
            header=schedule.header,
            signatories=schedule.template.signatories,
        )
        ReportSection.objects.bulk_create(
            opened_section(section, report) for section in sections_in_order(schedule.template)
        )
        open_places(report=report)
        record(
            action="compliance.report_opened",
            subject=report,
            details={"schedule": schedule.pk, "period_start": covered.start},
        )
    return report, True


def next_number(council_id: int) -> int:
    """The number of a council's next report, held for this transaction.

    The council's lock makes the second of two that open at once wait for the first one's number.
    """
    Council.objects.select_for_update(no_key=True).get(pk=council_id)
    highest = Report.objects.filter(council=council_id).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
