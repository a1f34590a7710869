"""Remark on a section of a report, and settle a remark. Comments are never part of a report."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from compliance.models import ReportSection, SectionComment
from compliance.policies import PolicyError
from compliance.services.reports import locked_report
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def add_comment(*, section: ReportSection, by: User, text: str) -> SectionComment:
    """Put a remark beside a section. The same open remark of the same person is there once.

    Raises:
        PolicyError: for a final report, or no words.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise PolicyError("Enter a comment.")
    with transaction.atomic():
        locked_report(section.report)
        same = SectionComment.objects.filter(
            council=section.council_id, section=section, by=by, text=text, settled_at__isnull=True
        ).first()
        if same is not None:
            return same
        comment = SectionComment.objects.create(
            council_id=section.council_id, section=section, by=by, text=text
        )
        record(
            action="compliance.report_section_commented",
            subject=section,
            details={"report": section.report_id, "comment": comment.pk},
        )
    return comment


def settle_comment(*, comment: SectionComment, by: User) -> SectionComment:
    """Mark a remark as settled; it stays to be read. Settled twice, it is settled once.

    Raises:
        PolicyError: for a final report.
    """
    with transaction.atomic():
        locked_report(comment.section.report)
        locked = SectionComment.objects.select_for_update(no_key=True).get(
            council=comment.council_id, pk=comment.pk
        )
        if locked.settled_at is not None:
            return locked
        locked.settled_at = timezone.now()
        locked.settled_by = by
        locked.save(update_fields=["settled_at", "settled_by"])
        record(
            action="compliance.report_comment_settled",
            subject=comment.section,
            details={"report": comment.section.report_id, "comment": locked.pk},
        )
    return locked
