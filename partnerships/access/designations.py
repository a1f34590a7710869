"""The only way to a designation: object and right in one call."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from partnerships.models import Designation
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.designations import designations_of
from prevent_portal.accounts.access import CouncilAccess


def designations_seen(access: CouncilAccess) -> QuerySet[Designation]:
    """The council's history. Raises Http404 without the right."""
    access.require(PartnershipsPermission.VIEW_PARTNERSHIP)
    return designations_of(access.council)


def designation_for(access: CouncilAccess, designation_id: UUID) -> Designation:
    """A designation to change. Raises Http404 without the right or the row."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    found = designations_of(access.council).filter(pk=designation_id).first()
    if found is None:
        raise Http404
    return found
