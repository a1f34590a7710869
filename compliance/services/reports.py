"""Freeze the figures of a report, make it final, and put a final one right."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report, ReportSection
from compliance.policies import PolicyError
from compliance.policies.reports import check_can_be_corrected, check_can_be_final
from compliance.queries.report_changes import changed_blocks
from compliance.queries.report_obstacles import obstacles_of
from compliance.queries.reports import content_of, frozen_blocks, live_blocks, sections_of
from compliance.queries.sign_offs import standing_of
from compliance.services.renditions import request_rendition
from compliance.services.report_opening import next_number
from compliance.services.sign_offs import open_places
from compliance.texts.mentioned_numbers import case_numbers_of_line
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.web.report_blocks import Block

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


def take_changes(*, report: Report, keys: Collection[str], by: User) -> Report:
    """Take some tables of a frozen report as they are today, and leave the others as they were.

    Whatever was signed before counts no more, because the report then says something else. Whoever takes them
    counts as having frozen the figures, so somebody else makes the report final (OP-6).

    Args:
        keys: of the changes that the author was shown and chose, as ``BlockChange.key`` names them.

    Raises:
        PolicyError: unless the report is frozen, something is chosen, and every chosen table still is what
            the author was shown.
    """
    with transaction.atomic():
        locked = locked_report(report)
        if locked.state != ReportState.FROZEN:
            raise PolicyError("The figures of this report are not frozen.")
        if not keys:
            raise PolicyError("Choose at least one table.")
        sections = sections_of(locked)
        before = frozen_blocks(locked)
        now = live_blocks(locked.council, locked, sections, timezone.localdate())
        found = {change.key: change for change in changed_blocks(sections, before, now)}
        if not set(keys) <= set(found):
            raise PolicyError(
                "These figures have changed again since you opened this page. Look at them anew."
            )
        taken = [found[key] for key in dict.fromkeys(keys)]
        locked.snapshot = {
            section.key: [
                block.as_json()
                for block in _mixed(
                    before.get(section.key, ()),
                    now.get(section.key, ()),
                    {change.block_key for change in taken if change.section_key == section.key},
                )
            ]
            for section in sections
            if section.key in before or section.key in now
        }
        locked.frozen_at = timezone.now()
        locked.frozen_by = by
        locked.save(update_fields=["snapshot", "frozen_at", "frozen_by"])
        record(
            action="compliance.report_changes_taken",
            subject=locked,
            details={"tables": [f"{change.section_key}/{change.block_key}" for change in taken]},
        )
    return locked


def _mixed(before: Iterable[Block], now: Iterable[Block], taken: Collection[str]) -> list[Block]:
    """A section's blocks: those taken as they are now, the others as they were."""
    was = {block.key: block for block in before}
    is_now = {block.key: block for block in now}
    found = [is_now.get(key) if key in taken else was.get(key) for key in dict.fromkeys([*was, *is_now])]
    return [block for block in found if block is not None]


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
        check_can_be_final(locked, standing, obstacles_of(content, sections), by)
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
        PolicyError: if the report is not final, or has been put right already: then that one is corrected; or
            if the words tell a number about Channel cases that the report does not print.
    """
    with transaction.atomic():
        wrong = Report.objects.select_for_update(no_key=True, of=("self",)).get(
            council=report.council_id, pk=report.pk
        )
        check_can_be_corrected(wrong, Report.objects.filter(council=wrong.council_id, corrects=wrong).first())
        # Nobody can change these words afterwards, and every edition prints them (rule 8 of the product).
        told = case_numbers_of_line(content_of(wrong.council, wrong), "Correction", correction)
        if told:
            raise PolicyError(told[0])
        corrected = Report.objects.create(
            **{field: getattr(wrong, field) for field in COPIED},
            council_id=wrong.council_id,
            number=next_number(wrong.council_id),
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
