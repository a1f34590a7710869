"""The only way to an audit of a partner: object and right in one call.

Audits are partnership-confidential (L2): the council's readers see all of them, a partner's Prevent lead
those of the organisations that they act for, until the council's link to them ends.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from partnerships.access.organisations import own_organisations
from partnerships.models import AuditFinding, PartnerAudit
from partnerships.permissions import PARTNER_ROLES, PARTNERSHIPS_GRANTS, PartnershipsPermission
from partnerships.queries.partner_audits import AuditLine, audits_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role


def sees_every_audit(access: CouncilAccess) -> bool:
    """Whether the person reads the audits of every partner, as a role in the council itself gives it.

    A partner's Prevent lead who sits on the panel or a board as well reads those of their own partner alone.
    """
    givers = PARTNERSHIPS_GRANTS[PartnershipsPermission.VIEW_PARTNER_AUDITS] - PARTNER_ROLES
    return access.may(PartnershipsPermission.VIEW_PARTNER_AUDITS) and bool(access.roles & givers)


def _own_keys(access: CouncilAccess) -> list[UUID] | None:
    """None for everybody who reads all; else the organisations that a partner's Prevent lead acts for."""
    access.require(PartnershipsPermission.VIEW_PARTNER_AUDITS)
    if sees_every_audit(access):
        return None
    if Role.PARTNER_LEAD not in access.roles:
        return []
    return [each.pk for each in own_organisations(access)]


def audits_seen(access: CouncilAccess) -> list[AuditLine]:
    """Audits that the person may read, the newest first. Raises Http404 without the right."""
    return audits_of(access.council, organisation_ids=_own_keys(access))


def readable_audits(access: CouncilAccess) -> QuerySet[PartnerAudit]:
    """The same as rows, for evidence that hangs on them."""
    found = PartnerAudit.objects.filter(council=access.council)
    keys = _own_keys(access)
    return found if keys is None else found.filter(link__organisation__in=keys)


def audit_for(access: CouncilAccess, audit_id: UUID) -> PartnerAudit:
    """One audit that the person may read, else Http404."""
    found = (
        readable_audits(access)
        .filter(pk=audit_id)
        .select_related("council", "link__organisation", "changed_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def audit_to_edit(access: CouncilAccess, audit_id: UUID) -> PartnerAudit:
    """One audit, for somebody who records audits, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNER_AUDITS)
    found = (
        PartnerAudit.objects.filter(council=access.council, pk=audit_id)
        .select_related("council", "link__organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found


def may_add_evidence(access: CouncilAccess, audit_id: UUID) -> bool:
    """Whether the person may hang evidence on the audit."""
    return (
        access.may(PartnershipsPermission.EDIT_PARTNER_AUDITS)
        and PartnerAudit.objects.filter(council=access.council, pk=audit_id).exists()
    )


def finding_to_edit(access: CouncilAccess, finding_id: UUID) -> AuditFinding:
    """One finding, for somebody who records audits, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNER_AUDITS)
    found = (
        AuditFinding.objects.filter(council=access.council, pk=finding_id)
        .select_related("council", "audit__link__organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found
