"""Open a report, write it, freeze its figures, make it final."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from compliance.enums import HeaderField, ReportState
from compliance.models import (
    Report,
    ReportSchedule,
    ReportSection,
    SectionRevision,
    TemplateSection,
)
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.policies.reports import check_can_be_final
from compliance.queries.report_content import NONE_IDENTIFIED
from compliance.queries.reports import live_blocks, sections_of
from partnerships.enums import Cadence
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter

MONTHS_BETWEEN = {Cadence.QUARTERLY: 3, Cadence.SIX_MONTHLY: 6, Cadence.ANNUAL: 12}
"""Cadences that fit quarters. A committee on another one asks for its reports by hand."""


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
        for quarter in (running.previous, running):
            if quarter.end >= schedule.starts_on and _has_report_for(schedule, quarter):
                report, created = open_report(schedule=schedule, quarter=quarter)
                if created:
                    opened.append(report)
    return opened


def _has_report_for(schedule: ReportSchedule, quarter: Quarter) -> bool:
    between = MONTHS_BETWEEN.get(Cadence(schedule.cadence))
    return between is not None and (quarter.number * 3) % between == 0


def open_report(*, schedule: ReportSchedule, quarter: Quarter) -> tuple[Report, bool]:
    """Open the draft of a schedule for a quarter, with its template's sections as they are today.

    Returns:
        The report, and whether it is new. Two calls at once open one.
    """
    council_id = schedule.council_id
    with transaction.atomic():
        # The lock of the schedule makes the second of two calls wait and then find the first one's report.
        ReportSchedule.objects.select_for_update(no_key=True).get(council=council_id, pk=schedule.pk)
        found = Report.objects.filter(
            council=council_id, schedule=schedule, period_start=quarter.start
        ).first()
        if found is not None:
            return found, False
        # One lock per council for the numbers, whatever the schedule.
        Council.objects.select_for_update(no_key=True).get(pk=council_id)
        highest = Report.objects.filter(council=council_id).aggregate(highest=Max("number"))["highest"]
        report = Report.objects.create(
            council_id=council_id,
            number=(highest or 0) + 1,
            template=schedule.template,
            schedule=schedule,
            title=schedule.title,
            committee=schedule.committee,
            numbering=schedule.template.numbering,
            period_start=quarter.start,
            period_end=quarter.end,
            due_on=quarter.end + timedelta(days=schedule.days_to_write),
            author=schedule.author,
            header_fields=schedule.template.header_fields,
            header=schedule.header,
        )
        ReportSection.objects.bulk_create(
            ReportSection(
                council_id=council_id,
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
                narrative=section.starts_with,
            )
            for section in TemplateSection.objects.filter(
                council=council_id, template=schedule.template
            ).order_by("position")
        )
        record(
            action="compliance.report_opened",
            subject=report,
            details={"schedule": schedule.pk, "period_start": quarter.start},
        )
    return report, True


def _locked(report: Report) -> Report:
    """The report, locked, unless it is final."""
    locked = Report.objects.select_for_update(no_key=True).get(council=report.council_id, pk=report.pk)
    if locked.state == ReportState.FINAL:
        raise PolicyError("This report is final, so it stays as it is.")
    return locked


def write_section(
    *, section: ReportSection, by: User, narrative: str, none_identified: bool, version: int
) -> ReportSection:
    """Save the words of a section. What it said before stays in its revisions.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: if the report is final, or "None identified" is no answer here or stands beside words.
    """
    narrative = narrative.replace("\r\n", "\n").strip()
    with transaction.atomic():
        _locked(section.report)
        locked = ReportSection.objects.select_for_update(no_key=True).get(
            council=section.council_id, pk=section.pk
        )
        if none_identified and not locked.none_identified_allowed:
            raise PolicyError("This section needs words; “None identified” is no answer to it.")
        if none_identified and narrative:
            raise PolicyError("Either write the section or select “None identified”, not both.")
        if (narrative, none_identified) == (locked.narrative, locked.none_identified):
            return locked
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(
                        "narrative",
                        locked.heading,
                        NONE_IDENTIFIED if locked.none_identified else locked.narrative,
                        NONE_IDENTIFIED if none_identified else narrative,
                    )
                ],
            )
        if locked.version == 1:
            _keep(locked, by=locked.updated_by)
        locked.narrative = narrative
        locked.none_identified = none_identified
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.updated_by = by
        locked.save(update_fields=["narrative", "none_identified", "version", "updated_at", "updated_by"])
        _keep(locked, by=by)
        record(
            action="compliance.report_section_written",
            subject=locked,
            details={"report": locked.report_id, "section": locked.key, "version": locked.version},
        )
    return locked


def _keep(section: ReportSection, *, by: User | None) -> None:
    SectionRevision.objects.create(
        council_id=section.council_id,
        section=section,
        version=section.version,
        narrative=section.narrative,
        none_identified=section.none_identified,
        by=by,
    )


def change_header(*, report: Report, by: User, header: Mapping[str, str], version: int) -> Report:
    """Save the lines of the header block.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if the report is final.
    """
    with transaction.atomic():
        locked = _locked(report)
        wanted = {key: value.strip() for key, value in header.items() if key in locked.header_fields}
        changed = {key: value for key, value in wanted.items() if value != str(locked.header.get(key, ""))}
        if not changed:
            return locked
        if version != locked.header_version:
            raise StaleVersion(
                version=locked.header_version,
                differences=[
                    Difference(key, HeaderField(key).label, str(locked.header.get(key, "")), value)
                    for key, value in changed.items()
                ],
            )
        locked.header = {**locked.header, **wanted}
        locked.header_version += 1
        locked.save(update_fields=["header", "header_version"])
        record(action="compliance.report_header_changed", subject=locked, details={"fields": sorted(changed)})
    return locked


def freeze(*, report: Report, by: User) -> Report:
    """Take the figures as they are today; from now on the report shows these.

    Raises:
        PolicyError: if they are frozen already.
    """
    with transaction.atomic():
        locked = _locked(report)
        if locked.state != ReportState.DRAFT:
            raise PolicyError("The figures of this report are frozen already.")
        today = timezone.localdate()
        blocks = live_blocks(locked.council, locked, sections_of(locked), today)
        locked.state = ReportState.FROZEN
        locked.as_at = today
        locked.snapshot = {key: [block.as_json() for block in own] for key, own in blocks.items()}
        locked.frozen_at = timezone.now()
        locked.frozen_by = by
        locked.save(update_fields=["state", "as_at", "snapshot", "frozen_at", "frozen_by"])
        record(action="compliance.report_frozen", subject=locked, details={"as_at": today})
    return locked


def thaw(*, report: Report, by: User) -> Report:
    """Let the figures of a frozen report live again, until it is frozen anew. Documents made of it stay.

    Raises:
        PolicyError: unless the report is frozen and not final.
    """
    with transaction.atomic():
        locked = _locked(report)
        if locked.state != ReportState.FROZEN:
            raise PolicyError("The figures of this report are not frozen.")
        locked.state = ReportState.DRAFT
        locked.as_at = None
        locked.snapshot = None
        locked.frozen_at = None
        locked.frozen_by = None
        locked.save(update_fields=["state", "as_at", "snapshot", "frozen_at", "frozen_by"])
        record(action="compliance.report_thawed", subject=locked, details={"by": by.pk})
    return locked


def finalise(*, report: Report, by: User) -> Report:
    """Make a frozen report final: nothing in it changes afterwards (rule 12 of the product).

    Raises:
        PolicyError: if it is not frozen, a required section is empty, or the person froze it (OP-6).
    """
    with transaction.atomic():
        locked = _locked(report)
        check_can_be_final(locked, sections_of(locked), by)
        locked.state = ReportState.FINAL
        locked.final_at = timezone.now()
        locked.final_by = by
        locked.save(update_fields=["state", "final_at", "final_by"])
        record(action="compliance.report_finalised", subject=locked)
    return locked
