"""Change how a person wants to be told, and when a council's coordinators hear of what is late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.audit.services import record
from prevent_portal.outbox.models import EscalationRule, ReminderSettings
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, PolicyError, StaleVersion


@dataclass(frozen=True)
class Wishes:
    """What a person asks for.

    Args:
        weekday: the one day of the week for the digest, Monday is 0; None for every working day.
        quiet_until: the last quiet day.
        not_told: kinds that the person does not want to hear of. What the duty demands is told all the same.
    """

    days_before: int
    weekday: int | None
    quiet_from: date | None
    quiet_until: date | None
    not_told: Collection[str]


def change_settings(*, wishes: Wishes, version: int, by: User) -> ReminderSettings:
    """Note how the person wants to be told, for themselves alone.

    Args:
        version: the version that the form was opened with.

    Raises:
        StaleVersion: if they saved it elsewhere in between.
        PolicyError: for quiet days that end before they begin.
    """
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise PolicyError("Give the first and the last quiet day, or neither.")
    if wishes.quiet_from and wishes.quiet_until and wishes.quiet_until < wishes.quiet_from:
        raise PolicyError("The last quiet day must be the first one or later.")
    with transaction.atomic():
        found, _ = ReminderSettings.objects.select_for_update().get_or_create(person=by)
        if found.version != version:
            raise StaleVersion(version=found.version, differences=_differences(found, wishes))
        changed = [
            name
            for name in ("days_before", "weekday", "quiet_from", "quiet_until")
            if getattr(found, name) != getattr(wishes, name)
        ]
        for name in changed:
            setattr(found, name, getattr(wishes, name))
        if sorted(found.not_told) != sorted(wishes.not_told):
            found.not_told = sorted(wishes.not_told)
            changed.append("not_told")
        if not changed:
            return found
        found.version += 1
        found.save(update_fields=[*changed, "version"])
        record(action="outbox.reminder_settings_changed", subject=found, details={"fields": changed})
    return found


def _differences(found: ReminderSettings, wishes: Wishes) -> list[Difference]:
    pairs = (
        ("days_before", "Days before", found.days_before, wishes.days_before),
        ("quiet_from", "First quiet day", found.quiet_from, wishes.quiet_from),
        ("quiet_until", "Last quiet day", found.quiet_until, wishes.quiet_until),
    )
    return [
        Difference(field, label, str(theirs or "Not set"), str(yours or "Not set"))
        for field, label, theirs, yours in pairs
        if theirs != yours
    ]


def change_rule(*, council: Council, working_days: int, version: int, by: User) -> EscalationRule:
    """Set after how many working days the council's coordinators hear of what stays overdue.

    Raises:
        PolicyError: for somebody who does not manage the council's people, or a number out of range.
        StaleVersion: if somebody else saved in between.
    """
    if not has_permission(by, AccountsPermission.MANAGE_PEOPLE, council):
        raise PolicyError("Only an administrator of the council can do this.")
    if not 1 <= working_days <= 60:
        raise PolicyError("Give a number of working days between 1 and 60.")
    with transaction.atomic():
        found, _ = EscalationRule.objects.select_for_update().get_or_create(council=council)
        if found.version != version:
            theirs, yours = f"{found.working_days} working days", f"{working_days} working days"
            raise StaleVersion(
                version=found.version,
                differences=[Difference("working_days", "Coordinators hear after", theirs, yours)],
            )
        if found.working_days != working_days:
            found.working_days = working_days
            found.version += 1
            found.save(update_fields=["working_days", "version"])
            record(
                action="outbox.escalation_rule_changed",
                subject=found,
                details={"working_days": working_days},
            )
    return found
