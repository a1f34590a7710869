"""Rounds and answers of the duty checklist over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import answer_for, answer_to_change, assessment_for, assessments_of
from compliance.api.plans import named_owner
from compliance.api.writes import VERSIONED_ANSWERS, ComplianceAPIView, checked
from compliance.enums import TimescaleKind
from compliance.permissions import CompliancePermission
from compliance.queries.checklist import item_lines
from compliance.services.checklist import answer_item
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


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField(source="item.ref")
    prompt = serializers.CharField(source="item.title")
    status = serializers.CharField(help_text="A value of the edition's scale, empty where unanswered.")
    response = serializers.CharField()
    timescale = serializers.ChoiceField(choices=TimescaleKind.choices, allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class AnswerChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    status = serializers.CharField(max_length=30)
    response = serializers.CharField(max_length=4000)
    timescale = serializers.ChoiceField(choices=TimescaleKind.choices[1:])
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    owner_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="Left out, the owner stays. Only coordinators change it."
    )


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


class AnswerAPI(ComplianceAPIView):
    """One item's answer."""

    permission = {
        "get": CompliancePermission.VIEW_CHECKLIST,
        "put": CompliancePermission.ANSWER_OWN_ITEMS,
    }

    @extend_schema(operation_id="checklist_answer", responses=AnswerSerializer)
    def get(self, request: Request, answer_id: UUID) -> Response:
        return Response(AnswerSerializer(answer_for(self.access, answer_id)).data)

    @extend_schema(
        operation_id="checklist_answer_change",
        request=AnswerChangeSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_change(self.access, answer_id)
        given = checked(AnswerChangeSerializer, request)
        owner = answer.owner
        if "owner_id" in given and given["owner_id"] != answer.owner_id:
            self.access.require(CompliancePermission.ANSWER_CHECKLIST)
            owner = named_owner(self.council, given["owner_id"])
        changed = answer_item(
            answer=answer,
            by=self.person,
            status=given["status"],
            response=given["response"],
            timescale=given["timescale"],
            due_on=given["due_on"],
            owner=owner,
            version=given["version"],
            token=uuid4(),
        )
        return Response(AnswerSerializer(changed).data)
