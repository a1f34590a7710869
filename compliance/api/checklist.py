"""Answers of the duty checklist over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import answer_for, answer_to_change
from compliance.api.writes import VERSIONED_ANSWERS, ComplianceAPIView, checked, chosen
from compliance.enums import AnswerState, AnswerStepKind, TimescaleKind, TrainingDelivery
from compliance.models import ItemAnswer
from compliance.permissions import RESPONDENT_ROLES, CompliancePermission
from compliance.queries.answers import possible_respondents, steps_of
from compliance.queries.prompts import asked_in
from compliance.services.checklist import answer_item
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


class AnswerStepSerializer(serializers.Serializer[Any]):
    """One step in the life of an answer."""

    kind = serializers.ChoiceField(choices=AnswerStepKind.choices)
    score = serializers.CharField(help_text="A value of the edition's scale, empty where none was given.")
    comment = serializers.CharField()
    at = serializers.DateTimeField()


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    prompt = serializers.CharField()
    state = serializers.ChoiceField(choices=AnswerState.choices)
    to_confirm = serializers.BooleanField(help_text="Brought forward, and not looked at in this round yet.")
    status = serializers.CharField(
        help_text="The respondent's own score: a value of the edition's scale, empty where unanswered."
    )
    response = serializers.CharField()
    timescale = serializers.ChoiceField(choices=TimescaleKind.choices, allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    training_delivery = serializers.ChoiceField(choices=TrainingDelivery.choices, allow_blank=True)
    owner_id = serializers.IntegerField(allow_null=True)
    answer_by = serializers.DateField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    moderated = serializers.CharField(help_text="A value of the edition's scale, empty before moderation.")
    challenge = serializers.CharField()
    agreed = serializers.CharField(help_text="A value of the edition's scale, empty until agreed.")
    agreed_on = serializers.DateField(allow_null=True)
    score = serializers.CharField(help_text="What the round reports: agreed, until then the own score.")
    version = serializers.IntegerField()
    steps = AnswerStepSerializer(many=True, help_text="Newest first.")


class AnswerChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    status = serializers.CharField(max_length=30)
    response = serializers.CharField(max_length=4000)
    timescale = serializers.ChoiceField(choices=TimescaleKind.choices[1:])
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    training_delivery = serializers.ChoiceField(
        choices=TrainingDelivery.choices[1:],
        required=False,
        default="",
        help_text="Only for items that ask how training was delivered.",
    )
    owner_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="Left out, the owner stays. Only coordinators change it."
    )
    submit = serializers.BooleanField(default=False, help_text="Hand the answer in at once.")


def answer_data(answer: ItemAnswer) -> dict[str, Any]:
    """An answer as the API gives it, in the words of its round."""
    item = asked_in(answer)
    said: dict[str, Any] = {name: getattr(answer, name) for name in _SAID}
    return AnswerSerializer(
        {"id": answer.pk, "ref": item.ref, "prompt": item.title, "steps": steps_of(answer), **said}
    ).data


_SAID = (
    *("state", "to_confirm", "status", "response", "timescale", "due_on", "training_delivery"),
    *("owner_id", "answer_by", "submitted_at", "accepted_at", "moderated", "challenge"),
    *("agreed", "agreed_on", "score", "version"),
)


def named_respondent(council: Council, owner_id: int | None, present: User | None = None) -> User | None:
    """The person of this id, if they may be asked for items. One answer for all others (TI-7)."""
    if owner_id is None:
        return None
    also = [present.pk] if present else []
    offered = possible_respondents(council, RESPONDENT_ROLES, also)
    refusal = "This person cannot be asked for items of the council."
    return chosen("owner_id", owner_id, offered, refusal=refusal)


class AnswerAPI(ComplianceAPIView):
    """One item's answer."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ITEMS,
        "put": CompliancePermission.ANSWER_OWN_ITEMS,
    }

    @extend_schema(operation_id="checklist_answer", responses=AnswerSerializer)
    def get(self, request: Request, answer_id: UUID) -> Response:
        return Response(answer_data(answer_for(self.access, answer_id)))

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
            owner = named_respondent(self.council, given["owner_id"])
        changed = answer_item(
            answer=answer,
            by=self.person,
            status=given["status"],
            response=given["response"],
            timescale=given["timescale"],
            due_on=given["due_on"],
            training_delivery=given["training_delivery"],
            owner=owner,
            version=given["version"],
            token=uuid4(),
            submit=given["submit"],
        )
        return Response(answer_data(changed))
