"""What a council expects from whom each quarter, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from training.access.rounds import expected_for, expected_seen, organisations_to_expect
from training.models import ExpectedReturn
from training.permissions import TrainingPermission
from training.queries.courses import courses_of
from training.services.rounds import change_expected, expect_return, remove_expected

_VIEW, _RUN = TrainingPermission.VIEW_COVERAGE, TrainingPermission.RUN_ROUNDS


class ExpectedReturnSerializer(serializers.ModelSerializer[ExpectedReturn]):
    organisation = serializers.CharField(source="organisation.name")
    course = serializers.CharField(source="course.slug")

    class Meta:
        model = ExpectedReturn
        fields = (
            "id", "organisation_id", "organisation", "course", "council_staff_only", "starts_on", "ends_on",
            "days_to_return", "version",
        )  # fmt: skip


class NewExpectedReturnSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(help_text="One that the council has linked.")
    course = serializers.SlugField()
    council_staff_only = serializers.BooleanField(
        help_text="The return is about staff based in the council's area, not the whole organisation."
    )
    starts_on = serializers.DateField(help_text="First day of the first quarter.")
    ends_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Last day of the last quarter."
    )
    days_to_return = serializers.IntegerField(min_value=1, max_value=180, default=28)


class ChangedExpectedReturnSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="As you read it.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day of the last quarter; null for none.")
    days_to_return = serializers.IntegerField(min_value=1, max_value=180)


class RemovedExpectedReturnSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)


class ExpectedReturnsAPI(WritingAPIView):
    """What the council expects from whom, by organisation and course."""

    permission = {"get": _VIEW, "post": _RUN}
    pagination_class = Pagination

    @extend_schema(operation_id="training_expected_returns", responses=ExpectedReturnSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[ExpectedReturn] = (
            pages.paginate_queryset(expected_seen(self.access), request, view=self) or []
        )
        return pages.get_paginated_response(ExpectedReturnSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_expected_return_create",
        request=NewExpectedReturnSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ExpectedReturnSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewExpectedReturnSerializer, request)
        organisations = {each.pk: each for each in organisations_to_expect(self.access)}
        organisation = organisations.get(given.pop("organisation"))
        course = courses_of(self.council).filter(slug=given.pop("course")).first()
        if organisation is None:
            raise PolicyError("This organisation is not linked to the council.")
        if course is None:
            raise PolicyError("This course is not on the list.")

        def create() -> dict[str, Any]:
            wanted = expect_return(
                council=self.council, by=self.person, organisation=organisation, course=course, **given
            )
            return ExpectedReturnSerializer(wanted).data

        return self.created_once(request, create)


class ExpectedReturnAPI(WritingAPIView):
    """One thing that the council expects each quarter."""

    permission = {"get": _VIEW, "put": _RUN, "delete": _RUN}

    @extend_schema(operation_id="training_expected_return", responses=ExpectedReturnSerializer)
    def get(self, request: Request, expected_id: UUID) -> Response:
        return Response(ExpectedReturnSerializer(expected_for(self.access, expected_id, _VIEW)).data)

    @extend_schema(
        operation_id="training_expected_return_change",
        request=ChangedExpectedReturnSerializer,
        responses={200: ExpectedReturnSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, expected_id: UUID) -> Response:
        wanted = expected_for(self.access, expected_id)
        given = checked(ChangedExpectedReturnSerializer, request)
        change_expected(wanted=wanted, by=self.person, **given)
        return Response(ExpectedReturnSerializer(expected_for(self.access, expected_id)).data)

    @extend_schema(
        operation_id="training_expected_return_remove",
        parameters=[OpenApiParameter("version", int, required=True, description="As you read it.")],
        responses={204: None, **VERSIONED_ANSWERS},
    )
    def delete(self, request: Request, expected_id: UUID) -> Response:
        wanted = expected_for(self.access, expected_id)
        asked = RemovedExpectedReturnSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        remove_expected(wanted=wanted, by=self.person, version=asked.validated_data["version"])
        return Response(status=204)
