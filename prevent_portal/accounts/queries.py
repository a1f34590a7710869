"""Reads of accounts that other rooms ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.utils import timezone

from prevent_portal.accounts.models import ApiToken, Invitation, Membership, User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Display names by user id, for one page, in one query."""
    people = User.objects.filter(pk__in=set(user_ids), is_service=False).only("name", "email")
    return {person.pk: display_name(person) for person in people}


def members_by_name(council: Council) -> list[tuple[int, str]]:
    """Everybody who holds or held a role in a council, by name, for a list to choose from."""
    members = Membership.objects.filter(council=council)
    people = User.objects.filter(pk__in=members.values("user_id"), is_service=False)
    return sorted(((person.pk, display_name(person)) for person in people), key=lambda pair: pair[1].lower())


def own_councils(**columns: Combinable) -> list[Council]:
    """The councils that the scope's person belongs to now, whichever of them is being worked in.

    The database answers for the person of the current scope and for nobody else.

    Args:
        columns: what else to read of each council in the same statement.
    """
    return list(
        Council.objects.joined()
        .annotate(**columns)
        .filter(pk__in=RawSQL("SELECT unnest(accounts_own_councils())", []))
        .order_by("name")
    )


@dataclass(frozen=True)
class InvitationFound:
    """What the page behind an invitation's link needs to know. It changes nothing by being asked."""

    invitation: Invitation
    has_account: bool


def find_invitation(*, council: Council, digest: str) -> InvitationFound | None:
    """The invitation with this hash in this council, for somebody who holds its link."""
    with service_scope(council=council):
        invitation = (
            Invitation.objects.select_related("invited_by", "council")
            .filter(council=council, digest=digest)
            .first()
        )
    if invitation is None:
        return None
    return InvitationFound(invitation, User.objects.filter(email=invitation.email).exists())


def invitation_to(*, user: User, council: Council, invitation_id: UUID) -> Invitation | None:
    """An invitation of a council that was sent to this person's own address."""
    with service_scope(council=council):
        return (
            Invitation.objects.select_related("invited_by", "council")
            .filter(council=council, pk=invitation_id, email=user.email)
            .first()
        )


def open_invitations(council: Council) -> list[Invitation]:
    """Invitations that were neither accepted nor withdrawn, newest first."""
    return list(Invitation.objects.open().filter(council=council).select_related("invited_by")[:200])


def people_with(council: Council, roles: Iterable[str] | None = None) -> QuerySet[User]:
    """People who hold a role in a council today and may sign in, by name.

    Args:
        roles: those of which a person holds at least one; any role unless told, nobody for no role.
    """
    held = Membership.objects.live().filter(council=council)
    if roles is not None:
        held = held.filter(role_group__role__in=list(roles))
    return User.objects.filter(pk__in=held.values("user"), is_active=True, is_service=False).order_by(
        "name", "email"
    )


def people_of(council: Council, *, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """People of a council by name, narrowed by the filters of the people page."""
    today = timezone.localdate()
    theirs = Membership.objects.filter(council=council, user=OuterRef("pk"))
    if role:
        theirs = theirs.filter(role_group__role=role)
    live = theirs.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, revoked_at__isnull=True
    )
    coming = theirs.filter(starts_on__gt=today, revoked_at__isnull=True)
    people = User.objects.filter(is_service=False)
    if state == "coming":
        people = people.filter(Exists(coming))
    elif state == "ended":
        people = people.filter(Exists(theirs)).exclude(Exists(live)).exclude(Exists(coming))
    elif state == "suspended":
        people = people.filter(Exists(live), is_active=False)
    else:
        people = people.filter(Exists(live))
    for word in q.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return people.order_by("name", "email", "pk")


def roles_in(council: Council, user_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """All roles, past and to come, of some people in a council, in one query, newest last."""
    found: dict[int, list[Membership]] = {}
    rows = (
        Membership.objects.filter(council=council, user_id__in=list(user_ids))
        .select_related("role_group")
        .order_by("starts_on", "created_at")
    )
    for membership in rows:
        found.setdefault(membership.user_id, []).append(membership)
    return found


def with_second_factor(user_ids: Iterable[int]) -> set[int]:
    """Which of these people have an authenticator app."""
    return set(
        Authenticator.objects.filter(user_id__in=list(user_ids), type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )


def own_roles(user: User) -> list[Membership]:
    """One's own live roles in all councils, by council. Needs the person's own-councils scope."""
    return list(
        Membership.objects.live()
        .filter(user=user)
        .select_related("council", "role_group")
        .order_by("council__name", "role_group__role")
    )


def own_tokens(user: User, council: Council) -> list[ApiToken]:
    """One's own API tokens in a council, newest first."""
    return list(
        ApiToken.objects.filter(council=council, user=user).select_related("user").order_by("-created_at")
    )


def live_token_count(user: User, council: Council) -> int:
    """How many working API tokens a person has in a council."""
    return (
        ApiToken.objects.live().filter(council=council, user=user, security_stamp=user.security_stamp).count()
    )
