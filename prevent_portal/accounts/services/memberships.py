"""Give and end roles. Membership is the truth; auth groups follow it."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from prevent_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.models import ApiToken, Membership, RoleGroup, User
from prevent_portal.accounts.policies import (
    AccountsRefused,
    require_may_end,
    require_may_give,
    require_people_manager,
)
from prevent_portal.accounts.services.people import end_sessions
from prevent_portal.accounts.services.second_factors import has_totp
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

    A role that demands a second factor ends the API tokens of a person who has none.

    Args:
        by: who gives it; None for the service principal (demo data, imports).

    Raises:
        AccountsRefused: if ``by`` may not give roles, or gives one to themselves.
        django.db.IntegrityError: if the person holds the role already with no end.
    """
    with transaction.atomic():
        if by is not None:
            require_may_give(by=by, user=user, council=council)
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
        if role in SECOND_FACTOR_ROLES and not has_totp(user):
            # A token made under a password alone must not carry the rights of this role (AU-1).
            ApiToken.objects.live().filter(council=council, user=user).update(revoked_at=timezone.now())
        record(
            action="accounts.role_granted",
            subject=membership,
            details={"user": user.pk, "role": role.value, "ends_on": ends_on},
        )
    return membership


def give_role(
    *, user: User, council: Council, role: Role, by: User | None, starts_on: date, ends_on: date | None
) -> Membership:
    """Give a role from the people page or an invitation: like :func:`grant`, with refusals as sentences.

    Raises:
        AccountsRefused: as :func:`grant`; also for a role held already and for days in the wrong order.
    """
    if ends_on is not None and ends_on < max(starts_on, timezone.localdate()):
        raise AccountsRefused("The last day must be today or later, and not before the first.")
    held = (
        Membership.objects.filter(council=council, user=user, role_group__role=role, revoked_at__isnull=True)
        .exclude(ends_on__lt=starts_on)
        .exists()
    )
    if held:
        raise AccountsRefused(f"They already hold the role of {role.in_sentence} at that time.")
    try:
        with transaction.atomic():
            return grant(user=user, council=council, role=role, by=by, starts_on=starts_on, ends_on=ends_on)
    except IntegrityError as error:
        raise AccountsRefused(f"They already hold the role of {role.in_sentence}.") from error


def end(*, membership: Membership, by: User, on: date | None = None) -> Membership:
    """End a role after a day, or at once when no day is given.

    Ended at once, the person's next request already finds nothing (OP-3) and their sessions and tokens end
    (AU-4).

    Raises:
        AccountsRefused: for the last administrator, a role that has ended, a day gone by, or without the
            right to manage people.
    """
    with transaction.atomic():
        require_people_manager(by=by, council=membership.council)
        # Two administrators who end each other at the same moment wait here for one another.
        list(
            RoleGroup.objects.select_for_update().filter(
                council_id=membership.council_id, role=Role.ADMINISTRATOR
            )
        )
        locked = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("user", "role_group__group")
            .get(pk=membership.pk, council_id=membership.council_id)
        )
        today = timezone.localdate()
        if locked.revoked_at is not None or (locked.ends_on is not None and locked.ends_on < today):
            raise AccountsRefused("This role has ended already.")
        if on is not None and on < max(today, locked.starts_on):
            raise AccountsRefused("The last day must be today or later, and not before the first.")
        require_may_end(membership=locked)
        if on is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
            locked.user.groups.remove(locked.role_group.group)
        else:
            locked.ends_on = on
            locked.save(update_fields=["ends_on"])
        record(
            action="accounts.role_ended",
            subject=locked,
            details={"user": locked.user_id, "role": locked.role_group.role, "ends_on": on},
        )
        if on is None:
            end_sessions(user=locked.user, by=by)
    return locked


def lapse(*, council: Council) -> int:
    """Take away the groups of roles whose last day has passed, and end those people's sessions.

    Rights ended on the date itself, because they are read with their dates; this keeps guardian's groups in
    step. The caller is in the council's service scope. Running it again changes nothing.

    Returns:
        How many roles lapsed.
    """
    today = timezone.localdate()
    lapsed = 0
    with transaction.atomic():
        ended = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("user", "role_group__group")
            .filter(
                council=council,
                ends_on__lt=today,
                revoked_at__isnull=True,
                user__groups=F("role_group__group"),
            )
        )
        for membership in ended:
            still_held = (
                Membership.objects.filter(
                    council=council,
                    user_id=membership.user_id,
                    role_group_id=membership.role_group_id,
                    revoked_at__isnull=True,
                )
                .exclude(ends_on__lt=today)
                .exists()
            )
            if still_held:
                continue
            membership.user.groups.remove(membership.role_group.group)
            record(
                action="accounts.role_lapsed",
                subject=membership,
                details={"user": membership.user_id, "role": membership.role_group.role},
            )
            end_sessions(user=membership.user, by=None)
            lapsed += 1
    return lapsed
