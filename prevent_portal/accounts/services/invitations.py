"""Invite people, let them in, take the invitation back (AU-5)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership, User
from prevent_portal.accounts.policies import (
    AccountsRefused,
    require_inviter,
    require_people_manager,
    require_usable,
)
from prevent_portal.accounts.services import memberships
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope

LIFE = timedelta(days=7)


def digest_of(secret: str) -> str:
    """What is stored of a secret that has 256 bits of chance: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(
    *, council: Council, email: str, name: str, role: Role, by: User, role_ends_on: date | None = None
) -> tuple[Invitation, str]:
    """Offer a role to an address and send the link. An open offer of the same role is replaced.

    The caller is in the council's scope.

    Args:
        by: an administrator of the council, or the service principal for a council that has none yet.

    Returns:
        The invitation and its secret, which is stored nowhere.

    Raises:
        AccountsRefused: without the right to manage people, for oneself, for somebody who holds the role
            already, or for a last day gone by.
    """
    address = email.strip().lower()
    now = timezone.now()
    if role_ends_on is not None and role_ends_on < timezone.localdate():
        raise AccountsRefused("The last day must be today or later.")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        require_inviter(by=by, council=council)
        if address == by.email:
            raise AccountsRefused("You cannot give yourself a role. Ask another administrator.")
        if (
            Membership.objects.live()
            .filter(council=council, user__email=address, role_group__role=role, ends_on__isnull=True)
            .exists()
        ):
            raise AccountsRefused(f"They already hold the role of {role.in_sentence}.")
        for earlier in (
            Invitation.objects.select_for_update().open().filter(council=council, email=address, role=role)
        ):
            earlier.withdrawn_at = now
            earlier.save(update_fields=["withdrawn_at"])
        invitation = Invitation.objects.create(
            council=council,
            email=address,
            name=name.strip(),
            role=role,
            role_ends_on=role_ends_on,
            digest=digest_of(secret),
            invited_by=by,
            created_at=now,
            expires_at=now + LIFE,
        )
        record(action="accounts.invited", subject=invitation, details={"role": role.value})
        _send(invitation, secret)
    return invitation, secret


def withdraw(*, invitation: Invitation, by: User) -> None:
    """Take an invitation back; its link stops working at once.

    Raises:
        AccountsRefused: if it was accepted or withdrawn before, or without the right to manage people.
    """
    with transaction.atomic():
        require_people_manager(by=by, council=invitation.council)
        locked = Invitation.objects.select_for_update().get(
            pk=invitation.pk, council_id=invitation.council_id
        )
        if locked.accepted_at is not None:
            raise AccountsRefused("This invitation has been accepted. End the role instead.")
        if locked.withdrawn_at is not None:
            raise AccountsRefused("This invitation was withdrawn already.")
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        record(action="accounts.invitation_withdrawn", subject=locked, details={"role": locked.role})


def accept_with_new_account(*, council: Council, secret: str, name: str, password: str) -> User:
    """Open an account for the invited address and give it the role: the invitation's only use.

    Nobody is signed in, so the work is done in the council's service scope; whoever sends the same link twice
    at once waits for the first.

    Raises:
        AccountsRefused: if the invitation is not usable, or the address has an account already.
    """
    with service_scope(council=council):
        invitation = _locked(council=council, digest=digest_of(secret))
        require_usable(invitation)
        if User.objects.filter(email=invitation.email).exists():
            raise AccountsRefused("There is an account for this address. Sign in with it to accept.")
        user = User.objects.create_user(invitation.email, password, name=name.strip())
        _join(invitation, user)
    return user


def accept_with_own_account(*, council: Council, invitation: Invitation, by: User) -> None:
    """Give the role to the signed-in person whose address was invited.

    Raises:
        AccountsRefused: if the invitation is not usable or was sent to another address.
    """
    with service_scope(council=council):
        locked = _locked(council=council, digest=invitation.digest)
        require_usable(locked)
        if locked.email != by.email:
            raise AccountsRefused("This invitation was sent to another address.")
        _join(locked, by)


def _locked(*, council: Council, digest: str) -> Invitation:
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("invited_by", "council")
        .filter(council=council, digest=digest)
        .first()
    )
    if found is None:
        raise AccountsRefused("This link does not lead to an invitation. Copy it whole from the email.")
    return found


def _join(invitation: Invitation, user: User) -> None:
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    sender = invitation.invited_by
    memberships.give_role(
        user=user,
        council=invitation.council,
        role=Role(invitation.role),
        by=None if sender.is_service else sender,
        starts_on=timezone.localdate(),
        ends_on=invitation.role_ends_on,
    )
    with council_scope(user_id=user.pk, council=invitation.council):
        record(
            action="accounts.invitation_accepted",
            subject=invitation,
            details={"user": user.pk, "role": invitation.role},
        )


def _send(invitation: Invitation, secret: str) -> None:
    council = invitation.council
    path = reverse("invitation", kwargs={"council_slug": council.slug, "secret": secret})
    context = {
        "council": council,
        "name": invitation.name,
        "role": Role(invitation.role).in_sentence,
        "link": f"{settings.PUBLIC_URL}{path}",
        "last_day": timezone.localtime(invitation.expires_at),
    }
    send_mail(
        subject=f"{council.name} invites you to Prevent Portal",
        message=render_to_string("accounts/email/invitation.txt", context),
        from_email=None,
        recipient_list=[invitation.email],
    )
