"""Base classes of pages. A page names its permission or it does not import."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import View

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.tenancy.models import Council
from prevent_portal.web.return_places import returning


class CouncilRequest(HttpRequest):
    """A request inside a council's scope, as CouncilScopeMiddleware leaves it."""

    user: User
    council: Council
    access: CouncilAccess


class _PermissionDeclared:
    """Refuse a concrete class under /c/<council>/ that names no permission.

    ``permission`` is one name, or a mapping of HTTP method to name where writing needs another right.
    ``abstract = True`` in the class body itself marks a base class.
    """

    permission: ClassVar[PermissionName | dict[str, PermissionName] | None] = None
    abstract: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__dict__.get("abstract", False):
            return
        cls.abstract = False
        if cls.permission is None:
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__name__} names no permission.")
        if isinstance(cls.permission, dict):
            served = {m for m in ("get", "post", "put", "patch", "delete") if hasattr(cls, m)}
            missing = served - {method.lower() for method in cls.permission}
            if missing:
                raise ImproperlyConfigured(
                    f"{cls.__module__}.{cls.__name__} names no permission for {', '.join(sorted(missing))}."
                )

    @classmethod
    def permission_for(cls, method: str) -> PermissionName:
        """The permission that a method needs; HEAD and OPTIONS need that of GET, or of the first method."""
        declared = cls.permission
        if isinstance(declared, dict):
            by_method = {key.lower(): name for key, name in declared.items()}
            return by_method.get(method.lower()) or by_method.get("get") or next(iter(by_method.values()))
        if declared is None:
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__name__} names no permission.")
        return declared


def require_council_access(request: HttpRequest, declared: type[_PermissionDeclared]) -> CouncilAccess:
    """Return the request's access if it carries the class's permission, else raise Http404."""
    access = getattr(request, "access", None)
    if access is None:
        raise Http404
    access.require(declared.permission_for(request.method or "GET"))
    return cast(CouncilAccess, access)


class CouncilView(_PermissionDeclared, View):
    """A page under ``/c/<council>/``. Subclasses set ``permission`` and start from ``self.council``.

    The ``council`` part of the address is taken out of the view's keyword arguments: the middleware has
    resolved it, and ``self.council``, ``self.access`` and ``self.person`` hold the result.
    """

    abstract = True
    request: CouncilRequest
    council: Council
    access: CouncilAccess
    person: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.access = require_council_access(request, type(self))
        self.council = self.access.council
        self.person = self.access.user
        kwargs.pop("council", None)
        self.kwargs.pop("council", None)
        return returning(request, super().dispatch(request, *args, **kwargs), self.council.slug)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """No page answers OPTIONS; the API describes itself in its schema."""
        return self.http_method_not_allowed(request, *args, **kwargs)


class PersonView(View):
    """A page of the signed-in person across their own councils, such as My work.

    It needs no permission beyond being signed in: it shows only what the person's own memberships admit, and
    the middleware has opened that wider scope.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, AnonymousUser):  # LoginRequiredMiddleware sends people away before this
            raise Http404
        self.person = request.user
        return super().dispatch(request, *args, **kwargs)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.http_method_not_allowed(request, *args, **kwargs)
