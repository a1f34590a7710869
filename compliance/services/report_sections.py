"""Write a report: the words of its sections and the lines of its header block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from compliance.enums import HeaderField
from compliance.models import (
    Report,
    ReportSection,
    SectionRevision,
)
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.queries.report_content import NONE_IDENTIFIED
from compliance.queries.report_dates import due_day, header_values
from compliance.services.reports import locked_report
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


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
        locked_report(section.report)
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
    """Save the lines of the header block. Its date is the meeting's, from which others are worked back.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if the report is final, or the day of the meeting is no date.
    """
    with transaction.atomic():
        locked = locked_report(report)
        stands = header_values(locked)
        wanted = {key: value.strip() for key, value in header.items() if key in locked.header_fields}
        changed = {key: value for key, value in wanted.items() if value != stands.get(key, "")}
        if not changed:
            return locked
        if version != locked.header_version:
            raise StaleVersion(
                version=locked.header_version,
                differences=[
                    Difference(key, HeaderField(key).label, stands.get(key, ""), value)
                    for key, value in changed.items()
                ],
            )
        if HeaderField.MEETING_ON in changed:
            locked.meeting_on = _day(changed[HeaderField.MEETING_ON])
            if locked.schedule is not None:
                locked.due_on = due_day(locked.schedule, locked.period, locked.meeting_on)
        wanted.pop(HeaderField.MEETING_ON, None)
        locked.header = {**locked.header, **wanted}
        locked.header_version += 1
        locked.save(update_fields=["header", "header_version", "meeting_on", "due_on"])
        record(action="compliance.report_header_changed", subject=locked, details={"fields": sorted(changed)})
    return locked


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as wrong:
        raise PolicyError("The day of the meeting must be a real date.") from wrong
