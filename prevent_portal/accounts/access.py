"""Who may do what in a council: the one checker that lists, details and counts use (OP-2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, FilteredRelation, Q
from django.http import Http404
from django.utils import timezone

from prevent_portal.accounts import grants, queries
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import ApiToken, Invitation, Membership, User
from prevent_portal.accounts.permissions import AccountsPermission, PermissionName
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class CouncilAccess:
    """What one person holds in one council at this moment, read from the database in one query."""

    user: User
    council: Council
    roles: frozenset[Role] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: PermissionName) -> bool:
        """Whether a live role carries the permission.

        Raises:
            prevent_portal.accounts.grants.UnknownPermission: for a name that no app registered.
        """
        grants.require_known(permission)
        return permission.value in self.permissions

    def require(self, permission: PermissionName) -> None:
        """Raise Http404 unless :meth:`may`: what is not permitted does not exist (TI-6)."""
        if not self.may(permission):
            raise Http404

    @property
    def is_member(self) -> bool:
        return bool(self.roles)


def _live_grants(user: User, **where: Council) -> list[tuple[int, str, str | None]]:
    """Council, role and codename of what a person's memberships of today carry, None for a role without any.

    A grant counts on its own council alone, whatever else the role's group may have come to hold.
    """
    rows = (
        Membership.objects.live(timezone.localdate())
        .filter(user=user, **where)
        .annotate(
            grants=FilteredRelation(
                "role_group__group__councilgrouppermission",
                condition=Q(role_group__group__councilgrouppermission__content_object=F("council")),
            )
        )
    )
    return list(rows.values_list("council", "role_group__role", "grants__permission__codename"))


def council_access(user: User, council: Council) -> CouncilAccess:
    """Read a person's live roles in a council and the guardian grants of those roles' groups: one query.

    The dates are read with the grants, so access ends on its date whatever the nightly job did, and a
    revoked role is gone at the next request. A superuser gets nothing here without a membership.
    """
    if not user.is_active or user.is_service:
        return CouncilAccess(user, council)
    rows = _live_grants(user, council=council)
    return CouncilAccess(
        user=user,
        council=council,
        roles=frozenset(Role(role) for _, role, _ in rows),
        permissions=frozenset(codename for _, _, codename in rows if codename),
    )


@dataclass(frozen=True)
class OwnAccess:
    """What one person holds in each of their councils, by the council's name: read once, asked often."""

    user: User
    accesses: tuple[CouncilAccess, ...] = ()

    @property
    def councils(self) -> dict[int, Council]:
        """Every council where a role of the person is live, by key."""
        return {access.council.pk: access.council for access in self.accesses}

    def where(self, permission: PermissionName) -> dict[int, Council]:
        """The councils where the person may do one thing, by key."""
        return {access.council.pk: access.council for access in self.accesses if access.may(permission)}

    def may(self, permission: PermissionName, council_id: int) -> bool:
        return council_id in self.where(permission)


def own_access(user: User) -> OwnAccess:
    """Read what a person holds everywhere: two queries for any number of councils.

    Needs :func:`prevent_portal.tenancy.scope.own_councils_scope`. Councils without a live role are left out.
    """
    if not user.is_active or user.is_service:
        return OwnAccess(user)
    roles: dict[int, set[Role]] = {}
    permissions: dict[int, set[str]] = {}
    for council_id, role, codename in _live_grants(user):
        roles.setdefault(council_id, set()).add(Role(role))
        permissions.setdefault(council_id, set()).update({codename} if codename else ())
    return OwnAccess(
        user,
        tuple(
            CouncilAccess(
                user=user,
                council=council,
                roles=frozenset(roles[council.pk]),
                permissions=frozenset(permissions[council.pk]),
            )
            for council in queries.own_councils()
            if council.pk in roles
        ),
    )


def has_permission(user: User, permission: PermissionName, council: Council) -> bool:
    """Ask once, for services and tasks; a page uses ``request.access``."""
    return council_access(user, council).may(permission)


def person_for(access: CouncilAccess, user_id: int) -> User:
    """A person who holds or held a role in the council, for somebody who manages its people.

    Raises:
        Http404: without that right, and for everybody else in the world.
    """
    access.require(AccountsPermission.MANAGE_PEOPLE)
    known = Membership.objects.filter(council=access.council, user_id=user_id)
    person = User.objects.filter(pk__in=known.values("user_id"), is_service=False).first()
    if person is None:
        raise Http404
    return person


def membership_for(access: CouncilAccess, membership_id: UUID) -> Membership:
    """A role of somebody in the council, for somebody who manages its people, else Http404."""
    access.require(AccountsPermission.MANAGE_PEOPLE)
    found = (
        Membership.objects.select_related("user", "role_group", "council")
        .filter(council=access.council, pk=membership_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def invitation_for(access: CouncilAccess, invitation_id: UUID) -> Invitation:
    """An open invitation of the council, for somebody who manages its people, else Http404."""
    access.require(AccountsPermission.MANAGE_PEOPLE)
    found = (
        Invitation.objects.open()
        .select_related("council")
        .filter(council=access.council, pk=invitation_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def token_for(access: CouncilAccess, token_id: UUID) -> ApiToken:
    """One's own API token in the council, else Http404."""
    access.require(AccountsPermission.VIEW_COUNCIL)
    found = ApiToken.objects.filter(council=access.council, user=access.user, pk=token_id).first()
    if found is None:
        raise Http404
    return found
