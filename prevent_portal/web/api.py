"""The API twin of the pages: the same scope, permissions, access functions and services. Deny by default."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as default_exception_handler

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.outbox.services.replies import KeyReused, begin_reply, finish_reply
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.dates import FIRST_DAY, LAST_DAY, british_date, is_plausible
from prevent_portal.web.views import _PermissionDeclared, require_council_access

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    required=False,
    type=str,
    description="At most 120 characters of your choice. For two days the same key returns the first "
    "answer and creates nothing; with another body it is refused with 422.",
)

_NO_DAY = f"The date must be between {british_date(FIRST_DAY)} and {british_date(LAST_DAY)}."


class RefusalSerializer(serializers.Serializer[Any]):
    """Why something was refused, as a sentence."""

    detail = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field named like the base's attribute
    theirs = serializers.CharField()
    yours = serializers.CharField()


class StaleSerializer(serializers.Serializer[Any]):
    """Somebody else saved first: both texts, and the version to send next."""

    detail = serializers.CharField()
    version = serializers.IntegerField()
    differences = DifferenceSerializer(many=True)


WRITE_ANSWERS: dict[int, Any] = {400: RefusalSerializer, 422: RefusalSerializer}
VERSIONED_ANSWERS: dict[int, Any] = {400: RefusalSerializer, 409: StaleSerializer}


def checked(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, read by a serializer, or a 400 that names the fields.

    A day of a year that nobody means is refused as in a form, wherever in the body it stands.
    """
    reader = serializer(data=request.data)
    reader.is_valid(raise_exception=True)
    wrong = {name: [_NO_DAY] for name, value in reader.validated_data.items() if not _is_meant(value)}
    if wrong:
        raise exceptions.ValidationError(wrong)
    return dict(reader.validated_data)


def _is_meant(value: Any) -> bool:
    """Whether every day in a value of a body is one that can be meant."""
    if isinstance(value, dict):
        return all(_is_meant(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_meant(each) for each in value)
    return not isinstance(value, date) or is_plausible(value.date() if isinstance(value, datetime) else value)


class HoldsCouncilPermission(BasePermission):
    """The declared permission of a CouncilAPIView; what is not permitted is a 404."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        require_council_access(request._request, type(view))  # type: ignore[arg-type] # HoldsCouncilPermission guards council views alone
        return True


class CouncilAPIView(_PermissionDeclared, APIView):
    """An API address under ``/api/v1/c/<council>/``. Subclasses set ``permission`` like a page does."""

    abstract = True
    permission_classes = [HoldsCouncilPermission]
    metadata_class = None  # no address answers OPTIONS; the schema describes the API

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.access: CouncilAccess = request._request.access  # type: ignore[attr-defined] # the middleware sets it
        self.council: Council = self.access.council
        self.person: User = self.access.user

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("council", None)
        return super().dispatch(request, *args, **kwargs)


class WritingAPIView(CouncilAPIView):
    """Words refusals: 409 for a stale version with both texts, 422 for a reused key, else 400."""

    abstract = True

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StaleVersion):
            body = {
                "detail": str(exc),
                "version": exc.version,
                "differences": [
                    {"field": one.field, "label": one.label, "theirs": one.theirs, "yours": one.yours}
                    for one in exc.differences
                ],
            }
            return self._refuse(409, body)
        if isinstance(exc, PolicyError):
            return self._refuse(422 if isinstance(exc, KeyReused) else 400, {"detail": str(exc)})
        return super().handle_exception(exc)

    def _refuse(self, status: int, body: dict[str, Any]) -> Response:
        response = Response(body, status=status)
        response.exception = True
        return response

    def created_once(self, request: Request, create: Callable[[], dict[str, Any]]) -> Response:
        """Create, or answer a repeat of the key with the answer it had. A refusal frees the key."""
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return Response(create(), status=201)
        if len(key) > 120 or not key.isprintable():
            raise exceptions.ValidationError(
                {"detail": "Idempotency-Key must be at most 120 printable characters."}
            )
        with transaction.atomic():
            reply = begin_reply(
                council=self.council,
                by=self.person,
                route=request.path[:200],
                key=key,
                body=_fingerprinted(request),
            )
            if reply.status is None:
                finish_reply(reply=reply, status=201, body=create())
        return Response(reply.body, status=reply.status)


def _fingerprinted(request: Request) -> Any:
    """The body as JSON can carry it; a sent file stands there by its checksum."""
    if not isinstance(request.data, QueryDict):
        return request.data
    body: dict[str, list[Any]] = {}
    for name, values in request.data.lists():
        body[name] = [_digest(value) if isinstance(value, UploadedFile) else value for value in values]
    return body


def _digest(file: UploadedFile[Any]) -> dict[str, str]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return {"name": file.name or "", "sha256": digest.hexdigest()}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Word every refusal alike; a hidden thing and a missing one give the same answer."""
    if isinstance(exc, Http404 | exceptions.PermissionDenied | exceptions.NotFound) and not _is_csrf(exc):
        return Response({"detail": "There is nothing at this address."}, status=404)
    return default_exception_handler(exc, context)


def _is_csrf(exc: Exception) -> bool:
    return isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF")
