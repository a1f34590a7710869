"""What writes over compliance's API share: refusals in words, and creates that happen once (API-1, API-3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.policies import PolicyError, StaleVersion
from compliance.services.replies import KeyReused, begin_reply, finish_reply
from prevent_portal.web.api import CouncilAPIView

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    required=False,
    type=str,
    description="At most 120 characters of your choice. The same key again returns the first answer and "
    "creates nothing; with another body it is refused with 422.",
)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why something was refused, as a sentence."""

    detail = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
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
    """The body, read by a serializer, or a 400 that names the fields."""
    reader = serializer(data=request.data)
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)


class ComplianceAPIView(CouncilAPIView):
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
            raise ValidationError({"detail": "Idempotency-Key must be at most 120 printable characters."})
        with transaction.atomic():
            reply = begin_reply(
                council=self.council, by=self.person, route=request.path[:200], key=key, body=request.data
            )
            if reply.status is None:
                finish_reply(reply=reply, status=201, body=create())
        return Response(reply.body, status=reply.status)
