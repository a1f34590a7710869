"""The only way to a return or an upload: object and right in one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from partnerships.access import council_services, organisations_acted_for, own_organisations
from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from training.models import (
    ReturnGrant,
    ReturnUpload,
    TrainingReturn,
)
from training.permissions import TrainingPermission
from training.queries.returns import shared_returns


def reading_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations whose returns the person reads as its own: a partner's, or the council's services.

    A partner's stay whatever the deadline (rule 13 of the product), until the council's link to it ends.
    Raises Http404 without the right to send returns at all.
    """
    return _organisations(access, None)


def sending_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the person may send returns for here today; a partner's end with the council's link.

    Raises Http404 without the right to send returns at all.
    """
    return _organisations(access, timezone.localdate())


def _organisations(access: CouncilAccess, on: date | None) -> list[Organisation]:
    access.require(TrainingPermission.SUBMIT_RETURNS)
    organisations = own_organisations(access, on)
    if access.may(TrainingPermission.RECORD_SERVICES):
        organisations += [each for each in council_services(access) if each not in organisations]
    return organisations


def organisations_to_send_for(accesses: Sequence[CouncilAccess]) -> list[tuple[Council, Organisation]]:
    """:func:`sending_organisations` of many councils at once; no right to send, no organisation."""
    senders = [each for each in accesses if each.may(TrainingPermission.SUBMIT_RETURNS)]
    services = {each.council.pk for each in senders if each.may(TrainingPermission.RECORD_SERVICES)}
    return [
        (council, organisation)
        for council, organisation in organisations_acted_for(senders, timezone.localdate())
        if organisation.kind != OrganisationKind.COUNCIL_SERVICE or council.pk in services
    ]


def upload_for(access: CouncilAccess, upload_id: UUID) -> ReturnUpload:
    """A checked file of the person's own. Raises Http404 for anybody else's."""
    access.require(TrainingPermission.SUBMIT_RETURNS)
    upload = ReturnUpload.objects.filter(council=access.council, person=access.user, pk=upload_id).first()
    if upload is None:
        raise Http404
    return upload


def return_for(access: CouncilAccess, return_id: UUID, permission: TrainingPermission) -> TrainingReturn:
    """A return that the council sees, its own or shared with it. Raises Http404 otherwise."""
    access.require(permission)
    for source in (
        TrainingReturn.objects.filter(council=access.council),
        shared_returns(access.council),
    ):
        found = source.filter(pk=return_id).select_related("organisation", "course").first()
        if found is not None:
            return found
    raise Http404


def own_return_for(access: CouncilAccess, return_id: UUID) -> TrainingReturn:
    """A return of an organisation that the person acts for. Raises Http404 otherwise."""
    ids = [organisation.pk for organisation in reading_organisations(access)]
    found = (
        TrainingReturn.objects.filter(
            Q(council=access.council) | Q(council__isnull=True), organisation_id__in=ids, pk=return_id
        )
        .select_related("organisation", "course")
        .first()
    )
    if found is None:
        raise Http404
    return found


def grant_for(access: CouncilAccess, grant_id: UUID) -> ReturnGrant:
    """A share of returns by an organisation that the person acts for. Raises Http404 otherwise."""
    ids = [organisation.pk for organisation in reading_organisations(access)]
    found = (
        ReturnGrant.objects.filter(organisation_id__in=ids, pk=grant_id)
        .select_related("organisation", "council")
        .first()
    )
    if found is None:
        raise Http404
    return found
