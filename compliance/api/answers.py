"""The life of checklist answers over the API: ask, submit, return, accept, moderate, agree, link actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    action_for,
    answer_for,
    answer_to_change,
    answer_to_moderate,
    assessment_to_moderate,
    visible_actions,
)
from compliance.api.checklist import AnswerSerializer, answer_data, named_respondent
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
)
from compliance.enums import ActionStatus, AnswerState
from compliance.permissions import CompliancePermission
from compliance.queries.answers import actions_linked, items_asked_of
from compliance.services.assignments import assign_items
from compliance.services.checklist import submit_answer
from compliance.services.item_links import link_action, unlink_action
from compliance.services.moderation import accept_answer, agree_score, moderate_answer, return_answer
from prevent_portal.web.pagination import Pagination


class AskedItemSerializer(serializers.Serializer[Any]):
    """An item that the person is asked for."""

    id = serializers.UUIDField()
    ref = serializers.CharField()
    title = serializers.CharField()
    workstream = serializers.CharField()
    period = serializers.CharField()
    state = serializers.ChoiceField(choices=AnswerState.choices)
    answer_by = serializers.DateField(allow_null=True)
    to_confirm = serializers.BooleanField()


class AssignSerializer(serializers.Serializer[Any]):
    items = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    owner_id = serializers.IntegerField(allow_null=True, help_text="Null takes the items back.")
    answer_by = serializers.DateField(required=False, allow_null=True, default=None)


class AssignedSerializer(serializers.Serializer[Any]):
    """How many items are now asked of the person."""

    assigned = serializers.IntegerField()


class AnswerVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class ReturnSerializer(AnswerVersionSerializer):
    comment = serializers.CharField(max_length=2000)


class ModerationSerializer(AnswerVersionSerializer):
    score = serializers.CharField(max_length=30, help_text="A value of the edition's scale.")
    challenge = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class AgreementSerializer(AnswerVersionSerializer):
    score = serializers.CharField(max_length=30, help_text="A value of the edition's scale.")
    agreed_on = serializers.DateField()
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ActionLinkSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()


class LinkedActionSerializer(serializers.Serializer[Any]):
    """An action that is to bring the item about."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=ActionStatus.choices)


class OwnItemsAPI(ComplianceAPIView):
    """Items of open rounds that one is asked for."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS
    pagination_class = Pagination

    @extend_schema(operation_id="checklist_own_items", responses=AskedItemSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page = pages.paginate_queryset(items_asked_of(self.council, self.person), request, view=self)
        return pages.get_paginated_response(AskedItemSerializer(page, many=True).data)


class AssignAPI(ComplianceAPIView):
    """Ask one person for several items of a round, all or none."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    @extend_schema(
        operation_id="checklist_assign",
        request=AssignSerializer,
        responses={200: AssignedSerializer, 400: WRITE_ANSWERS[400]},
    )
    def put(self, request: Request, assessment_id: UUID) -> Response:
        assessment = assessment_to_moderate(self.access, assessment_id)
        given = checked(AssignSerializer, request)
        asked = assign_items(
            assessment=assessment,
            by=self.person,
            answer_ids=given["items"],
            owner=named_respondent(self.council, given["owner_id"]),
            answer_by=given["answer_by"],
        )
        return Response({"assigned": len(asked)})


class SubmitAPI(ComplianceAPIView):
    """Hand an answer in."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    @extend_schema(
        operation_id="checklist_answer_submit",
        request=AnswerVersionSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_change(self.access, answer_id)
        given = checked(AnswerVersionSerializer, request)
        return Response(answer_data(submit_answer(answer=answer, by=self.person, token=uuid4(), **given)))


class ReturnAPI(ComplianceAPIView):
    """Give an answer back with a comment."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    @extend_schema(
        operation_id="checklist_answer_return",
        request=ReturnSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_moderate(self.access, answer_id)
        given = checked(ReturnSerializer, request)
        return Response(answer_data(return_answer(answer=answer, by=self.person, token=uuid4(), **given)))


class AcceptAPI(ComplianceAPIView):
    """Accept somebody else's submitted answer."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    @extend_schema(
        operation_id="checklist_answer_accept",
        request=AnswerVersionSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_moderate(self.access, answer_id)
        given = checked(AnswerVersionSerializer, request)
        return Response(answer_data(accept_answer(answer=answer, by=self.person, token=uuid4(), **given)))


class ModerateAPI(ComplianceAPIView):
    """Score somebody else's accepted answer."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    @extend_schema(
        operation_id="checklist_answer_moderate",
        request=ModerationSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_moderate(self.access, answer_id)
        given = checked(ModerationSerializer, request)
        return Response(answer_data(moderate_answer(answer=answer, by=self.person, token=uuid4(), **given)))


class AgreeAPI(ComplianceAPIView):
    """Record the score that was agreed after moderation."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    @extend_schema(
        operation_id="checklist_answer_agree",
        request=AgreementSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_moderate(self.access, answer_id)
        given = checked(AgreementSerializer, request)
        return Response(answer_data(agree_score(answer=answer, by=self.person, token=uuid4(), **given)))


class ItemActionsAPI(ComplianceAPIView):
    """The plan actions that are to bring an item about, of those one may read."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ITEMS,
        "post": CompliancePermission.ANSWER_OWN_ITEMS,
    }

    @extend_schema(operation_id="checklist_item_actions", responses=LinkedActionSerializer(many=True))
    def get(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_for(self.access, answer_id)
        linked = actions_linked(answer, visible_actions(self.access))
        return Response(LinkedActionSerializer(linked, many=True).data)

    @extend_schema(
        operation_id="checklist_item_action_link",
        parameters=[IDEMPOTENCY_KEY],
        request=ActionLinkSerializer,
        responses={201: LinkedActionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_change(self.access, answer_id)
        wanted = checked(ActionLinkSerializer, request)["action_id"]
        action = visible_actions(self.access).filter(pk=wanted).first()
        if action is None:
            raise ValidationError({"action_id": ["This is no action of the council that you may read."]})

        def create() -> dict[str, Any]:
            link_action(answer=answer, by=self.person, action=action)
            return LinkedActionSerializer(action).data

        return self.created_once(request, create)


class ItemActionAPI(ComplianceAPIView):
    """One link of an item with an action."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    @extend_schema(
        operation_id="checklist_item_action_unlink", responses={204: None, 400: WRITE_ANSWERS[400]}
    )
    def delete(self, request: Request, answer_id: UUID, action_id: UUID) -> Response:
        answer = answer_to_change(self.access, answer_id)
        unlink_action(answer=answer, by=self.person, action=action_for(self.access, action_id))
        return Response(status=204)
