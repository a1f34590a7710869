"""Enrol, replace and remove the second factor (AU-1)."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db import transaction

from prevent_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.audit.services import record

CODE_LIFE_SECONDS = 120
"""Longer than any code can be valid (three steps of 30 seconds)."""


def enrol_totp(*, user: User, secret: str, by: User) -> Authenticator:
    """Make an authenticator app the person's second factor, in place of the one before.

    New recovery codes are made; every session and token of the person ends (the page that enrols renews its
    own session afterwards).

    Args:
        secret: base 32, as the app was given it.

    Raises:
        ValueError: for a secret that is not base 32.
    """
    try:
        base64.b32decode(secret.encode("ascii"), casefold=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("The secret of an authenticator app is written in base 32.") from error
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user).delete()
        app = cast(Authenticator, TOTP.activate(user, secret).instance)
        RecoveryCodes.activate(user)
        _rotate(user)
        record(action="accounts.second_factor_enrolled", subject=user, details={"user": user.pk, "by": by.pk})
    return app


def remove_totp(*, user: User, by: User, roles: frozenset[Role]) -> None:
    """Take the second factor off an account whose roles do not demand one.

    Raises:
        AccountsRefused: if a role of the person demands it.
    """
    if roles & SECOND_FACTOR_ROLES:
        raise AccountsRefused("Your role demands a second factor. You can change it, not remove it.")
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        _rotate(user)
        record(action="accounts.second_factor_removed", subject=user, details={"user": user.pk, "by": by.pk})


def renew_recovery_codes(*, user: User) -> list[str]:
    """Make ten new recovery codes; the old ones stop working.

    Raises:
        AccountsRefused: without an authenticator app.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not has_totp(user):
            raise AccountsRefused("Set up an authenticator app first.")
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(user)
        record(action="accounts.recovery_codes_renewed", subject=user, details={"user": user.pk})
    return cast(list[str], codes.get_unused_codes())


def has_totp(user: User) -> bool:
    """Whether the person has an authenticator app enrolled."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def unused_recovery_codes(user: User) -> list[str]:
    """The recovery codes that still work; empty without a second factor."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return cast(list[str], row.wrap().get_unused_codes()) if row else []


def totp_secret(user: User) -> str | None:
    """The secret of the person's authenticator app, for the demo's own addresses only.

    Raises:
        AccountsRefused: for any address that does not end in ``.example``.
    """
    if not user.email.endswith(".example"):
        raise AccountsRefused("Codes can be shown only for the demo’s addresses, which end in .example.")
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return cast(str, decrypt(row.data["secret"])) if row else None


def spend_code(*, user: User, code: str) -> bool:
    """Use up a code: true the first time, false for a replay. One atomic step in Valkey.

    allauth remembers a code for one step only, and we accept three, so this remembers for longer.
    """
    return cache.add(f"accounts.code.{user.pk}.{code}", "spent", timeout=CODE_LIFE_SECONDS)


def _rotate(user: User) -> None:
    user.security_stamp = uuid.uuid4()
    user.save(update_fields=["security_stamp"])
