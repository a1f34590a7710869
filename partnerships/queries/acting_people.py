"""Reads of who acts for an organisation in a council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from partnerships.models import ActingPerson
from partnerships.permissions import PARTNER_ROLES
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, display_name
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class ActingLine:
    """One person whom the council lets act for an organisation.

    ``roles`` are the person's roles in the council today; without a partner's one the person opens nothing.
    """

    id: UUID
    user_id: int
    name: str
    email: str
    roles: str
    may_act: bool
    allowed_at: datetime
    allowed_by: str


def acting_for(council: Council, organisation_id: UUID) -> list[ActingLine]:
    """Who acts for an organisation in the council, by name: two queries."""
    people = list(
        ActingPerson.objects.live()
        .filter(council=council, link__organisation=organisation_id)
        .select_related("user", "allowed_by")
    )
    roles: dict[int, set[Role]] = {}
    for user_id, role in (
        Membership.objects.live()
        .filter(council=council, user__in=[each.user_id for each in people], user__is_active=True)
        .values_list("user", "role_group__role")
    ):
        roles.setdefault(user_id, set()).add(Role(role))
    lines = [
        ActingLine(
            id=each.pk,
            user_id=each.user_id,
            name=display_name(each.user),
            email=each.user.email,
            roles=", ".join(sorted(role.label for role in roles.get(each.user_id, ()))),
            may_act=bool(roles.get(each.user_id, set()) & PARTNER_ROLES),
            allowed_at=each.allowed_at,
            allowed_by=display_name(each.allowed_by) if each.allowed_by else "The portal",
        )
        for each in people
    ]
    return sorted(lines, key=lambda line: line.name.lower())
