"""The only way to a school or setting: object and right in one call, 404 for everybody else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.access import CouncilAccess
from training.permissions import TrainingPermission
from training.queries.schools import SchoolLine, schools_of


def schools_seen(access: CouncilAccess) -> list[SchoolLine]:
    """Every school and setting linked to the council today, for who sees its coverage."""
    access.require(TrainingPermission.VIEW_COVERAGE)
    return schools_of(access.council, timezone.localdate())


def school_for(access: CouncilAccess, organisation_id: UUID) -> SchoolLine:
    """One school that is linked to the council. Raises Http404 otherwise."""
    found = next((line for line in schools_seen(access) if line.organisation_id == organisation_id), None)
    if found is None:
        raise Http404
    return found


def schools_to_record(access: CouncilAccess, ids: Iterable[UUID]) -> list[Organisation]:
    """Schools of the council by key, for who records their training. Raises Http404 if one is not."""
    access.require(TrainingPermission.RECORD_SCHOOLS)
    wanted = set(ids)
    if not wanted <= {line.organisation_id for line in schools_seen(access)}:
        raise Http404
    return list(Organisation.objects.filter(pk__in=wanted).order_by("name"))


def school_to_record(access: CouncilAccess, organisation_id: UUID) -> Organisation:
    """One school, for who records its training. Raises Http404 otherwise."""
    return schools_to_record(access, [organisation_id])[0]
