"""The only way to a staff register: object and right in one call."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from prevent_portal.accounts.access import CouncilAccess
from training.access.returns import reading_organisations, sending_organisations
from training.enums import RegisterState
from training.models import StaffRegister
from training.permissions import TrainingPermission


def own_registers(access: CouncilAccess) -> QuerySet[StaffRegister]:
    """The person's own registers, and the confirmed ones of the organisations that the person acts for.

    Raises Http404 without the right to send returns at all.
    """
    ids = [organisation.pk for organisation in reading_organisations(access)]
    of_sender = Q(organisation__in=ids)
    if access.may(TrainingPermission.RECORD_SERVICES):
        of_sender |= Q(organisation__isnull=True)
    return (
        StaffRegister.objects.filter(
            of_sender, Q(person=access.user) | Q(state=RegisterState.CONFIRMED), council=access.council
        )
        .select_related("organisation", "person", "council")
        .order_by("-created_at", "pk")
    )


def register_for(access: CouncilAccess, register_id: UUID) -> StaffRegister:
    """One of :func:`own_registers`. Raises Http404 for anybody else's."""
    register = own_registers(access).filter(pk=register_id).first()
    if register is None:
        raise Http404
    return register


def organisations_of(access: CouncilAccess, register: StaffRegister) -> list[Organisation]:
    """The organisations whose staff a register may hold: its own, or the council's services.

    Raises Http404 if the person may not send for them at this moment.
    """
    found = sending_organisations(access)
    if register.organisation_id is not None:
        found = [each for each in found if each.pk == register.organisation_id]
    else:
        found = [each for each in found if each.kind == OrganisationKind.COUNCIL_SERVICE]
        if not access.may(TrainingPermission.RECORD_SERVICES):
            raise Http404
    if not found:
        raise Http404
    return found
