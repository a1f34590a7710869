"""Grants on one case, by name and with dates: the only way for a panel member to come to a case (RC-3)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from channel import queries
from channel.enums import Capacity
from channel.models import CaseUserPermission, ChannelCase
from channel.permissions import STANDING_ROLES
from channel.policies import ChannelRefused, require_preparer, require_seat
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def grant_case(
    *,
    case: ChannelCase,
    person: User,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> CaseUserPermission:
    """Let a person of the panel read one case, at meetings whose statement they sign. Again: the new dates.

    Raises:
        ChannelRefused: if the person does not sit on the panel or is the one who grants, if the last day lies
            before the first or a case manager has none, or if ``by`` does not prepare the panel's cases.
    """
    require_preparer(case.panel, by)
    if person.pk == by.pk:
        raise ChannelRefused("You cannot give a grant to yourself.")
    require_seat(case.panel, person, "This person does not sit on the panel. Give them a seat first.")
    first = starts_on or timezone.localdate()
    if ends_on is not None and ends_on < first:
        raise ChannelRefused("The last day must be on or after the first day.")
    if ends_on is None and _is_case_manager(case, person):
        raise ChannelRefused("Enter the last day. A case manager reads a case for a limited time.")
    with transaction.atomic():
        grant: CaseUserPermission
        grant, _created = CaseUserPermission.objects.update_or_create(
            user=person,
            permission=queries.read_permission(),
            content_object=case,
            council=case.council,
            defaults={"starts_on": first, "ends_on": ends_on, "granted_by": by},
        )
        record(
            action="channel.case_granted",
            subject=case,
            details={
                "user": person.pk,
                "starts_on": first,
                "ends_on": ends_on,
                "reference": case.reference,
            },
            restricted=True,
        )
    return grant


def _is_case_manager(case: ChannelCase, person: User) -> bool:
    """Whether they come to the panel for a limited time, by their seat or for want of any other role."""
    if queries.seats_of(case.panel).filter(person=person, capacity=Capacity.CASE_MANAGER).exists():
        return True
    roles = council_access(person, case.council).roles
    return Role.CASE_MANAGER in roles and not roles & STANDING_ROLES


def read_grants(*, case: ChannelCase, by: User) -> list[CaseUserPermission]:
    """Record that `by` looks at who may read a case, and return the grants; both or neither (AL-1)."""
    with transaction.atomic():
        record(
            action="channel.case_grants_read",
            subject=case,
            details={"reference": case.reference},
            restricted=True,
        )
        return list(queries.grants_on(case))


def end_grant(*, case: ChannelCase, person: User, by: User) -> None:
    """End a person's grant at once; the next request already finds nothing (OP-3).

    Raises:
        ChannelRefused: if there is no such grant.
    """
    require_preparer(case.panel, by)
    with transaction.atomic():
        ended, _ = CaseUserPermission.objects.filter(
            council=case.council_id, content_object=case, user=person
        ).delete()
        if not ended:
            raise ChannelRefused("This person has no grant on the case.")
        record(
            action="channel.case_grant_ended",
            subject=case,
            details={"user": person.pk, "reference": case.reference},
            restricted=True,
        )
