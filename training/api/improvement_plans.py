"""Improvement plans for programmes: the same access and services as the pages (API-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.accounts.models import User, display_name
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
from training.access.improvement_plans import (
    courses_to_improve,
    improvement_plan_for,
    improvement_plan_to_edit,
    improvement_plan_to_report,
    milestone_to_edit,
    milestone_to_report,
    organisations_to_improve,
    plans_seen,
)
from training.enums import ImprovementState
from training.models import ImprovementMilestone, ImprovementPlan
from training.permissions import TrainingPermission
from training.queries.improvement_plans import milestones_of, possible_monitors
from training.services.improvement_plans import (
    add_milestone,
    agree_improvement_plan,
    change_improvement_plan,
    change_milestone,
    end_improvement_plan,
    mark_milestone,
    note_progress,
)


class ImprovementMilestoneSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    due_on = serializers.DateField()
    first_due_on = serializers.DateField(help_text="The date first agreed.")
    done_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ImprovementPlanSerializer(serializers.Serializer[Any]):
    """A plan to bring an organisation's training back to its target."""

    id = serializers.UUIDField()
    organisation_id = serializers.UUIDField()
    organisation = serializers.CharField()
    course_id = serializers.UUIDField()
    course = serializers.CharField()
    council_staff_only = serializers.BooleanField()
    reason = serializers.CharField()
    monitor = serializers.CharField()
    target_on = serializers.DateField()
    first_target_on = serializers.DateField(help_text="The date first agreed.")
    state = serializers.ChoiceField(choices=ImprovementState.choices)
    ended_on = serializers.DateField(allow_null=True)
    ended_reason = serializers.CharField()
    version = serializers.IntegerField()


class ImprovementPlanDetailSerializer(ImprovementPlanSerializer):
    """A plan with its steps."""

    milestones = ImprovementMilestoneSerializer(many=True)


class NewImprovementPlanSerializer(serializers.Serializer[Any]):
    organisation_id = serializers.UUIDField()
    course_id = serializers.UUIDField()
    council_staff_only = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=2000)
    monitor_id = serializers.IntegerField(required=False, help_text="Left out, you watch it.")
    target_on = serializers.DateField()


class ImprovementChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the plan, as you read it.")
    reason = serializers.CharField(max_length=2000)
    target_on = serializers.DateField()
    monitor_id = serializers.IntegerField(required=False, help_text="Left out, it stays.")


class ImprovementEndSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the plan, as you read it.")
    state = serializers.ChoiceField(
        choices=[(s.value, s.label) for s in (ImprovementState.ACHIEVED, ImprovementState.CLOSED)]
    )
    reason = serializers.CharField(
        max_length=1000, allow_blank=True, default="", help_text="Needed to close."
    )


class NewMilestoneSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=300)
    due_on = serializers.DateField()


class MilestoneChangeSerializer(NewMilestoneSerializer):
    version = serializers.IntegerField(help_text="Of the step, as you read it.")


class MilestoneDoneSerializer(serializers.Serializer[Any]):
    done_on = serializers.DateField(allow_null=True, help_text="Null where it is not done after all.")


class NewImprovementNoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)


class ImprovementNoteSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


def plan_data(plan: ImprovementPlan) -> dict[str, Any]:
    """A plan as the API gives it in a list."""
    names = (
        "id", "organisation_id", "course_id", "council_staff_only", "reason", "target_on", "first_target_on",
        "state", "ended_on", "ended_reason", "version",
    )  # fmt: skip
    return {
        **{name: getattr(plan, name) for name in names},
        "organisation": plan.organisation.name,
        "course": plan.course.name,
        "monitor": display_name(plan.monitor),
    }


def plan_detail(plan: ImprovementPlan) -> dict[str, Any]:
    """A plan with its steps."""
    return dict(ImprovementPlanDetailSerializer({**plan_data(plan), "milestones": milestones_of(plan)}).data)


class _PlanAPI(WritingAPIView):
    """What the addresses of plans share."""

    abstract = True

    def monitor(self, monitor_id: int | None, present: User) -> User:
        """Somebody who may watch a plan; the service refuses who may not."""
        if monitor_id is None:
            return present
        found = possible_monitors(self.council, present).filter(pk=monitor_id).first()
        if found is None:
            raise PolicyError("Choose somebody who works for the council and may report on plans.")
        return found


class ImprovementPlansAPI(_PlanAPI):
    """Plans that the person reads, open ones first; and agree one."""

    permission = {
        "get": TrainingPermission.VIEW_OWN_IMPROVEMENT,
        "post": TrainingPermission.EDIT_IMPROVEMENT,
    }
    pagination_class = Pagination

    @extend_schema(operation_id="improvement_plans", responses=ImprovementPlanSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[ImprovementPlan] = (
            pages.paginate_queryset(plans_seen(self.access), request, view=self) or []
        )
        rows = [plan_data(plan) for plan in page]
        return pages.get_paginated_response(ImprovementPlanSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="improvement_plan_create",
        request=NewImprovementPlanSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ImprovementPlanDetailSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewImprovementPlanSerializer, request)
        organisation_id, course_id = given.pop("organisation_id"), given.pop("course_id")
        organisation = next(
            (each for each in organisations_to_improve(self.access) if each.pk == organisation_id), None
        )
        course = next((each for each in courses_to_improve(self.access) if each.pk == course_id), None)
        if organisation is None or course is None:
            raise Http404
        monitor = self.monitor(given.pop("monitor_id", None), self.person)

        def create() -> dict[str, Any]:
            plan = agree_improvement_plan(
                council=self.council,
                organisation=organisation,
                course=course,
                monitor=monitor,
                token=uuid4(),
                by=self.person,
                **given,
            )
            return plan_detail(improvement_plan_for(self.access, plan.pk))

        return self.created_once(request, create)


class ImprovementPlanAPI(_PlanAPI):
    """One plan with its steps; and change it."""

    permission = {
        "get": TrainingPermission.VIEW_OWN_IMPROVEMENT,
        "put": TrainingPermission.EDIT_IMPROVEMENT,
    }

    @extend_schema(operation_id="improvement_plan", responses=ImprovementPlanDetailSerializer)
    def get(self, request: Request, improvement_id: UUID) -> Response:
        return Response(plan_detail(improvement_plan_for(self.access, improvement_id)))

    @extend_schema(
        operation_id="improvement_plan_change",
        request=ImprovementChangeSerializer,
        responses={200: ImprovementPlanDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, improvement_id: UUID) -> Response:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        given = checked(ImprovementChangeSerializer, request)
        monitor = self.monitor(given.pop("monitor_id", None), plan.monitor)
        change_improvement_plan(plan=plan, monitor=monitor, by=self.person, **given)
        return Response(plan_detail(improvement_plan_for(self.access, improvement_id)))


class ImprovementPlanEndAPI(WritingAPIView):
    """End a plan."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    @extend_schema(
        operation_id="improvement_plan_end",
        request=ImprovementEndSerializer,
        responses={200: ImprovementPlanDetailSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, improvement_id: UUID) -> Response:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        given = checked(ImprovementEndSerializer, request)
        state = ImprovementState(given.pop("state"))
        end_improvement_plan(plan=plan, state=state, by=self.person, **given)
        return Response(plan_detail(improvement_plan_for(self.access, improvement_id)))


class ImprovementMilestonesAPI(WritingAPIView):
    """Add a step to a plan."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    @extend_schema(
        operation_id="improvement_milestone_create",
        request=NewMilestoneSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ImprovementMilestoneSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, improvement_id: UUID) -> Response:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        given = checked(NewMilestoneSerializer, request)

        def create() -> dict[str, Any]:
            return _step_data(add_milestone(plan=plan, by=self.person, **given))

        return self.created_once(request, create)


class ImprovementMilestoneAPI(WritingAPIView):
    """Change a step of a plan."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    @extend_schema(
        operation_id="improvement_milestone_change",
        request=MilestoneChangeSerializer,
        responses={200: ImprovementMilestoneSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, milestone_id: UUID) -> Response:
        step = milestone_to_edit(self.access, milestone_id)
        given = checked(MilestoneChangeSerializer, request)
        return Response(_step_data(change_milestone(milestone=step, by=self.person, **given)))


class ImprovementMilestoneDoneAPI(WritingAPIView):
    """Mark a step as done, or as not done after all."""

    permission = TrainingPermission.REPORT_IMPROVEMENT

    @extend_schema(
        operation_id="improvement_milestone_done",
        request=MilestoneDoneSerializer,
        responses={200: ImprovementMilestoneSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, milestone_id: UUID) -> Response:
        step = milestone_to_report(self.access, milestone_id)
        given = checked(MilestoneDoneSerializer, request)
        return Response(_step_data(mark_milestone(milestone=step, by=self.person, **given)))


class ImprovementNotesAPI(WritingAPIView):
    """Note progress on a plan."""

    permission = TrainingPermission.REPORT_IMPROVEMENT

    @extend_schema(
        operation_id="improvement_note_create",
        request=NewImprovementNoteSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ImprovementNoteSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, improvement_id: UUID) -> Response:
        plan = improvement_plan_to_report(self.access, improvement_id)
        given = checked(NewImprovementNoteSerializer, request)

        def create() -> dict[str, Any]:
            note = note_progress(plan=plan, token=uuid4(), by=self.person, **given)
            return dict(ImprovementNoteSerializer(note).data)

        return self.created_once(request, create)


def _step_data(step: ImprovementMilestone) -> dict[str, Any]:
    return dict(ImprovementMilestoneSerializer(step).data)
