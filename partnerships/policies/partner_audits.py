"""In what state an audit of a partner or its findings may change."""

from __future__ import annotations

from datetime import date

from partnerships.enums import FindingState
from partnerships.models import AuditFinding
from partnerships.policies.refusals import PartnershipRefused


def require_audit(audited_on: date, next_due_on: date | None, today: date) -> None:
    """Refuse an audit of the future, and a next one that is not after it."""
    if audited_on > today:
        raise PartnershipRefused("The date of the audit must be today or in the past.")
    if next_due_on is not None and next_due_on <= audited_on:
        raise PartnershipRefused("The next audit must be after this one.")


def require_finding_text(text: str) -> None:
    """Refuse a finding that says nothing."""
    if not text.strip():
        raise PartnershipRefused("Enter what the audit found.")


def require_open(finding: AuditFinding) -> None:
    """Refuse to change a finding that is closed."""
    if finding.state != FindingState.OPEN:
        raise PartnershipRefused("This finding is closed.")
