"""Words about a risk that may be published: one person proposes them, another approves (OP-6)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from compliance.enums import SummaryState
from compliance.models import Risk, RiskSummary
from compliance.policies import PolicyError
from compliance.policies.risks import Declaration, check_restricted_words
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def propose_summary(
    *, risk: Risk, by: User, heading: str, text: str, declaration: Declaration
) -> RiskSummary:
    """Propose words for publication. A proposal that waits is replaced; what is published stays until then.

    Raises:
        PolicyError: without the declaration, for words that seem to be intelligence or to name a person, for
            empty words, and for a closed risk.
    """
    check_restricted_words(declaration, [heading, text], timezone.localdate())
    if not heading.strip() or not text.strip():
        raise PolicyError("Enter a heading and a summary.")
    with transaction.atomic():
        locked = Risk.objects.select_for_update(of=("self",), no_key=True).get(
            council=risk.council_id, pk=risk.pk
        )
        if not locked.is_open:
            raise PolicyError("This risk is closed. A closed risk has no summary to publish.")
        RiskSummary.objects.filter(council=risk.council_id, risk=risk, state=SummaryState.PROPOSED).update(
            state=SummaryState.WITHDRAWN, withdrawn_by=by, withdrawn_at=timezone.now()
        )
        summary = RiskSummary.objects.create(
            council=risk.council, risk=locked, heading=heading, text=text, proposed_by=by
        )
        _record("compliance.risk_summary_proposed", summary, locked, restricted=True)
    return summary


def approve_summary(*, summary: RiskSummary, by: User) -> RiskSummary:
    """Approve somebody else's words for publication. The ones published before are withdrawn.

    Raises:
        PolicyError: for one's own words, and for a summary that does not wait any more.
    """
    with transaction.atomic():
        locked = _lock(summary)
        if locked.state != SummaryState.PROPOSED:
            raise PolicyError("This summary does not wait for approval any more.")
        if locked.proposed_by_id == by.pk:
            raise PolicyError("You proposed these words, so somebody else approves them.")
        now = timezone.now()
        RiskSummary.objects.filter(
            council=locked.council_id, risk=locked.risk_id, state=SummaryState.APPROVED
        ).update(state=SummaryState.WITHDRAWN, withdrawn_by=by, withdrawn_at=now)
        locked.state = SummaryState.APPROVED
        locked.approved_by = by
        locked.approved_at = now
        locked.save(update_fields=["state", "approved_by", "approved_at"])
        _record("compliance.risk_summary_approved", locked, None, restricted=False)
    return locked


def withdraw_summary(*, summary: RiskSummary, by: User) -> RiskSummary:
    """Take words back, proposed or published. The audience still sees that they were there."""
    with transaction.atomic():
        locked = _lock(summary)
        if locked.state == SummaryState.WITHDRAWN:
            return locked
        was_public = locked.state == SummaryState.APPROVED
        locked.state = SummaryState.WITHDRAWN
        locked.withdrawn_by = by
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
        _record("compliance.risk_summary_withdrawn", locked, None, restricted=not was_public)
    return locked


def _lock(summary: RiskSummary) -> RiskSummary:
    return RiskSummary.objects.select_for_update(of=("self",), no_key=True).get(
        council=summary.council_id, pk=summary.pk
    )


def _record(action: str, summary: RiskSummary, risk: Risk | None, *, restricted: bool) -> None:
    details = {"reference": risk.reference} if risk else {}
    record(action=action, subject=summary, details=details, restricted=restricted)
