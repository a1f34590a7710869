"""Sign a test client in with the session that the sign-in pages would have left behind."""

from __future__ import annotations

import time
from typing import cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpRequest
from django.test import Client

from prevent_portal.accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(client: Client, user: User, second_factor: bool = True) -> Client:
    """Leave ``client`` with a session of ``user``, as if they had just signed in.

    The proofs are written by allauth's own function, so that a page cannot tell the difference.

    Args:
        second_factor: also with a code of the authenticator app; the app is enrolled (``SECRET``) if the
            person has none.
    """
    client.force_login(user)
    session = client.session
    request = HttpRequest()
    request.session = session
    request.user = user
    record_authentication(request, user, method="password", email=user.email)
    if second_factor:
        app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if app is None:
            app = cast(Authenticator, TOTP.activate(user, SECRET).instance)
        record_authentication(request, user, method="mfa", id=app.pk, type=app.type)
    session.save()
    return client


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """The code that an authenticator app shows now, or so many steps of 30 seconds from now."""
    return cast(str, format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))
