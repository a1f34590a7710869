"""What may be done to accounts and roles. Each refusal is a sentence for the person who asked."""

from __future__ import annotations

from django.db.models import QuerySet

from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership, User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.tenancy.models import Council


class AccountsRefused(Exception):
    """A change that is not made. The message is a sentence for the person who asked for it."""


def require_people_manager(*, by: User, council: Council) -> None:
    """Refuse unless the person may manage the council's people now (OP-3: asked again when work is done)."""
    if not has_permission(by, AccountsPermission.MANAGE_PEOPLE, council):
        raise AccountsRefused("Only an administrator of the council can do this.")


def require_inviter(*, by: User, council: Council) -> None:
    """Refuse unless the person may manage the council's people, or is the service principal.

    Nobody can sign in as that one: it stands for whoever sets a council up at the command line, before the
    council has an administrator who could invite the first. Once it has one, whoever runs the portal lets
    nobody in.
    """
    if not by.is_service:
        require_people_manager(by=by, council=council)
    elif _administrators(council).exists():
        raise AccountsRefused(f"{council.name} has an administrator, who invites its people.")


def _administrators(council: Council) -> QuerySet[Membership]:
    """Roles of today of the council's administrators who can sign in."""
    return Membership.objects.live().filter(
        council=council, role_group__role=Role.ADMINISTRATOR, user__is_active=True
    )


def require_may_give(*, by: User, user: User, council: Council) -> None:
    """Refuse a role that somebody gives to themselves: every grant takes two people."""
    require_people_manager(by=by, council=council)
    if by.pk == user.pk:
        raise AccountsRefused("You cannot give yourself a role. Ask another administrator.")


def require_may_end(*, membership: Membership) -> None:
    """Refuse to end the council's last administrator. The caller holds the council's administrators locked.

    An administrator whose own last day is set already does not count: the council would be left with none.
    """
    if membership.role != Role.ADMINISTRATOR:
        return
    others = (
        Membership.objects.live()
        .filter(
            council_id=membership.council_id,
            role_group__role=Role.ADMINISTRATOR,
            ends_on__isnull=True,
            user__is_active=True,
        )
        .exclude(pk=membership.pk)
        .exclude(user_id=membership.user_id)
    )
    if not others.exists():
        raise AccountsRefused(
            "This is the council’s last administrator. Make somebody else an administrator first."
        )


def require_usable(invitation: Invitation) -> None:
    """Refuse an invitation that was used, withdrawn, has run out, or whose sender may no longer invite."""
    if invitation.accepted_at is not None:
        raise AccountsRefused("This invitation has been used. Sign in with the account it opened.")
    if invitation.withdrawn_at is not None:
        raise AccountsRefused("This invitation was withdrawn. Ask the council for a new one.")
    if invitation.has_run_out:
        raise AccountsRefused("This invitation has run out: it lived 7 days. Ask the council for a new one.")
    sender = invitation.invited_by
    if sender.is_service:
        return
    if not has_permission(sender, AccountsPermission.MANAGE_PEOPLE, invitation.council):
        raise AccountsRefused("This invitation no longer counts. Ask the council for a new one.")
