"""Delivery plans over the API; progress is counted and cannot be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
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
from training.access.delivery import delivery_plan_for
from training.models import DeliveryPlan
from training.permissions import TrainingPermission
from training.queries.delivery_plans import delivery_plans, plan_lines
from training.queries.sessions import courses, organisations
from training.services.delivery_plans import add_delivery_plan, change_delivery_plan, end_delivery_plan

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS


class NewDeliveryPlanSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    host = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    course = serializers.CharField(max_length=40, help_text="Slug.")
    audience = serializers.CharField(max_length=200)
    sessions = serializers.IntegerField(min_value=1, max_value=1000)
    starts_on = serializers.DateField()
    due_on = serializers.DateField()


class DeliveryPlanChangeSerializer(NewDeliveryPlanSerializer):
    version = serializers.IntegerField()


class DeliveryPlanEndSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    reason = serializers.CharField(max_length=500)


class DeliveryPlanSerializer(NewDeliveryPlanSerializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    delivered = serializers.IntegerField(help_text="Counted from delivered sessions.")
    to_come = serializers.IntegerField()
    behind = serializers.IntegerField(help_text="Sessions fewer than expected by today.")
    standing = serializers.CharField(help_text="How the plan stands, in words.")
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)


def plan_data(plan: DeliveryPlan) -> dict[str, Any]:
    """A plan that :func:`delivery_plans` read, as the API gives it."""
    line = plan_lines([plan], timezone.localdate())[0]
    names = (
        "id", "version", "host", "audience", "sessions", "starts_on", "due_on", "ended_on", "end_reason",
    )  # fmt: skip
    return DeliveryPlanSerializer(
        {
            **{name: getattr(plan, name) for name in names},
            "organisation": plan.organisation_id,
            "course": plan.course.slug,
            "delivered": line.delivered,
            "to_come": line.to_come,
            "behind": line.behind,
            "standing": line.state_words,
        }
    ).data


class _PlanAPI(WritingAPIView):
    abstract = True

    def resolved(self, given: dict[str, Any]) -> dict[str, Any]:
        """The body with rows in place of keys. 400 for what the council cannot choose."""
        course = courses(self.council).filter(slug=given["course"]).first()
        if course is None:
            raise exceptions.ValidationError({"course": ["There is no course of this name."]})
        key = given["organisation"]
        organisation = next((each for each in organisations(self.council) if each.pk == key), None)
        if key is not None and organisation is None:
            raise exceptions.ValidationError({"organisation": ["This is no organisation of the council."]})
        return {**given, "course": course, "organisation": organisation}


class DeliveryPlansAPI(_PlanAPI):
    """Every plan with its progress."""

    permission = {"get": _READ, "post": _WRITE}
    pagination_class = Pagination

    @extend_schema(operation_id="delivery_plans", responses=DeliveryPlanSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = delivery_plans([self.council.pk])
        page: list[DeliveryPlan] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([plan_data(each) for each in page])

    @extend_schema(
        operation_id="delivery_plan_create",
        request=NewDeliveryPlanSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DeliveryPlanSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = self.resolved(checked(NewDeliveryPlanSerializer, request))

        def create() -> dict[str, Any]:
            made = add_delivery_plan(council=self.council, by=self.person, token=uuid4(), **given)
            return plan_data(delivery_plan_for(self.access, made.pk))

        return self.created_once(request, create)


class DeliveryPlanAPI(_PlanAPI):
    """One plan."""

    permission = {"get": _READ, "put": _WRITE}

    @extend_schema(operation_id="delivery_plan", responses=DeliveryPlanSerializer)
    def get(self, request: Request, delivery_plan_id: UUID) -> Response:
        return Response(plan_data(delivery_plan_for(self.access, delivery_plan_id)))

    @extend_schema(
        operation_id="delivery_plan_change",
        request=DeliveryPlanChangeSerializer,
        responses={200: DeliveryPlanSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, delivery_plan_id: UUID) -> Response:
        plan = delivery_plan_for(self.access, delivery_plan_id, _WRITE)
        given = self.resolved(checked(DeliveryPlanChangeSerializer, request))
        change_delivery_plan(plan=plan, by=self.person, **given)
        return Response(plan_data(delivery_plan_for(self.access, delivery_plan_id)))


class DeliveryPlanEndAPI(_PlanAPI):
    """Give a plan up, with a reason."""

    permission = _WRITE

    @extend_schema(
        operation_id="delivery_plan_end",
        request=DeliveryPlanEndSerializer,
        responses={200: DeliveryPlanSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, delivery_plan_id: UUID) -> Response:
        plan = delivery_plan_for(self.access, delivery_plan_id, _WRITE)
        end_delivery_plan(plan=plan, by=self.person, **checked(DeliveryPlanEndSerializer, request))
        return Response(plan_data(delivery_plan_for(self.access, delivery_plan_id)))
