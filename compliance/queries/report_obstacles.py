"""What stands in the way of a final report, and what its author should know of before."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.models import Consultation, Report, ReportSection
from compliance.queries.report_content import Content, unwritten
from compliance.texts.mentioned_numbers import (
    case_numbers_in_tables,
    unreleased_case_numbers,
    unsupported_numbers,
)
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks


def obstacles_of(content: Content, sections: Sequence[ReportSection]) -> list[str]:
    """Sentences, each of which keeps the report from being handed in and from being made final."""
    found = []
    missing = unwritten(sections)
    if missing:
        names = ", ".join(f"“{section.heading}”" for section in missing)
        found.append(f"Write these sections first: {names}.")
    return found + not_publishable(content)


def not_publishable(content: Content) -> list[str]:
    """What a public section says or shows and may not, in sentences for its author."""
    return not_for_the_public(content) + unreleased_case_numbers(content)


def not_for_the_public(content: Content) -> list[str]:
    """Tables that may stand in an exempt section only, and stand in one that everybody may read (rule 8)."""
    return [
        f"“{section['heading']}” holds “{part['block']['title']}”. {part['block']['not_public']} "
        "Make the section exempt, or take the table out."
        for section in content["sections"]
        if not section["exempt"]
        for part in section["parts"]
        if part["kind"] == "block" and part["block"].get("not_public") and part["block"]["rows"]
    ]


def withheld_tables(council: Council, content: Content) -> list[str]:
    """Tables of a frozen content that the council does not publish today, each with the reason (rule 8)."""
    return [
        f"“{section['heading']}” holds “{part['block']['title']}”. {reason}"
        for section in content["sections"]
        for part in section["parts"]
        if part["kind"] == "block" and part["block"]["rows"]
        if (reason := report_blocks.withheld(part["block"]["key"], council))
    ]


def warnings_of(report: Report, content: Content) -> list[str]:
    """Sentences that keep nobody from anything: advice that is out, and numbers to look at."""
    sought = Consultation.objects.filter(
        council=report.council_id,
        section__report=report,
        included_on__isnull=True,
        withdrawn_at__isnull=True,
    ).order_by("title")
    advice = [
        f"Advice was sought from {consultation.title} and is not included yet."
        if consultation.answered_at is None
        else f"{consultation.title} has answered, and the advice is not marked as included."
        for consultation in sought
    ]
    return advice + unsupported_numbers(content) + case_numbers_in_tables(content)
