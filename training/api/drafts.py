"""Figures typed in, a council's word on a return, and the answer to it, over the API."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from training.access.returns import own_return_for, return_for, sending_organisations
from training.access.rounds import draft_for, drafts_of
from training.api.returns import ReturnSerializer
from training.enums import PeriodKind, Reported, ReturnState
from training.models import ReturnDraft
from training.periods import Period, PeriodUnclear, period_between
from training.permissions import TrainingPermission
from training.queries.courses import courses_of
from training.queries.returns import line_of
from training.services.returns import Typed, delete_draft, save_draft, send_draft
from training.services.reviews import answer_query, review_return

_SEND = TrainingPermission.SUBMIT_RETURNS


class DraftSerializer(serializers.ModelSerializer[ReturnDraft]):
    course = serializers.CharField(source="course.slug")

    class Meta:
        model = ReturnDraft
        fields = (
            "id", "organisation_id", "course", "council_staff_only", "period_from", "period_to", "reported",
            "eligible", "compliant", "sessions", "version", "saved_at",
        )  # fmt: skip


class SavedDraftSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the draft as you read it, 0 for a new one.")
    organisation = serializers.UUIDField()
    course = serializers.SlugField()
    council_staff_only = serializers.BooleanField()
    period_from = serializers.DateField()
    period_to = serializers.DateField()
    reported = serializers.ChoiceField(choices=Reported.choices)
    eligible = serializers.IntegerField(
        min_value=0, max_value=10_000_000, required=False, allow_null=True, default=None
    )
    compliant = serializers.IntegerField(
        min_value=0, max_value=10_000_000, required=False, allow_null=True, default=None
    )
    sessions = serializers.IntegerField(
        min_value=0, max_value=100_000, required=False, allow_null=True, default=None
    )


class SentDraftSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the draft as you read it.")


class ReturnReviewSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=[ReturnState.ACCEPTED.value, ReturnState.QUERIED.value])
    comment = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text="Needed for a query."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)


class DraftsAPI(WritingAPIView):
    """Drafts of the organisations that the person sends for. No council sees them."""

    permission = {"get": _SEND, "post": _SEND}
    pagination_class = Pagination

    @extend_schema(operation_id="training_drafts", responses=DraftSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[ReturnDraft] = pages.paginate_queryset(drafts_of(self.access), request, view=self) or []
        return pages.get_paginated_response(DraftSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_draft_save",
        request=SavedDraftSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DraftSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(SavedDraftSerializer, request)
        organisation = next(
            (each for each in sending_organisations(self.access) if each.pk == given["organisation"]), None
        )
        course = courses_of(self.council).filter(slug=given["course"]).first()
        if organisation is None or course is None:
            raise PolicyError("You cannot send returns for this organisation and course.")
        period = _period(given["period_from"], given["period_to"])

        def create() -> dict[str, Any]:
            draft = save_draft(
                council=self.council,
                organisation=organisation,
                course=course,
                council_staff_only=given["council_staff_only"],
                period=period,
                typed=Typed(
                    Reported(given["reported"]), given["eligible"], given["compliant"], given["sessions"]
                ),
                version=given["version"],
                by=self.person,
            )
            return DraftSerializer(draft).data

        return self.created_once(request, create)


class DraftAPI(WritingAPIView):
    """One draft."""

    permission = {"get": _SEND, "delete": _SEND}

    @extend_schema(operation_id="training_draft", responses=DraftSerializer)
    def get(self, request: Request, draft_id: UUID) -> Response:
        return Response(DraftSerializer(draft_for(self.access, draft_id)).data)

    @extend_schema(operation_id="training_draft_delete", responses={204: None})
    def delete(self, request: Request, draft_id: UUID) -> Response:
        delete_draft(draft=draft_for(self.access, draft_id), by=self.person)
        return Response(status=204)


class DraftSendAPI(WritingAPIView):
    """Send a draft: it becomes a return, or the next version of one."""

    permission = _SEND

    @extend_schema(
        operation_id="training_draft_send",
        request=SentDraftSerializer,
        responses={200: ReturnSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, draft_id: UUID) -> Response:
        sent = send_draft(
            draft=draft_for(self.access, draft_id),
            version=checked(SentDraftSerializer, request)["version"],
            organisations=sending_organisations(self.access),
            by=self.person,
        )
        return Response(ReturnSerializer(line_of(sent, self.council)).data)


class ReturnReviewAPI(WritingAPIView):
    """Accept a return, or query it with a comment."""

    permission = TrainingPermission.REVIEW_RETURNS

    @extend_schema(
        operation_id="training_return_review",
        request=ReturnReviewSerializer,
        responses={200: ReturnSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        found = return_for(self.access, return_id, TrainingPermission.REVIEW_RETURNS)
        given = checked(ReturnReviewSerializer, request)
        if given["state"] == ReturnState.QUERIED and not given["comment"].strip():
            raise PolicyError("Say what you are asking, so that the organisation can answer.")
        review_return(
            training_return=found,
            council=self.council,
            state=ReturnState(given["state"]),
            comment=given["comment"] if given["state"] == ReturnState.QUERIED else "",
            by=self.person,
        )
        return Response(ReturnSerializer(line_of(found, self.council)).data)


class ReturnAnswerAPI(WritingAPIView):
    """Answer a council's question about one's own return."""

    permission = _SEND

    @extend_schema(
        operation_id="training_return_answer",
        request=AnswerSerializer,
        responses={200: ReturnSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        found = own_return_for(self.access, return_id)
        text = checked(AnswerSerializer, request)["text"]
        answer_query(training_return=found, council=self.council, text=text, by=self.person)
        return Response(ReturnSerializer(line_of(found, self.council)).data)


def _period(start: date, end: date) -> Period:
    try:
        period = period_between(start, end, PeriodKind.SNAPSHOT)
    except PeriodUnclear as error:
        raise PolicyError(str(error)) from error
    if period.end > timezone.localdate():
        raise PolicyError("This period is not over yet, so there is nothing to return.")
    return period
