"""Requests for a later due date over the API. One person asks, another decides (OP-6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    action_to_log,
    extension_for,
    extension_to_decide,
    extension_to_withdraw,
    extensions_of,
)
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    RefusalSerializer,
    checked,
)
from compliance.enums import ExtensionState
from compliance.models import ExtensionRequest
from compliance.permissions import CompliancePermission
from compliance.services.extensions import decide_extension, request_extension, withdraw_extension
from prevent_portal.accounts.models import display_name
from prevent_portal.web.pagination import Pagination


class ExtensionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    action_id = serializers.UUIDField()
    reference = serializers.CharField(help_text="Of the action, such as A12.")
    state = serializers.ChoiceField(choices=ExtensionState.choices)
    due_on = serializers.DateField(help_text="In force when it was asked.")
    wished_on = serializers.DateField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField()
    granted_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(help_text="Empty while nobody has decided.")


class NewExtensionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the action, as you read it.")
    wished_on = serializers.DateField()
    reason = serializers.CharField(max_length=1000)


class DecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    granted_on = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The date asked for, or an earlier one; left out, the one asked for.",
    )
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000, help_text="Needed for a refusal."
    )


def extension_data(asked: ExtensionRequest) -> dict[str, Any]:
    """A request as the API gives it."""
    names = ("id", "action_id", "state", "due_on", "wished_on", "reason", "asked_at", "granted_on", "note")
    return ExtensionSerializer(
        {
            **{name: getattr(asked, name) for name in (*names, "decided_at")},
            "reference": asked.action.reference,
            "asked_by": display_name(asked.asked_by),
            "decided_by": display_name(asked.decided_by) if asked.decided_by else "",
        }
    ).data


class ExtensionsAPI(ComplianceAPIView):
    """Requests about actions that the person may read, newest first."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS
    pagination_class = Pagination

    @extend_schema(operation_id="extensions", responses=ExtensionSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = extensions_of(self.access).order_by("-asked_at", "-pk")
        page: list[ExtensionRequest] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([extension_data(asked) for asked in page])


class ActionExtensionsAPI(ComplianceAPIView):
    """Ask for a later due date of an action."""

    permission = CompliancePermission.LOG_PROGRESS

    @extend_schema(
        operation_id="extension_create",
        request=NewExtensionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ExtensionSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, action_id: UUID) -> Response:
        action = action_to_log(self.access, action_id)
        given = checked(NewExtensionSerializer, request)

        def create() -> dict[str, Any]:
            asked = request_extension(action=action, by=self.person, token=uuid4(), **given)
            return extension_data(extension_for(self.access, asked.pk))

        return self.created_once(request, create)


class ExtensionAPI(ComplianceAPIView):
    """One request."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS

    @extend_schema(operation_id="extension", responses=ExtensionSerializer)
    def get(self, request: Request, extension_id: UUID) -> Response:
        return Response(extension_data(extension_for(self.access, extension_id)))


class ExtensionDecisionAPI(ComplianceAPIView):
    """Approve or refuse a request; never one's own."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="extension_decide",
        request=DecisionSerializer,
        responses={200: ExtensionSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, extension_id: UUID) -> Response:
        asked = extension_to_decide(self.access, extension_id)
        given = checked(DecisionSerializer, request)
        decide_extension(request=asked, by=self.person, **given)
        return Response(extension_data(extension_for(self.access, extension_id)))


class ExtensionWithdrawalAPI(ComplianceAPIView):
    """Take one's own request back."""

    permission = CompliancePermission.LOG_PROGRESS

    @extend_schema(
        operation_id="extension_withdraw",
        request=None,
        responses={200: ExtensionSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, extension_id: UUID) -> Response:
        asked = extension_to_withdraw(self.access, extension_id)
        withdraw_extension(request=asked, by=self.person)
        return Response(extension_data(extension_for(self.access, extension_id)))
