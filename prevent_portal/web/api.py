"""The API twin of the pages: the same scope, permissions, access functions and services. Deny by default."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as default_exception_handler

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.views import _PermissionDeclared, require_council_access


class HoldsCouncilPermission(BasePermission):
    """The declared permission of a CouncilAPIView; what is not permitted is a 404."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        require_council_access(request._request, type(view))  # type: ignore[arg-type]
        return True


class CouncilAPIView(_PermissionDeclared, APIView):
    """An API address under ``/api/v1/c/<council>/``. Subclasses set ``permission`` like a page does."""

    abstract = True
    permission_classes: ClassVar[list[type[BasePermission]]] = [HoldsCouncilPermission]  # type: ignore[misc]
    metadata_class = None  # no address answers OPTIONS; the schema describes the API

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.access: CouncilAccess = request._request.access  # type: ignore[attr-defined]
        self.council: Council = self.access.council
        self.person: User = self.access.user

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("council", None)
        return super().dispatch(request, *args, **kwargs)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Word every refusal alike; a hidden thing and a missing one give the same answer."""
    if isinstance(exc, Http404 | exceptions.PermissionDenied | exceptions.NotFound) and not _is_csrf(exc):
        return Response({"detail": "There is nothing at this address."}, status=404)
    return default_exception_handler(exc, context)


def _is_csrf(exc: Exception) -> bool:
    return isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF")
