"""The only way to a grant or a claim: object and right in one call."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from partnerships.enums import ClaimState
from partnerships.models import Claim, Grant
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.grants import claim_things, claims_of, grants_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.rules import Thing


def grants_seen(access: CouncilAccess) -> QuerySet[Grant]:
    """The council's grants, for who may see money. Raises Http404 without the right."""
    access.require(PartnershipsPermission.VIEW_GRANTS)
    return grants_of(access.council)


def grant_for(
    access: CouncilAccess,
    grant_id: UUID,
    permission: PartnershipsPermission = PartnershipsPermission.VIEW_GRANTS,
) -> Grant:
    """A grant of the council. Raises Http404 without the right or the grant."""
    access.require(permission)
    found = grants_of(access.council).filter(pk=grant_id).first()
    if found is None:
        raise Http404
    return found


def claims_seen(access: CouncilAccess) -> QuerySet[Claim]:
    """The council's claims, for who may see money. Raises Http404 without the right."""
    access.require(PartnershipsPermission.VIEW_GRANTS)
    return claims_of(access.council)


def claim_for(
    access: CouncilAccess,
    claim_id: UUID,
    permission: PartnershipsPermission = PartnershipsPermission.VIEW_GRANTS,
) -> Claim:
    """A claim of the council. Raises Http404 without the right or the claim."""
    access.require(permission)
    found = claims_of(access.council).filter(pk=claim_id).first()
    if found is None:
        raise Http404
    return found


def may_evidence_claim(access: CouncilAccess, claim_id: UUID) -> bool:
    """Whether the person may add and remove evidence of a claim: until it was paid."""
    if not access.may(PartnershipsPermission.EDIT_GRANTS):
        return False
    return claims_of(access.council).filter(pk=claim_id).exclude(state=ClaimState.PAID).exists()


def things_of_claims(access: CouncilAccess, claim_ids: Collection[UUID]) -> dict[UUID, Thing]:
    """How claims that the person may see are called where a document says what it hangs on."""
    return claim_things(access.council, claims_seen(access).filter(pk__in=list(claim_ids)))
