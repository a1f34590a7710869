"""Answers of the duty checklist over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import answer_for, answer_to_change
from compliance.api.plans import named_owner
from compliance.api.writes import VERSIONED_ANSWERS, ComplianceAPIView, checked
from compliance.enums import TimescaleKind
from compliance.permissions import CompliancePermission
from compliance.services.checklist import answer_item


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField(source="asked.ref")
    prompt = serializers.CharField(source="asked.title")
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
