"""Who is asking the API, and its default answer. REST framework loads these before any view."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from prevent_portal.accounts.models import User


class RequestAuthentication(BaseAuthentication):
    """Take the person whom the middleware found: by token (``request.api_token``) or by session with CSRF."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        plain = request._request
        person = plain.user
        if not person.is_authenticated:
            return None
        token = getattr(plain, "api_token", None)
        if token is None:
            check = CSRFCheck(lambda request: None)  # type: ignore[arg-type] # never called
            check.process_request(plain)
            if reason := check.process_view(plain, None, (), {}):  # type: ignore[arg-type] # the check looks at no view
                raise exceptions.PermissionDenied(f"CSRF check failed: {reason}")
        return person, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class DenyAll(BasePermission):
    """The default of every API view that declares nothing."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False
