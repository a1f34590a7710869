"""Designations and the national threat level over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.designations import designations_seen
from partnerships.enums import DatePrecision, DesignationKind
from partnerships.models import Designation, ThreatLevel
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.designations import threat_levels
from partnerships.services.designations import record_designation
from prevent_portal.web.api import IDEMPOTENCY_KEY, WRITE_ANSWERS, WritingAPIView, checked
from prevent_portal.web.pagination import Pagination

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


class DesignationSerializer(serializers.ModelSerializer[Designation]):
    class Meta:
        model = Designation
        fields = ("id", "kind", "starts_on", "precision", "source", "version")


class NewDesignationSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=DesignationKind.choices)
    starts_on = serializers.DateField(help_text="It holds until the next designation begins.")
    precision = serializers.ChoiceField(choices=DatePrecision.choices, default=DatePrecision.DAY)
    source = serializers.CharField(max_length=300)  # type: ignore[assignment] # named like the base's attribute


class ThreatLevelSerializer(serializers.ModelSerializer[ThreatLevel]):
    class Meta:
        model = ThreatLevel
        fields = ("level", "starts_on", "source", "source_url")


class DesignationsAPI(WritingAPIView):
    """How the area was designated, the latest first."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(operation_id="designations", responses=DesignationSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Designation] = (
            pages.paginate_queryset(designations_seen(self.access), request, view=self) or []
        )
        return pages.get_paginated_response(DesignationSerializer(page, many=True).data)

    @extend_schema(
        operation_id="designation_record",
        request=NewDesignationSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DesignationSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewDesignationSerializer, request)

        def create() -> dict[str, Any]:
            made = record_designation(council=self.council, by=self.person, **given)
            return dict(DesignationSerializer(made).data)

        return self.created_once(request, create)


class ThreatLevelsAPI(WritingAPIView):
    """The national threat level, the latest first; the same for every council."""

    permission = _VIEW
    pagination_class = Pagination

    @extend_schema(operation_id="threat_levels", responses=ThreatLevelSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[ThreatLevel] = pages.paginate_queryset(threat_levels(), request, view=self) or []
        return pages.get_paginated_response(ThreatLevelSerializer(page, many=True).data)
