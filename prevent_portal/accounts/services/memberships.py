"""Give and end roles. Membership is the truth; auth groups follow it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, RoleGroup, User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def grant(
    *,
    user: User,
    council: Council,
    role: Role,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """Give a person a role in a council; the caller is in that council's scope.

    Args:
        by: who gives it; None for the service principal (demo data, imports).

    Raises:
        django.db.IntegrityError: if the person holds the role already with no end.
    """
    with transaction.atomic():
        role_group = RoleGroup.objects.select_related("group").get(council=council, role=role)
        membership = Membership.objects.create(
            council=council,
            user=user,
            role_group=role_group,
            starts_on=starts_on or timezone.localdate(),
            ends_on=ends_on,
            created_by=by,
        )
        user.groups.add(role_group.group)
        record(
            action="accounts.role_granted",
            subject=membership,
            details={"user": user.pk, "role": role.value, "ends_on": ends_on},
        )
    return membership


def end(*, membership: Membership, by: User, on: date | None = None) -> Membership:
    """End a role after a day, or at once when no day is given.

    Ended at once, the person's next request already finds nothing (OP-3).
    """
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        locked.ends_on = on
        if on is None:
            locked.revoked_at = timezone.now()
            locked.user.groups.remove(locked.role_group.group)
        locked.save(update_fields=["ends_on", "revoked_at"])
        record(
            action="accounts.role_ended",
            subject=locked,
            details={"user": locked.user_id, "role": locked.role_group.role, "ends_on": on, "by": by.pk},
        )
    return locked
