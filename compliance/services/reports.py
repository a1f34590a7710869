"""Freeze the figures of a report, make it final, and put a final one right."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report, ReportSection
from compliance.policies import PolicyError
from compliance.policies.reports import check_can_be_corrected, check_can_be_final
from compliance.queries.report_obstacles import obstacles_of
from compliance.queries.reports import content_of, live_blocks, sections_of
from compliance.queries.sign_offs import standing_of
from compliance.services.renditions import request_rendition
from compliance.services.sign_offs import open_places
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

COPIED = (
    "template", "schedule", "title", "committee", "numbering", "period_start", "period_end", "due_on",
    "meeting_on", "header_fields", "header", "as_at", "snapshot", "signatories",
)  # fmt: skip
"""What a report that corrects another one starts with."""

COPIED_OF_A_SECTION = (
    "position", "key", "heading", "level", "kind", "numbered", "blocks", "required",
    "none_identified_allowed", "guidance", "adviser", "narrative", "none_identified", "exempt_paragraph",
    "exempt_reason",
)  # fmt: skip


def locked_report(report: Report) -> Report:
    """The report, locked, unless it is final."""
    locked = Report.objects.select_for_update(no_key=True).get(council=report.council_id, pk=report.pk)
    if locked.state == ReportState.FINAL:
        raise PolicyError("This report is final, so it stays as it is.")
    return locked


def freeze(*, report: Report, by: User) -> Report:
    """Take the figures as they are today; from now on the report shows these.

    Raises:
        PolicyError: if they are frozen already.
    """
    with transaction.atomic():
        locked = locked_report(report)
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
        locked = locked_report(report)
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

    What it says is kept as its final version, from which its files are made and its pages read.

    Raises:
        PolicyError: if it is not frozen, something stands in the way, a signature is missing or counts no
            more, or the person froze or wrote it (OP-6).
    """
    with transaction.atomic():
        locked = locked_report(report)
        sections = sections_of(locked)
        content = content_of(locked.council, locked, sections)
        standing = standing_of(locked, content)
        check_can_be_final(locked, standing, obstacles_of(locked, content, sections), by)
        locked.state = ReportState.FINAL
        locked.final_at = timezone.now()
        locked.final_by = by
        locked.save(update_fields=["state", "final_at", "final_by"])
        record(action="compliance.report_finalised", subject=locked)
        request_rendition(report=locked, by=by)
    return locked


def correct(*, report: Report, by: User, correction: str) -> Report:
    """Open the report that puts a final one right. The final one stays as it is.

    It starts as a copy, frozen figures included, says what it changes and which report it puts right, and is
    signed and made final like any other.

    Args:
        correction: what changes, in words that the corrected report prints.

    Raises:
        PolicyError: if the report is not final, or has been put right already: then that one is corrected.
    """
    with transaction.atomic():
        wrong = Report.objects.select_for_update(no_key=True, of=("self",)).get(
            council=report.council_id, pk=report.pk
        )
        check_can_be_corrected(wrong, Report.objects.filter(council=wrong.council_id, corrects=wrong).first())
        # One lock per council for the numbers, as where a report is opened.
        Council.objects.select_for_update(no_key=True).get(pk=wrong.council_id)
        highest = Report.objects.filter(council=wrong.council_id).aggregate(highest=Max("number"))["highest"]
        corrected = Report.objects.create(
            **{field: getattr(wrong, field) for field in COPIED},
            council_id=wrong.council_id,
            number=(highest or 0) + 1,
            author=by,
            state=ReportState.FROZEN,
            frozen_at=timezone.now(),
            frozen_by=by,
            corrects=wrong,
            correction=correction.strip(),
        )
        ReportSection.objects.bulk_create(
            ReportSection(
                council_id=wrong.council_id,
                report=corrected,
                **{field: getattr(section, field) for field in COPIED_OF_A_SECTION},
            )
            for section in sections_of(wrong)
        )
        open_places(report=corrected)
        record(
            action="compliance.report_corrected",
            subject=corrected,
            details={"corrects": wrong.pk, "number": corrected.number},
        )
    return corrected
