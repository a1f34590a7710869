"""Reads of audits of partners."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.models import AuditFinding, PartnerAudit
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council
from prevent_portal.web.arising_actions import Origin
from prevent_portal.web.dates import british_date

AUDIT_EVIDENCE = "partnerships.audit"
"""The kind under which evidence hangs on an audit. Kept in rows: never rename it."""


@dataclass(frozen=True)
class AuditLine:
    """One audit with the number of its findings."""

    id: UUID
    organisation_id: UUID
    organisation: str
    title: str
    kind: AuditKind
    audited_on: date
    carried_out_by: str
    result: AuditResult
    next_due_on: date | None
    findings: int
    open_findings: int


def audits_of(council: Council, *, organisation_ids: Collection[UUID] | None = None) -> list[AuditLine]:
    """Audits of the council's partners, the newest first, or of some of them: one query.

    Args:
        organisation_ids: of these alone; None for every one.
    """
    found = PartnerAudit.objects.filter(council=council)
    if organisation_ids is not None:
        found = found.filter(link__organisation__in=list(organisation_ids))
    rows = (
        found.select_related("link__organisation")
        .annotate(
            finding_count=Count("findings"),
            open_count=Count("findings", filter=Q(findings__state=FindingState.OPEN)),
        )
        .order_by("-audited_on", "pk")
    )
    return [
        AuditLine(
            id=each.pk,
            organisation_id=each.link.organisation_id,
            organisation=each.link.organisation.name,
            title=str(each),
            kind=AuditKind(each.kind),
            audited_on=each.audited_on,
            carried_out_by=each.carried_out_by,
            result=AuditResult(each.result),
            next_due_on=each.next_due_on,
            findings=each.finding_count,
            open_findings=each.open_count,
        )
        for each in rows
    ]


def findings_of(audit: PartnerAudit) -> list[AuditFinding]:
    """What an audit found, in order."""
    return list(AuditFinding.objects.filter(council=audit.council_id, audit=audit).order_by("number"))


def audit_things(access: CouncilAccess, ids: Iterable[UUID]) -> dict[UUID, Thing]:
    """How audits are called where a document says what it hangs on."""
    rows = PartnerAudit.objects.filter(council=access.council, pk__in=list(ids)).select_related(
        "link__organisation"
    )
    return {
        each.pk: Thing(
            f"{each} of {each.link.organisation.name}",
            reverse("partner-audit", args=[access.council.slug, each.pk]),
        )
        for each in rows
    }


def _finding_origin(council: Council, finding: AuditFinding) -> Origin:
    audit = finding.audit
    return Origin(
        f"{audit} of {audit.link.organisation.name}, {british_date(audit.audited_on)}, "
        f"finding {finding.number}",
        reverse("partner-audit", args=[council.slug, audit.pk]),
    )


def origins(council: Council, action_id: UUID) -> list[Origin]:
    """The finding from which an action arose."""
    found = AuditFinding.objects.filter(council=council, action_id=action_id)
    return [_finding_origin(council, each) for each in found.select_related("audit__link__organisation")]


def due_audits(councils: Collection[int], within: date) -> QuerySet[PartnerAudit]:
    """Next audits that fall due by a day and that no later audit of the kind has answered: one query."""
    later = PartnerAudit.objects.filter(
        council=OuterRef("council"),
        link=OuterRef("link"),
        kind=OuterRef("kind"),
        audited_on__gt=OuterRef("audited_on"),
    )
    return (
        PartnerAudit.objects.filter(~Exists(later), council__in=list(councils), next_due_on__lte=within)
        .select_related("council", "link__organisation")
        .order_by("next_due_on", "pk")
    )
