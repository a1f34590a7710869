"""Where allauth asks the portal how accounts behave."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import people
from prevent_portal.tenancy.scope import own_councils_scope


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # the library has no types
    """People come by invitation; roles decide how they may sign in; every refusal is a plain sentence."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed or suspended. Ask your council’s administrator.",
        "email_password_mismatch": "The email address or the password is not right",
        "enter_current_password": "The password is not right",
        "incorrect_password": "The password is not right",
        "incorrect_code": "The code is not right, or it has been used. Enter the next one your app shows",
        "too_many_login_attempts": "Too many attempts. Wait 5 minutes, then try again",
        "rate_limited": "Too many attempts. Wait 5 minutes, then try again",
        "invalid_password_reset": "This link has been used or has run out",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what has happened; allauth's banners would say it again."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of the network connection; X-Forwarded-For only as far as our own proxies wrote it."""
        return get_client_ip(request) or "local"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Without the host name that allauth adds: the portal answers to several, the account is one.
        return str(credentials.get("email", "")).lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link of the configured address, whatever host name the request carried."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', key)}"

    def set_password(self, user: User, password: str) -> None:
        """Store the password and end what the old one opened."""
        with own_councils_scope(user_id=user.pk):
            people.set_password(user=user, password=password)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse a code sent by e-mail to people whose roles demand a second factor (AU-1)."""
        if (response := super().pre_login(request, user, **kwargs)) is not None:
            return cast(HttpResponse, response)
        methods = [proof["method"] for proof in get_authentication_records(request, user)]
        if methods and methods[-1] == "code":
            with own_councils_scope(user_id=user.pk):
                allowed = second_factor.may_use_emailed_code(second_factor.roles_of(user))
            if not allowed:
                clear_login(request)
                return HttpResponseRedirect(f"{reverse('account_login')}?why=code")
        return None

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """One page for every step-up."""
        return [{"id": "step_up", "description": "Confirm it is you", "url": reverse("step_up")}]

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not second_factor.fresh(context.request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # the library has no types
    """Secrets of authenticator apps are stored encrypted, under a key made from SECRET_KEY."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return str(_box().encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return str(_box().decrypt(encrypted_text.encode()).decode())
        except InvalidToken:
            # The key was changed without a fallback: no code is right until the person enrols again.
            return str(generate_totp_secret())


def _box() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest()))
            for key in keys
        ]
    )
