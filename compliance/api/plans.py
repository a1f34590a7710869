"""Plans and objectives over the API: the pages' access functions and services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import objective_to_edit, plan_for, plans_of
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
    chosen,
)
from compliance.enums import PlanKind
from compliance.models import ActionPlan
from compliance.permissions import CompliancePermission
from compliance.queries.plans import districts_of, objectives_of
from compliance.services.plans import (
    add_objective,
    change_objective,
    change_plan,
    create_plan,
    reorder_objectives,
)
from prevent_portal.tenancy.models import Council
from prevent_portal.web.pagination import Pagination


class ObjectiveSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    outcome = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    version = serializers.IntegerField(read_only=True, help_text="Send it with your next change.")


class ObjectiveChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=200, required=False)
    outcome = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class OrderSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the plan, as you read it.")
    order = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=500,
        help_text="The ids of all objectives, in their new order.",
    )


class PlanSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(max_length=160)
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    part_of = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Title or reference of the community safety plan inside which it stands.",
    )
    district_id = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The district of this county whose plan it is.",
    )
    purpose = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    version = serializers.IntegerField(read_only=True, help_text="Send it with your next change.")


class PlanChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=160, required=False)
    kind = serializers.ChoiceField(choices=PlanKind.choices, required=False)
    part_of = serializers.CharField(required=False, allow_blank=True, max_length=200)
    district_id = serializers.IntegerField(required=False, allow_null=True)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)


class PlanDetailSerializer(PlanSerializer):
    objectives = ObjectiveSerializer(many=True, read_only=True)


def named_district(council: Council, district_id: int | None) -> Council | None:
    """The district of this id, if it lies in this county. One answer for all others."""
    if district_id is None:
        return None
    return chosen(
        "district_id", district_id, districts_of(council), refusal="This is no district of the county."
    )


def plan_detail(plan: ActionPlan) -> dict[str, Any]:
    """A plan with its objectives, as the API gives it."""
    data = PlanSerializer(plan).data
    return {**data, "objectives": ObjectiveSerializer(objectives_of(plan), many=True).data}


class PlansAPI(ComplianceAPIView):
    """Plans of the council."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    pagination_class = Pagination

    @extend_schema(operation_id="plans", responses=PlanSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page = pages.paginate_queryset(
            plans_of(self.access).order_by("-starts_on", "title"), request, view=self
        )
        return pages.get_paginated_response(PlanSerializer(page, many=True).data)

    @extend_schema(
        operation_id="plan_create",
        request=PlanSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PlanSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(PlanSerializer, request)
        given["district"] = named_district(self.council, given.pop("district_id"))
        return self.created_once(
            request,
            lambda: PlanSerializer(create_plan(council=self.council, by=self.person, **given)).data,
        )


class PlanAPI(ComplianceAPIView):
    """One plan with its objectives."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "patch": CompliancePermission.EDIT_PLANS}

    @extend_schema(operation_id="plan", responses=PlanDetailSerializer)
    def get(self, request: Request, plan_id: UUID) -> Response:
        return Response(plan_detail(plan_for(self.access, plan_id)))

    @extend_schema(
        operation_id="plan_change",
        request=PlanChangeSerializer,
        responses={200: PlanDetailSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(PlanChangeSerializer, request)
        district = plan.district
        if "district_id" in given:
            district = named_district(self.council, given.pop("district_id"))
        kept = {
            name: given.get(name, getattr(plan, name))
            for name in ("title", "kind", "part_of", "purpose", "starts_on", "ends_on")
        }
        changed = change_plan(plan=plan, by=self.person, version=given["version"], district=district, **kept)
        return Response(plan_detail(changed))


class ObjectivesAPI(ComplianceAPIView):
    """Add an objective to a plan, or put all of them into a new order."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="objective_create",
        request=ObjectiveSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ObjectiveSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(ObjectiveSerializer, request)
        return self.created_once(
            request, lambda: ObjectiveSerializer(add_objective(plan=plan, by=self.person, **given)).data
        )

    @extend_schema(
        operation_id="objectives_reorder",
        request=OrderSerializer,
        responses={200: PlanDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(OrderSerializer, request)
        return Response(plan_detail(reorder_objectives(plan=plan, by=self.person, **given)))


class ObjectiveAPI(ComplianceAPIView):
    """One objective of a plan."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="objective_change",
        request=ObjectiveChangeSerializer,
        responses={200: ObjectiveSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, plan_id: UUID, objective_id: UUID) -> Response:
        objective = objective_to_edit(self.access, plan_id, objective_id)
        given = checked(ObjectiveChangeSerializer, request)
        changed = change_objective(
            objective=objective,
            by=self.person,
            version=given["version"],
            title=given.get("title", objective.title),
            outcome=given.get("outcome", objective.outcome),
        )
        return Response(ObjectiveSerializer(changed).data)
