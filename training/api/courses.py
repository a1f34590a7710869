"""Courses and targets over the API: the national ones to read, the council's own to write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.enums import OrganisationKind
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from training.access.rounds import course_for, own_course_for, own_target_for
from training.enums import Delivery, Tier
from training.models import Course, Target
from training.permissions import TrainingPermission
from training.queries.courses import courses_of, targets_of
from training.services.courses import add_course, add_target, change_course, change_target

_READ_AND_RUN: dict[str, PermissionName] = {
    "get": TrainingPermission.VIEW_COVERAGE,
    "post": TrainingPermission.RUN_ROUNDS,
}
_READ_AND_CHANGE: dict[str, PermissionName] = {
    "get": TrainingPermission.VIEW_COVERAGE,
    "put": TrainingPermission.RUN_ROUNDS,
}


class CourseSerializer(serializers.ModelSerializer[Course]):
    is_local = serializers.BooleanField(help_text="A course of the council's own.")

    class Meta:
        model = Course
        fields = (
            "id", "slug", "name", "also_known_as", "tier", "delivery", "refresh_months", "is_historic",
            "is_local", "version",
        )  # fmt: skip


class NewCourseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    also_known_as = serializers.ListField(
        child=serializers.CharField(max_length=120), required=False, default=list, max_length=20
    )
    tier = serializers.ChoiceField(choices=Tier.choices, default=Tier.LOCAL)
    delivery = serializers.ChoiceField(choices=Delivery.choices)
    refresh_months = serializers.IntegerField(
        min_value=1, max_value=120, required=False, allow_null=True, default=None
    )
    is_historic = serializers.BooleanField(default=False)


class ChangedCourseSerializer(NewCourseSerializer):
    version = serializers.IntegerField(help_text="As you read it.")


class TargetSerializer(serializers.ModelSerializer[Target]):
    course = serializers.CharField(source="course.slug")
    is_own = serializers.SerializerMethodField(help_text="Set by the council for its own reading.")

    class Meta:
        model = Target
        fields = (
            "id", "course", "organisation_kind", "starts_on", "ends_on", "per_cent", "source", "is_own",
            "version",
        )  # fmt: skip

    def get_is_own(self, target: Target) -> bool:
        return target.council_id is not None


class ChangedTargetSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="As you read it.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    per_cent = serializers.DecimalField(max_digits=5, decimal_places=2)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment] # a field named like the base's


class NewTargetSerializer(serializers.Serializer[Any]):
    course = serializers.UUIDField()
    organisation_kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    per_cent = serializers.DecimalField(max_digits=5, decimal_places=2)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment] # a field named like the base's


class CoursesAPI(WritingAPIView):
    """The national courses and the council's own."""

    permission = _READ_AND_RUN
    pagination_class = Pagination

    @extend_schema(operation_id="training_courses", responses=CourseSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Course] = pages.paginate_queryset(courses_of(self.council), request, view=self) or []
        return pages.get_paginated_response(CourseSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_course_create",
        request=NewCourseSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CourseSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewCourseSerializer, request)

        def create() -> dict[str, Any]:
            return CourseSerializer(add_course(council=self.council, by=self.person, **given)).data

        return self.created_once(request, create)


class CourseAPI(WritingAPIView):
    """One course."""

    permission = _READ_AND_CHANGE

    @extend_schema(operation_id="training_course", responses=CourseSerializer)
    def get(self, request: Request, course_id: UUID) -> Response:
        return Response(CourseSerializer(course_for(self.access, course_id)).data)

    @extend_schema(
        operation_id="training_course_change",
        request=ChangedCourseSerializer,
        responses={200: CourseSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, course_id: UUID) -> Response:
        course = own_course_for(self.access, course_id)
        given = checked(ChangedCourseSerializer, request)
        return Response(CourseSerializer(change_course(course=course, by=self.person, **given)).data)


class TargetsAPI(WritingAPIView):
    """National targets and the council's own."""

    permission = _READ_AND_RUN
    pagination_class = Pagination

    @extend_schema(operation_id="training_targets", responses=TargetSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Target] = pages.paginate_queryset(targets_of(self.council), request, view=self) or []
        return pages.get_paginated_response(TargetSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_target_create",
        request=NewTargetSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TargetSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewTargetSerializer, request)
        try:
            given["course"] = course_for(self.access, given["course"])
        except Http404 as error:
            raise PolicyError("This course is not on the list.") from error

        def create() -> dict[str, Any]:
            return TargetSerializer(add_target(council=self.council, by=self.person, **given)).data

        return self.created_once(request, create)


class TargetAPI(WritingAPIView):
    """A target of the council's own."""

    permission = TrainingPermission.RUN_ROUNDS

    @extend_schema(
        operation_id="training_target_change",
        request=ChangedTargetSerializer,
        responses={200: TargetSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, target_id: UUID) -> Response:
        target = own_target_for(self.access, target_id)
        given = checked(ChangedTargetSerializer, request)
        return Response(TargetSerializer(change_target(target=target, by=self.person, **given)).data)
