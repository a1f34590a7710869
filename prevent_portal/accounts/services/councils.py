"""Make a council of the register a tenant."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


def join(*, council: Council, by: User | None, on: date | None = None) -> Council:
    """Make a council a tenant, with a group for each role. Again for a tenant changes nothing.

    Args:
        council: a council of the register.
        by: the platform operator who does it; None for the demo.
        on: its first day on the portal, today unless told.

    Returns:
        The council as stored.
    """
    with service_scope(council=council), transaction.atomic():
        locked = Council.objects.select_for_update().get(pk=council.pk)
        if locked.joined_on is None:
            locked.joined_on = on or timezone.localdate()
            locked.save(update_fields=["joined_on"])
            record(
                action="accounts.council_joined",
                subject=locked,
                details={"by": by.pk if by else None, "on": locked.joined_on},
            )
        sync_council(council=locked)
    council.joined_on = locked.joined_on
    return council
