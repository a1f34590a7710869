"""Change accounts: end their sessions, suspend them, let them back in."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from prevent_portal.accounts.enums import OCCASIONAL_ROLES, Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.policies import AccountsRefused, require_people_manager
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope

DORMANT_AFTER = timedelta(days=90)
DORMANT_AFTER_OCCASIONAL = timedelta(days=400)


def end_sessions(*, user: User, by: User | None) -> None:
    """End every session and token of a person at once (AU-4), by changing what both are bound to.

    Args:
        by: who ends them; None for the nightly tasks.
    """
    with transaction.atomic():
        user.security_stamp = uuid.uuid4()
        user.save(update_fields=["security_stamp"])
        record(
            action="accounts.sessions_ended",
            subject=user,
            details={"user": user.pk, "by": by.pk if by else None},
        )


def set_password(*, user: User, password: str) -> None:
    """Set a new password; every session and token that the old one opened ends."""
    with transaction.atomic():
        user.set_password(password)
        user.security_stamp = uuid.uuid4()
        user.save(update_fields=["password", "security_stamp"])
        record(action="accounts.password_changed", subject=user, details={"user": user.pk})


def deactivate(*, user: User, by: User) -> None:
    """Close an account for good: nobody can sign in with it, what is open ends, its history stays."""
    with transaction.atomic():
        user.is_active = False
        user.dormant_since = None
        user.security_stamp = uuid.uuid4()
        user.save(update_fields=["is_active", "dormant_since", "security_stamp"])
        record(action="accounts.deactivated", subject=user, details={"user": user.pk, "by": by.pk})


def let_back_in(*, user: User, council: Council, by: User) -> None:
    """Open an account again that was suspended for not being used.

    Raises:
        AccountsRefused: without the right to manage people of the council, for somebody who holds no role in
            it, or for an account that was closed for another reason.
    """
    with transaction.atomic():
        require_people_manager(by=by, council=council)
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.is_active or locked.dormant_since is None:
            raise AccountsRefused("This account is not suspended for want of use.")
        if not Membership.objects.live().filter(council=council, user=locked).exists():
            raise AccountsRefused("They hold no role in your council now. Give them one first.")
        locked.is_active = True
        locked.dormant_since = None
        locked.last_active_on = timezone.localdate()
        locked.save(update_fields=["is_active", "dormant_since", "last_active_on"])
        record(action="accounts.let_back_in", subject=locked, details={"user": locked.pk})


def suspend_dormant() -> int:
    """Suspend accounts that nobody has used: 90 days for staff, 400 for partners and councillors (AU-4).

    Roles are read one council at a time, each under its own service scope. Counted from the last active day,
    for an account never used from the day it was made.

    Returns:
        How many accounts were suspended.
    """
    today = timezone.localdate()
    quiet = {
        person.pk: person
        for person in User.objects.filter(is_active=True, is_service=False)
        if last_sign_of_life(person) < today - DORMANT_AFTER
    }
    roles: dict[int, set[Role]] = {}
    councils: dict[int, list[Council]] = {}
    for council in joined_councils():
        with service_scope(council=council):
            held = Membership.objects.live(today).filter(council=council, user_id__in=quiet)
            for user_id, role in held.values_list("user_id", "role_group__role"):
                roles.setdefault(user_id, set()).add(Role(role))
                if council not in councils.setdefault(user_id, []):
                    councils[user_id].append(council)
    suspended = 0
    for user_id, person in quiet.items():
        limit = dormant_after(roles.get(user_id, set()))
        if last_sign_of_life(person) < today - limit and _suspend(
            user_id=user_id, councils=councils.get(user_id, []), before=today - limit
        ):
            suspended += 1
    return suspended


def dormant_after(roles: set[Role]) -> timedelta:
    """How long an account with these roles may lie unused."""
    if roles and roles <= OCCASIONAL_ROLES:
        return DORMANT_AFTER_OCCASIONAL
    return DORMANT_AFTER


def last_sign_of_life(person: User) -> date:
    """The last day on which the account was used or made."""
    return person.last_active_on or timezone.localdate(person.created_at)


def _suspend(*, user_id: int, councils: list[Council], before: date) -> bool:
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user_id)
        if not person.is_active or last_sign_of_life(person) >= before:
            return False  # they came in while we were counting
        person.is_active = False
        person.dormant_since = timezone.localdate()
        person.security_stamp = uuid.uuid4()
        person.save(update_fields=["is_active", "dormant_since", "security_stamp"])
        for council in councils:
            with service_scope(council=council):
                record(action="accounts.suspended", subject=person, details={"user": person.pk})
        if not councils:
            record(action="accounts.suspended", subject=person, details={"user": person.pk})
    return True
