"""Rounds of the duty checklist over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import assessment_for, assessments_of
from compliance.api.writes import ComplianceAPIView
from compliance.permissions import CompliancePermission
from compliance.queries.checklist import item_lines
from prevent_portal.web.pagination import Pagination


class AssessmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    edition = serializers.CharField(source="edition.code")
    period = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    state = serializers.CharField()


class ItemSerializer(serializers.Serializer[Any]):
    """An item with its answer, in words."""

    id = serializers.UUIDField()
    ref = serializers.CharField()
    workstream = serializers.CharField()
    prompt = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField(help_text="Label on the edition's own scale.")
    counts_as = serializers.CharField()
    response = serializers.CharField()
    timescale = serializers.CharField()
    owner = serializers.CharField()


class AssessmentDetailSerializer(AssessmentSerializer):
    scale = serializers.JSONField(help_text="The edition's own scale: value, label, counts_as.")
    items = ItemSerializer(many=True)


class AssessmentsAPI(ComplianceAPIView):
    """Rounds of the council, newest first."""

    permission = CompliancePermission.VIEW_CHECKLIST
    pagination_class = Pagination

    @extend_schema(operation_id="checklist_rounds", responses=AssessmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = assessments_of(self.access).order_by("-period_start", "-opened_at")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(AssessmentSerializer(page, many=True).data)


class AssessmentAPI(ComplianceAPIView):
    """One round with every item."""

    permission = CompliancePermission.VIEW_CHECKLIST

    @extend_schema(operation_id="checklist_round", responses=AssessmentDetailSerializer)
    def get(self, request: Request, assessment_id: UUID) -> Response:
        assessment = assessment_for(self.access, assessment_id)
        data: dict[str, Any] = {
            **AssessmentSerializer(assessment).data,
            "scale": assessment.edition.scale,
            "items": ItemSerializer(item_lines(assessment), many=True).data,
        }
        return Response(data)
