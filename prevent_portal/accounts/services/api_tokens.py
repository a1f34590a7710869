"""Keys for people's programs: made once, shown once, bound to one council and one person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import ApiToken, User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

LONGEST_LIFE = timedelta(days=366)
MOST_LIVE = 10
USE_NOTED_EVERY = timedelta(minutes=1)


def create(*, council: Council, name: str, expires_on: date, by: User) -> tuple[ApiToken, str]:
    """Make a token for oneself in a council. The caller is in the council's scope and has stepped up.

    Returns:
        The token and its secret, which is shown once and stored nowhere.

    Raises:
        AccountsRefused: for a last day gone by or more than a year off, or with ten live tokens already.
    """
    today = timezone.localdate()
    if not today <= expires_on <= today + LONGEST_LIFE:
        raise AccountsRefused("The last day must be within a year from today.")
    secret = f"ppt_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        if not council_access(person, council).is_member:
            raise AccountsRefused("You hold no role in this council.")
        live = ApiToken.objects.live().filter(
            council=council, user=person, security_stamp=person.security_stamp
        )
        if live.count() >= MOST_LIVE:
            raise AccountsRefused(f"You have {MOST_LIVE} tokens already. End one first.")
        token = ApiToken.objects.create(
            council=council,
            user=person,
            name=name.strip(),
            prefix=secret[:10],
            digest=_digest(secret),
            security_stamp=person.security_stamp,
            expires_on=expires_on,
        )
        record(action="accounts.token_created", subject=token, details={"expires_on": expires_on})
    return token, secret


def revoke(*, token: ApiToken, by: User) -> None:
    """End a token; its next request is refused."""
    with transaction.atomic():
        locked = ApiToken.objects.select_for_update().get(pk=token.pk, council_id=token.council_id)
        if locked.user_id != by.pk:
            raise AccountsRefused("This token belongs to somebody else.")
        if locked.revoked_at is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
            record(action="accounts.token_ended", subject=locked)


def holder_of(*, council: Council, secret: str) -> ApiToken | None:
    """The live token with this secret in this council, with its person; None for every other.

    A token dies with the security stamp it was made under: a changed password or factor, a lost role and a
    suspended account end it (AU-4).
    """
    with service_scope(council=council):
        token = (
            ApiToken.objects.live()
            .select_related("user")
            .filter(council=council, digest=_digest(secret))
            .first()
        )
        if token is None or not token.user.is_active or not token.is_live:
            return None
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
            token.last_used_at = now
            token.save(update_fields=["last_used_at"])
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
