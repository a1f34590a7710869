"""Write a report: the words of its sections and the lines of its header block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from compliance.texts import exempt_information
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


@dataclass(frozen=True)
class Exemption:
    """What keeps a section from the public: paragraph of Schedule 12A and reason; none if it is public."""

    paragraph: int | None = None
    reason: str = ""


def write_section(
    *,
    section: ReportSection,
    by: User,
    narrative: str,
    none_identified: bool,
    version: int,
    exemption: Exemption | None = None,
) -> ReportSection:
    """Save the words of a section. What it said before stays in its revisions.

    Args:
        exemption: whether the section is public; None leaves that as it is.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: if the report is final, "None identified" is no answer here or stands beside words, or a
            section is to be exempt without a paragraph of Schedule 12A and a reason.
    """
    narrative = narrative.replace("\r\n", "\n").strip()
    with transaction.atomic():
        locked_report(section.report)
        locked = ReportSection.objects.select_for_update(no_key=True).get(
            council=section.council_id, pk=section.pk
        )
        present = Exemption(locked.exempt_paragraph, locked.exempt_reason)
        wanted = present if exemption is None else _checked(exemption)
        if none_identified and not locked.none_identified_allowed:
            raise PolicyError("This section needs words; “None identified” is no answer to it.")
        if none_identified and narrative:
            raise PolicyError("Either write the section or select “None identified”, not both.")
        if (narrative, none_identified, wanted) == (locked.narrative, locked.none_identified, present):
            return locked
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=_differences(locked, narrative, none_identified, present, wanted),
            )
        if locked.version == 1:
            _keep(locked, by=locked.updated_by)
        locked.narrative = narrative
        locked.none_identified = none_identified
        locked.exempt_paragraph = wanted.paragraph
        locked.exempt_reason = wanted.reason
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.updated_by = by
        locked.save(
            update_fields=[
                "narrative", "none_identified", "exempt_paragraph", "exempt_reason", "version",
                "updated_at", "updated_by",
            ]
        )  # fmt: skip
        _keep(locked, by=by)
        record(
            action="compliance.report_section_written",
            subject=locked,
            details={"report": locked.report_id, "section": locked.key, "version": locked.version},
        )
        if wanted.paragraph != present.paragraph:
            record(
                action="compliance.report_section_exempted"
                if wanted.paragraph
                else "compliance.report_section_opened",
                subject=locked,
                details={"report": locked.report_id, "section": locked.key, "paragraph": wanted.paragraph},
            )
    return locked


def _checked(exemption: Exemption) -> Exemption:
    reason = exemption.reason.replace("\r\n", "\n").strip()
    if exemption.paragraph is None:
        if reason:
            raise PolicyError("Select the paragraph of Schedule 12A that the reason is about.")
        return Exemption()
    if exemption.paragraph not in exempt_information.PARAGRAPHS:
        raise PolicyError("Schedule 12A has paragraphs 1 to 7.")
    if not reason:
        raise PolicyError("Enter why the public interest is in keeping this section from the public.")
    return Exemption(exemption.paragraph, reason)


def _differences(
    locked: ReportSection, narrative: str, none_identified: bool, present: Exemption, wanted: Exemption
) -> list[Difference]:
    """Both texts, and both ways of keeping the section from the public where they are not the same."""
    found = [
        Difference(
            "narrative",
            locked.heading,
            NONE_IDENTIFIED if locked.none_identified else locked.narrative,
            NONE_IDENTIFIED if none_identified else narrative,
        )
    ]
    if present != wanted:
        found.append(Difference("exempt_paragraph", "Public or exempt", _words(present), _words(wanted)))
    return found


def _words(exemption: Exemption) -> str:
    if exemption.paragraph is None:
        return "Public"
    return f"Exempt: paragraph {exemption.paragraph}. {exemption.reason}"


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
                locked.due_on = due_day(locked.schedule, locked.period.last, locked.meeting_on)
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
