"""Record audits of partners and what they found; a finding may become an action of the council's plan."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.models import AuditFinding, CouncilOrganisation, Organisation, PartnerAudit
from partnerships.policies.editing import require_auditor
from partnerships.policies.organisations import require_link
from partnerships.policies.partner_audits import require_audit, require_finding_text, require_open
from partnerships.policies.refusals import PartnershipRefused
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import check_same_sending
from prevent_portal.web.arising_actions import ArisenAction, Origin, raise_action

_LABELS = {
    "kind": "Kind",
    "title": "Name",
    "audited_on": "Date",
    "carried_out_by": "Carried out by",
    "result": "Result",
    "summary": "Summary",
    "next_due_on": "Next audit",
}


def record_audit(
    *,
    council: Council,
    organisation: Organisation,
    kind: AuditKind,
    audited_on: date,
    token: UUID,
    by: User | None,
    title: str = "",
    carried_out_by: str = "",
    result: AuditResult = AuditResult.AWAITED,
    summary: str = "",
    next_due_on: date | None = None,
) -> PartnerAudit:
    """Record an audit of an organisation that the council has linked.

    Args:
        token: of the form; the same token again returns the audit that is there and changes nothing.

    Raises:
        PartnershipRefused: without a link, for a day in the future, or a next audit that is not later.
    """
    require_auditor(by, council)
    with transaction.atomic():
        # Two sendings of one form take turns here, so that the second finds what the first wrote.
        link = require_link(
            CouncilOrganisation.objects.select_for_update(of=("self",))
            .filter(council=council, organisation=organisation)
            .first()
        )
        sent = PartnerAudit.objects.filter(council=council, token=token).first()
        if sent is not None:
            check_same_sending(
                same_thing=sent.link_id == link.pk, same_person=sent.created_by_id == (by.pk if by else None)
            )
            return sent
        require_audit(audited_on, next_due_on, timezone.localdate())
        audit = PartnerAudit.objects.create(
            council=council,
            link=link,
            kind=kind,
            title=title.strip(),
            audited_on=audited_on,
            carried_out_by=carried_out_by.strip(),
            result=result,
            summary=summary.strip(),
            next_due_on=next_due_on,
            token=token,
            created_by=by,
            changed_by=by,
        )
        record(
            action="partnerships.audit_recorded",
            subject=audit,
            details={"organisation": organisation.pk, "kind": kind.value},
        )
    return audit


def change_audit(
    *,
    audit: PartnerAudit,
    kind: AuditKind,
    audited_on: date,
    title: str,
    carried_out_by: str,
    result: AuditResult,
    summary: str,
    next_due_on: date | None,
    version: int,
    by: User,
) -> PartnerAudit:
    """Change an audit.

    Raises:
        PartnershipRefused: for a day in the future, or a next audit that is not later.
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    require_auditor(by, audit.council)
    with transaction.atomic():
        locked = _lock(audit)
        values = {
            "kind": kind,
            "title": title.strip(),
            "audited_on": audited_on,
            "carried_out_by": carried_out_by.strip(),
            "result": result,
            "summary": summary.strip(),
            "next_due_on": next_due_on,
        }
        require_version(locked, version, values, _LABELS)
        require_audit(audited_on, next_due_on, timezone.localdate())
        changed = save_next(locked, values, and_then={"changed_by": by, "changed_at": timezone.now()})
        if changed:
            record(action="partnerships.audit_changed", subject=locked, details={"fields": changed})
    return locked


def add_finding(*, audit: PartnerAudit, text: str, by: User | None) -> AuditFinding:
    """Add what an audit found. The same text again is one finding.

    Raises:
        PartnershipRefused: for a finding that says nothing.
    """
    require_auditor(by, audit.council)
    require_finding_text(text)
    with transaction.atomic():
        locked = _lock(audit)
        known = AuditFinding.objects.filter(
            council=locked.council_id, audit=locked, text=text.strip()
        ).first()
        if known is not None:
            return known
        last = AuditFinding.objects.filter(council=locked.council_id, audit=locked).aggregate(
            last=Max("number")
        )["last"]
        finding = AuditFinding.objects.create(
            council=locked.council, audit=locked, number=(last or 0) + 1, text=text.strip()
        )
        record(
            action="partnerships.finding_added",
            subject=finding,
            details={"audit": locked.pk, "number": finding.number},
        )
    return finding


def close_finding(*, finding: AuditFinding, words: str, version: int, by: User) -> AuditFinding:
    """Close a finding, saying what was done about it.

    Raises:
        PartnershipRefused: without words, or for one that is closed.
        StaleVersion: if somebody changed it since ``version``.
    """
    require_auditor(by, finding.council)
    if not words.strip():
        raise PartnershipRefused("Say what was done about the finding.")
    with transaction.atomic():
        locked = _lock_finding(finding)
        require_open(locked)
        require_version(locked, version)
        save_next(
            locked,
            {
                "state": FindingState.CLOSED,
                "closed_on": timezone.localdate(),
                "closing_words": words.strip(),
            },
        )
        record(action="partnerships.finding_closed", subject=locked, details={"audit": locked.audit_id})
    return locked


def raise_finding_action(
    *, finding: AuditFinding, title: str, owner: User | None, due_on: date, by: User
) -> ArisenAction:
    """Let a finding become an action of the council's current plan, once.

    Raises:
        PolicyError: where there is no current plan, for an owner without a role, or a finding that is closed
            or has its action already.
    """
    require_auditor(by, finding.council)
    with transaction.atomic():
        locked = _lock_finding(finding)
        require_open(locked)
        if locked.action_id is not None:
            raise PartnershipRefused("This finding has its action already.")
        council = locked.council
        action = raise_action(
            council=council,
            title=title.strip(),
            owner=owner,
            due_on=due_on,
            # The plan is read by more people than audits are: it names neither the partner nor the audit.
            origin=Origin(f"an audit of a partner, finding {locked.number}"),
            by=by,
        )
        save_next(locked, {"action_id": action.id})
        record(
            action="partnerships.finding_action_raised",
            subject=locked,
            details={"audit": locked.audit_id, "action": action.id},
        )
    return action


def _lock(audit: PartnerAudit) -> PartnerAudit:
    return (
        PartnerAudit.objects.select_for_update(of=("self",))
        .select_related("council", "link__organisation")
        .get(council=audit.council_id, pk=audit.pk)
    )


def _lock_finding(finding: AuditFinding) -> AuditFinding:
    return (
        AuditFinding.objects.select_for_update(of=("self",))
        .select_related("council", "audit__link__organisation")
        .get(council=finding.council_id, pk=finding.pk)
    )
