"""Sessions over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.models import Organisation
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from training.access.delivery import delivery_plan_for, facilitator_for, session_for
from training.enums import SessionDated, SessionState
from training.models import Course, TrainingSession
from training.permissions import TrainingPermission
from training.queries.sessions import (
    BRIEFINGS,
    courses,
    filtered_sessions,
    for_words,
    organisation_ids,
    organisations,
)
from training.services.sessions import (
    book_session,
    cancel_session,
    change_session,
    plan_session,
    record_delivery,
)

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS


class TrainingSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SessionState.choices)
    course = serializers.CharField(help_text="Slug; empty for a briefing.", allow_blank=True)
    title = serializers.CharField(help_text="Of a briefing; empty for a course.", allow_blank=True)
    dated = serializers.ChoiceField(choices=SessionDated.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    audience = serializers.CharField()
    organisations = serializers.ListField(child=serializers.UUIDField())
    host = serializers.CharField(allow_blank=True)
    for_whom = serializers.ListField(child=serializers.CharField())
    venue = serializers.CharField(allow_blank=True)
    area = serializers.CharField(allow_blank=True)
    facilitator = serializers.UUIDField(allow_null=True)
    trainer = serializers.CharField(allow_blank=True)
    sessions = serializers.IntegerField()
    places = serializers.IntegerField(allow_null=True)
    attendees = serializers.IntegerField(
        allow_null=True, help_text="null while it is not known, which is not 0."
    )
    plan = serializers.UUIDField(allow_null=True)
    cancel_reason = serializers.CharField(allow_blank=True)


class NewTrainingSessionSerializer(serializers.Serializer[Any]):
    course = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    dated = serializers.ChoiceField(choices=SessionDated.choices, default=SessionDated.DAY)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    audience = serializers.CharField(max_length=200)
    organisations = serializers.ListField(child=serializers.UUIDField(), default=list)
    host = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    venue = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    area = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    facilitator = serializers.UUIDField(required=False, allow_null=True, default=None)
    trainer = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    sessions = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    places = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True, default=None
    )
    plan = serializers.UUIDField(required=False, allow_null=True, default=None)
    booked = serializers.BooleanField(default=False)


class TrainingSessionChangeSerializer(NewTrainingSessionSerializer):
    """The whole session as it shall be, with the version that was read."""

    version = serializers.IntegerField()
    booked = None  # type: ignore[assignment] # how the framework leaves out a field of the base


class SessionVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class SessionCancellationSerializer(SessionVersionSerializer):
    reason = serializers.CharField(max_length=500)


class SessionDeliverySerializer(SessionVersionSerializer):
    sessions = serializers.IntegerField(min_value=1, max_value=1000)
    attendees = serializers.IntegerField(
        min_value=0, max_value=1_000_000, allow_null=True, help_text="null where nobody knows."
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


def session_data(found: TrainingSession) -> dict[str, Any]:
    """A session as the API gives it."""
    names = (
        "id", "version", "state", "title", "dated", "starts_on", "ends_on", "audience", "host", "venue",
        "area", "trainer", "sessions", "places", "attendees", "cancel_reason",
    )  # fmt: skip
    return TrainingSessionSerializer(
        {
            **{name: getattr(found, name) for name in names},
            "course": found.course.slug if found.course is not None else "",
            "facilitator": found.facilitator_id,
            "plan": found.plan_id,
            "organisations": organisation_ids(found),
            "for_whom": for_words(found),
        }
    ).data


class _SessionAPI(WritingAPIView):
    abstract = True

    def course_named(self, slug: str) -> Course | None:
        """A course that the council may choose, by its slug; None for the empty one. 400 otherwise."""
        if not slug:
            return None
        found = courses(self.council).filter(slug=slug).first()
        if found is None:
            raise exceptions.ValidationError({"course": ["There is no course of this name."]})
        return found

    def organisations_named(self, ids: list[UUID]) -> list[Organisation]:
        """Organisations that the council has linked. 400 for any other."""
        linked = {each.pk: each for each in organisations(self.council)}
        if any(key not in linked for key in ids):
            raise exceptions.ValidationError(
                {"organisations": ["One of these is not an organisation of the council."]}
            )
        return [linked[key] for key in ids]

    def resolved(self, given: dict[str, Any]) -> dict[str, Any]:
        """The body with rows in place of keys, each through the access that the pages use."""
        return {
            **given,
            "course": self.course_named(given["course"]),
            "organisations": self.organisations_named(given["organisations"]),
            "facilitator": facilitator_for(self.access, given["facilitator"])
            if given["facilitator"]
            else None,
            "plan": delivery_plan_for(self.access, given["plan"]) if given["plan"] else None,
        }


class TrainingSessionsAPI(_SessionAPI):
    """The log of sessions, the latest first."""

    permission = {"get": _READ, "post": _WRITE}
    pagination_class = Pagination

    @extend_schema(
        operation_id="training_sessions",
        parameters=[
            OpenApiParameter("state", str, enum=SessionState.values),
            OpenApiParameter("course", str, description=f"A course’s slug, or “{BRIEFINGS}”."),
        ],
        responses=TrainingSessionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = filtered_sessions(
            self.council,
            subject=request.query_params.get("course", "")[:40],
            state=request.query_params.get("state", "")[:10],
        )
        page: list[TrainingSession] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([session_data(each) for each in page])

    @extend_schema(
        operation_id="training_session_create",
        request=NewTrainingSessionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TrainingSessionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = self.resolved(checked(NewTrainingSessionSerializer, request))

        def create() -> dict[str, Any]:
            made = plan_session(council=self.council, by=self.person, token=uuid4(), **given)
            return session_data(session_for(self.access, made.pk))

        return self.created_once(request, create)


class TrainingSessionAPI(_SessionAPI):
    """One session."""

    permission = {"get": _READ, "put": _WRITE}

    @extend_schema(operation_id="training_session", responses=TrainingSessionSerializer)
    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(session_data(session_for(self.access, session_id)))

    @extend_schema(
        operation_id="training_session_change",
        request=TrainingSessionChangeSerializer,
        responses={200: TrainingSessionSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, session_id: UUID) -> Response:
        found = session_for(self.access, session_id, _WRITE)
        given = self.resolved(checked(TrainingSessionChangeSerializer, request))
        change_session(
            session=found,
            by=self.person,
            version=given.pop("version"),
            organisations=given.pop("organisations"),
            changes=given,
        )
        return Response(session_data(session_for(self.access, session_id)))


class TrainingSessionBookingAPI(_SessionAPI):
    """Say that a planned session is certain."""

    permission = _WRITE

    @extend_schema(
        operation_id="training_session_book",
        request=SessionVersionSerializer,
        responses={200: TrainingSessionSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        found = session_for(self.access, session_id, _WRITE)
        book_session(session=found, by=self.person, **checked(SessionVersionSerializer, request))
        return Response(session_data(session_for(self.access, session_id)))


class TrainingSessionCancellationAPI(_SessionAPI):
    """Cancel a session, with a reason."""

    permission = _WRITE

    @extend_schema(
        operation_id="training_session_cancel",
        request=SessionCancellationSerializer,
        responses={200: TrainingSessionSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        found = session_for(self.access, session_id, _WRITE)
        cancel_session(session=found, by=self.person, **checked(SessionCancellationSerializer, request))
        return Response(session_data(session_for(self.access, session_id)))


class TrainingSessionDeliveryAPI(_SessionAPI):
    """Record what was delivered, or correct it with a note."""

    permission = _WRITE

    @extend_schema(
        operation_id="training_session_deliver",
        request=SessionDeliverySerializer,
        responses={200: TrainingSessionSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        found = session_for(self.access, session_id, _WRITE)
        record_delivery(session=found, by=self.person, **checked(SessionDeliverySerializer, request))
        return Response(session_data(session_for(self.access, session_id)))
