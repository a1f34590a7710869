"""Requests for training over the API: an organisation asks, the coordinator answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from training.access.delivery import (
    asking_organisations,
    own_training_request_for,
    own_training_requests,
    session_for,
    training_request_for,
)
from training.enums import RequestState
from training.models import TrainingRequest
from training.permissions import TrainingPermission
from training.queries.sessions import courses
from training.queries.training_requests import requests_of
from training.services.training_requests import (
    accept_request,
    ask_for_training,
    decline_request,
    put_request_off,
    withdraw_request,
)

_READ, _ANSWER = TrainingPermission.VIEW_SESSIONS, TrainingPermission.ANSWER_REQUESTS
_ASK = TrainingPermission.ASK_FOR_TRAINING


class TrainingRequestSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    organisation = serializers.UUIDField()
    organisation_name = serializers.CharField()
    course = serializers.CharField(help_text="Slug; empty where any suitable course is asked for.")
    audience = serializers.CharField()
    sessions = serializers.IntegerField()
    people = serializers.IntegerField(allow_null=True, help_text="null while it is not known.")
    wished_by = serializers.DateField(allow_null=True)
    area = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    session = serializers.UUIDField(allow_null=True)


class NewTrainingRequestSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField()
    course = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    audience = serializers.CharField(max_length=200)
    sessions = serializers.IntegerField(min_value=1, max_value=100, default=1)
    people = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True, default=None
    )
    wished_by = serializers.DateField(required=False, allow_null=True, default=None)
    area = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    message = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class RequestAnswerSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    decision = serializers.ChoiceField(choices=["accept", "wait", "decline"])
    session = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Needed to accept."
    )
    answer = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed to decline or to put on the waiting list.",
    )


class RequestVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


def request_data(asked: TrainingRequest) -> dict[str, Any]:
    """A request as the API gives it."""
    names = (
        "id", "version", "audience", "sessions", "people", "wished_by", "area", "message", "asked_at",
        "state", "answer", "answered_at",
    )  # fmt: skip
    return TrainingRequestSerializer(
        {
            **{name: getattr(asked, name) for name in names},
            "organisation": asked.organisation_id,
            "organisation_name": asked.organisation.name,
            "course": asked.course.slug if asked.course is not None else "",
            "session": asked.session_id,
        }
    ).data


class TrainingRequestsAPI(WritingAPIView):
    """Every request of the council: those without an answer first."""

    permission = _READ
    pagination_class = Pagination

    @extend_schema(
        operation_id="training_requests",
        parameters=[OpenApiParameter("state", str, enum=RequestState.values)],
        responses=TrainingRequestSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = requests_of(self.council, state=request.query_params.get("state", "")[:10])
        page: list[TrainingRequest] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([request_data(each) for each in page])


class TrainingRequestAPI(WritingAPIView):
    """One request of the council."""

    permission = _READ

    @extend_schema(operation_id="training_request", responses=TrainingRequestSerializer)
    def get(self, request: Request, request_id: UUID) -> Response:
        return Response(request_data(training_request_for(self.access, request_id)))


class TrainingRequestAnswerAPI(WritingAPIView):
    """Accept a request with a session, put it on the waiting list, or decline it."""

    permission = _ANSWER

    @extend_schema(
        operation_id="training_request_answer",
        request=RequestAnswerSerializer,
        responses={200: TrainingRequestSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        asked = training_request_for(self.access, request_id, _ANSWER)
        given = checked(RequestAnswerSerializer, request)
        decision, session_id = given.pop("decision"), given.pop("session")
        shared: dict[str, Any] = {"request": asked, "by": self.person, **given}
        if decision == "accept":
            if session_id is None:
                raise exceptions.ValidationError({"session": ["Name the session that answers the request."]})
            accept_request(session=session_for(self.access, session_id), **shared)
        elif decision == "wait":
            put_request_off(**shared)
        else:
            decline_request(**shared)
        return Response(request_data(training_request_for(self.access, request_id)))


class OwnTrainingRequestsAPI(WritingAPIView):
    """Requests of the organisations that the person acts for, newest first."""

    permission = _ASK
    pagination_class = Pagination

    @extend_schema(operation_id="own_training_requests", responses=TrainingRequestSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = own_training_requests(self.access)
        page: list[TrainingRequest] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([request_data(each) for each in page])

    @extend_schema(
        operation_id="own_training_request_create",
        request=NewTrainingRequestSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TrainingRequestSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewTrainingRequestSerializer, request)
        own = {each.pk: each for each in asking_organisations(self.access)}
        organisation = own.get(given.pop("organisation"))
        if organisation is None:
            raise exceptions.ValidationError(
                {"organisation": ["You can ask for training of your own organisation only."]}
            )
        slug = given.pop("course")
        course = courses(self.council).filter(slug=slug).first() if slug else None
        if slug and course is None:
            raise exceptions.ValidationError({"course": ["There is no course of this name."]})

        def create() -> dict[str, Any]:
            made = ask_for_training(
                council=self.council,
                by=self.person,
                organisation=organisation,
                course=course,
                token=uuid4(),
                **given,
            )
            return request_data(own_training_request_for(self.access, made.pk))

        return self.created_once(request, create)


class OwnTrainingRequestAPI(WritingAPIView):
    """One request of one's own organisation."""

    permission = _ASK

    @extend_schema(operation_id="own_training_request", responses=TrainingRequestSerializer)
    def get(self, request: Request, request_id: UUID) -> Response:
        return Response(request_data(own_training_request_for(self.access, request_id)))


class OwnTrainingRequestWithdrawalAPI(WritingAPIView):
    """Take a request of one's own organisation back while it waits."""

    permission = _ASK

    @extend_schema(
        operation_id="own_training_request_withdraw",
        request=RequestVersionSerializer,
        responses={200: TrainingRequestSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        asked = own_training_request_for(self.access, request_id)
        withdraw_request(request=asked, by=self.person, **checked(RequestVersionSerializer, request))
        return Response(request_data(own_training_request_for(self.access, request_id)))
