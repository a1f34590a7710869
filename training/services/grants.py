"""Share an organisation's trust-wide returns with a council, and end it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.models import ReturnGrant


def share_returns(
    *, organisation: Organisation, council: Council, by: User | None, starts_on: date | None = None
) -> ReturnGrant:
    """Share what the organisation submits from a day on (today unless told). Twice is once."""
    with transaction.atomic():
        grant, created = ReturnGrant.objects.get_or_create(
            organisation=organisation,
            council=council,
            ends_on=None,
            defaults={"starts_on": starts_on or timezone.localdate(), "granted_by": by},
        )
        if created:
            record(
                action="training.returns_shared",
                subject=grant,
                details={"organisation": organisation.pk, "starts_on": grant.starts_on},
            )
    return grant


def share_with_served(
    *, organisation: Organisation, council: Council, by: User, served: Collection[int]
) -> ReturnGrant:
    """Share an organisation's trust-wide returns with a council that it serves.

    Args:
        served: keys of the councils that have linked the organisation.

    Raises:
        PolicyError: for any other council.
    """
    if council.pk not in served:
        raise PolicyError(f"{organisation.name} does not serve {council.name}, so nothing is shared with it.")
    return share_returns(organisation=organisation, council=council, by=by)


def end_sharing(*, grant: ReturnGrant, by: User) -> ReturnGrant:
    """End a share after today: what the council received, it keeps; what comes later it does not see."""
    with transaction.atomic():
        locked = ReturnGrant.objects.select_for_update().get(pk=grant.pk)
        if locked.ends_on is None:
            locked.ends_on = max(timezone.localdate(), locked.starts_on)
            locked.save(update_fields=["ends_on"])
            record(
                action="training.sharing_ended",
                subject=locked,
                details={"organisation": locked.organisation_id, "ends_on": locked.ends_on},
            )
    return locked
