"""Facilitators over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
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
from training.access.delivery import facilitator_for
from training.enums import FacilitatorState
from training.models import Facilitator
from training.permissions import TrainingPermission
from training.queries.facilitators import facilitators_of
from training.queries.sessions import courses, organisations
from training.services.facilitators import add_facilitator, change_facilitator, take_step

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS


class FacilitatorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    organisation = serializers.UUIDField(allow_null=True)
    area = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=FacilitatorState.choices)
    state_since = serializers.DateField()
    sessions_a_quarter = serializers.IntegerField(allow_null=True, help_text="null while it is not known.")
    courses = serializers.ListField(child=serializers.CharField(), help_text="Slugs.")


class FacilitatorDetailsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, help_text="A post is enough.")
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    area = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    sessions_a_quarter = serializers.IntegerField(
        min_value=0, max_value=200, required=False, allow_null=True, default=None
    )
    courses = serializers.ListField(child=serializers.CharField(max_length=40))


class NewFacilitatorSerializer(FacilitatorDetailsSerializer):
    trained_on = serializers.DateField()


class FacilitatorChangeSerializer(FacilitatorDetailsSerializer):
    version = serializers.IntegerField()


class FacilitatorStepSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=FacilitatorState.choices)
    happened_on = serializers.DateField()
    by_whom = serializers.CharField(max_length=120)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


def facilitator_data(found: Facilitator) -> dict[str, Any]:
    """A facilitator as the API gives it."""
    names = ("id", "version", "name", "area", "state", "state_since", "sessions_a_quarter")
    return FacilitatorSerializer(
        {
            **{name: getattr(found, name) for name in names},
            "organisation": found.organisation_id,
            "courses": sorted(each.course.slug for each in found.may_deliver.all()),
        }
    ).data


class _FacilitatorAPI(WritingAPIView):
    abstract = True

    def resolved(self, given: dict[str, Any]) -> dict[str, Any]:
        """The body with rows in place of keys. 400 for what the council cannot choose."""
        named = set(given["courses"])
        found = list(courses(self.council).filter(slug__in=named))
        if len(found) != len(named):
            raise exceptions.ValidationError({"courses": ["There is no course of one of these names."]})
        key = given["organisation"]
        organisation = next((each for each in organisations(self.council) if each.pk == key), None)
        if key is not None and organisation is None:
            raise exceptions.ValidationError({"organisation": ["This is no organisation of the council."]})
        return {**given, "courses": found, "organisation": organisation}


class FacilitatorsAPI(_FacilitatorAPI):
    """Facilitators by name."""

    permission = {"get": _READ, "post": _WRITE}
    pagination_class = Pagination

    @extend_schema(operation_id="facilitators", responses=FacilitatorSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = facilitators_of(self.council)
        page: list[Facilitator] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([facilitator_data(each) for each in page])

    @extend_schema(
        operation_id="facilitator_create",
        request=NewFacilitatorSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: FacilitatorSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = self.resolved(checked(NewFacilitatorSerializer, request))

        def create() -> dict[str, Any]:
            made = add_facilitator(council=self.council, by=self.person, token=uuid4(), **given)
            return facilitator_data(facilitator_for(self.access, made.pk))

        return self.created_once(request, create)


class FacilitatorAPI(_FacilitatorAPI):
    """One facilitator."""

    permission = {"get": _READ, "put": _WRITE}

    @extend_schema(operation_id="facilitator", responses=FacilitatorSerializer)
    def get(self, request: Request, facilitator_id: UUID) -> Response:
        return Response(facilitator_data(facilitator_for(self.access, facilitator_id)))

    @extend_schema(
        operation_id="facilitator_change",
        request=FacilitatorChangeSerializer,
        responses={200: FacilitatorSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, facilitator_id: UUID) -> Response:
        found = facilitator_for(self.access, facilitator_id, _WRITE)
        given = self.resolved(checked(FacilitatorChangeSerializer, request))
        change_facilitator(facilitator=found, by=self.person, **given)
        return Response(facilitator_data(facilitator_for(self.access, facilitator_id)))


class FacilitatorStepsAPI(_FacilitatorAPI):
    """Record that a facilitator was observed, signed off, made active, or lapsed."""

    permission = _WRITE

    @extend_schema(
        operation_id="facilitator_step",
        request=FacilitatorStepSerializer,
        responses={200: FacilitatorSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, facilitator_id: UUID) -> Response:
        found = facilitator_for(self.access, facilitator_id, _WRITE)
        take_step(facilitator=found, by=self.person, **checked(FacilitatorStepSerializer, request))
        return Response(facilitator_data(facilitator_for(self.access, facilitator_id)))
