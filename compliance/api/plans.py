"""Plans, actions and progress over the API: the pages' access functions and services."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    action_for,
    action_to_edit,
    action_to_log,
    plan_for,
    plans_of,
    visible_actions,
)
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
)
from compliance.enums import ActionRating, ActionStatus, PlanKind, Priority
from compliance.forms.plans import ActionFilter
from compliance.models import Action, ProgressEntry
from compliance.permissions import CompliancePermission
from compliance.queries.plans import moved_words, objectives_of, possible_leads, possible_owners, progress_of
from compliance.services.plans import add_action, add_objective, change_action, create_plan, move_due_date
from compliance.services.progress import log_progress
from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.pagination import Pagination


class ObjectiveSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    outcome = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class PlanSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(max_length=160)
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    purpose = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class PlanDetailSerializer(PlanSerializer):
    objectives = ObjectiveSerializer(many=True, read_only=True)


class ActionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="Such as A12, within the council.")
    plan_id = serializers.UUIDField()
    objective_id = serializers.UUIDField()
    title = serializers.CharField()
    measure = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True)
    owner = serializers.CharField(help_text="Name, empty where nobody owns it.")
    lead_organisation_id = serializers.UUIDField(allow_null=True)
    lead_organisation = serializers.CharField()
    priority = serializers.ChoiceField(choices=Priority.choices)
    status = serializers.ChoiceField(choices=ActionStatus.choices)
    rating = serializers.ChoiceField(choices=ActionRating.choices, allow_blank=True)
    first_due_on = serializers.DateField(help_text="As first promised; it never changes.")
    due_on = serializers.DateField(help_text="The date in force.")
    times_moved = serializers.IntegerField()
    due = serializers.CharField(help_text="In words: “due 31 March 2026, moved twice, now 30 June 2026”.")
    overdue = serializers.BooleanField(help_text="Open, and the first due date has passed.")
    version = serializers.IntegerField(help_text="Send it with your next change.")


class NewActionSerializer(serializers.Serializer[Any]):
    objective_id = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    due_on = serializers.DateField(help_text="The first due date; it stays on record.")
    measure = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    owner_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    lead_organisation_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.MEDIUM)


class ActionChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=200, required=False)
    measure = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    owner_id = serializers.IntegerField(required=False, allow_null=True)
    lead_organisation_id = serializers.UUIDField(required=False, allow_null=True)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)


class DueDateSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=1000)


class FileSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    href = serializers.CharField()
    size = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    note = serializers.CharField()
    rating = serializers.ChoiceField(choices=ActionRating.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=ActionStatus.choices)
    files = FileSerializer(many=True)


class NewProgressSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the action, as you read it.")
    note = serializers.CharField(max_length=2000)
    rating = serializers.ChoiceField(choices=ActionRating.choices[1:])
    status = serializers.ChoiceField(choices=ActionStatus.choices)


def action_data(action: Action) -> dict[str, Any]:
    """An action as the API gives it."""
    return ActionSerializer(
        {
            **{
                name: getattr(action, name)
                for name in (
                    *("id", "reference", "plan_id", "objective_id", "title", "measure", "owner_id"),
                    *("lead_organisation_id", "priority", "status", "rating", "first_due_on", "due_on"),
                    *("times_moved", "version"),
                )
            },
            "owner": display_name(action.owner) if action.owner else "",
            "lead_organisation": action.lead_organisation.name if action.lead_organisation else "",
            "due": moved_words(action),
            "overdue": action.is_overdue(timezone.localdate()),
        }
    ).data


def named_owner(council: Council, owner_id: int | None, present: User | None = None) -> User | None:
    """The person of this id, if they may own something in the council. One answer for all others (TI-7)."""
    if owner_id is None:
        return None
    for person in (*possible_owners(council), *([present] if present else [])):
        if person.pk == owner_id:
            return person
    raise ValidationError({"owner_id": ["This person has no role in the council."]})


def named_lead(
    council: Council, lead_id: UUID | None, present: Organisation | None = None
) -> Organisation | None:
    """The organisation of this id, if the council has linked it. One answer for all others (TI-7)."""
    if lead_id is None:
        return None
    for organisation in (*possible_leads(council, timezone.localdate()), *([present] if present else [])):
        if organisation.pk == lead_id:
            return organisation
    raise ValidationError({"lead_organisation_id": ["This organisation is not linked to the council."]})


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
        return self.created_once(
            request,
            lambda: PlanSerializer(create_plan(council=self.council, by=self.person, **given)).data,
        )


class PlanAPI(ComplianceAPIView):
    """One plan with its objectives."""

    permission = CompliancePermission.VIEW_PLANS

    @extend_schema(operation_id="plan", responses=PlanDetailSerializer)
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        data = PlanSerializer(plan).data
        return Response({**data, "objectives": ObjectiveSerializer(objectives_of(plan), many=True).data})


class ObjectivesAPI(ComplianceAPIView):
    """Add an objective to a plan."""

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


class PlanActionsAPI(ComplianceAPIView):
    """Actions of a plan, with the filters of its page."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    pagination_class = Pagination

    @extend_schema(
        operation_id="plan_actions",
        parameters=[
            OpenApiParameter(name, str, description=words)
            for name, words in (
                ("status", "A status, or “open”."),
                ("rating", "red, amber, green or none."),
                ("owner", "Id of a person, or “nobody”."),
                ("objective", "Id of an objective."),
                ("text", "Words of the title or measure, or a reference."),
                ("overdue", "“on” for overdue actions only."),
            )
        ],
        responses=ActionSerializer(many=True),
    )
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        filters = ActionFilter(
            request.query_params, visible_actions(self.access).filter(plan=plan), plan=plan
        )
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        pages = Pagination()
        rows = filters.qs.select_related("owner", "lead_organisation").order_by("number")
        page: list[Action] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([action_data(action) for action in page])

    @extend_schema(
        operation_id="action_create",
        request=NewActionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ActionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(NewActionSerializer, request)
        objective_id = given.pop("objective_id")
        objective = next((one for one in objectives_of(plan) if one.pk == objective_id), None)
        if objective is None:
            raise ValidationError({"objective_id": ["This is no objective of the plan."]})
        owner = named_owner(self.council, given.pop("owner_id"))
        lead = named_lead(self.council, given.pop("lead_organisation_id"))
        return self.created_once(
            request,
            lambda: action_data(
                add_action(objective=objective, by=self.person, owner=owner, lead_organisation=lead, **given)
            ),
        )


class ActionAPI(ComplianceAPIView):
    """One action."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ACTIONS,
        "patch": CompliancePermission.EDIT_PLANS,
    }

    @extend_schema(operation_id="action", responses=ActionSerializer)
    def get(self, request: Request, action_id: UUID) -> Response:
        return Response(action_data(action_for(self.access, action_id)))

    @extend_schema(
        operation_id="action_change",
        request=ActionChangeSerializer,
        responses={200: ActionSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, action_id: UUID) -> Response:
        action = action_to_edit(self.access, action_id)
        given = checked(ActionChangeSerializer, request)
        owner, lead = action.owner, action.lead_organisation
        if "owner_id" in given:
            owner = named_owner(self.council, given["owner_id"], action.owner)
        if "lead_organisation_id" in given:
            lead = named_lead(self.council, given["lead_organisation_id"], action.lead_organisation)
        changed = change_action(
            action=action,
            by=self.person,
            version=given["version"],
            title=given.get("title", action.title),
            measure=given.get("measure", action.measure),
            owner=owner,
            lead_organisation=lead,
            priority=given.get("priority", action.priority),
        )
        return Response(action_data(changed))


class DueDateAPI(ComplianceAPIView):
    """Move an action's due date."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="action_move_due_date",
        request=DueDateSerializer,
        responses={200: ActionSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, action_id: UUID) -> Response:
        action = action_to_edit(self.access, action_id)
        given = checked(DueDateSerializer, request)
        return Response(action_data(move_due_date(action=action, by=self.person, **given)))


class ProgressAPI(ComplianceAPIView):
    """The log of an action."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ACTIONS,
        "post": CompliancePermission.LOG_PROGRESS,
    }

    @extend_schema(operation_id="action_progress", responses=ProgressSerializer(many=True))
    def get(self, request: Request, action_id: UUID) -> Response:
        action = action_for(self.access, action_id)
        lines = progress_of(self.council, action)
        return Response(
            [
                self._data(
                    line.entry,
                    line.by,
                    [{"title": file.title, "href": file.href, "size": file.size} for file in line.files],
                )
                for line in lines
            ]
        )

    @extend_schema(
        operation_id="action_progress_create",
        request=NewProgressSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ProgressSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, action_id: UUID) -> Response:
        action = action_to_log(self.access, action_id)
        given = checked(NewProgressSerializer, request)

        def create() -> dict[str, Any]:
            entry = log_progress(
                action=action,
                by=self.person,
                token=uuid4(),
                edits_plans=self.access.may(CompliancePermission.EDIT_PLANS),
                **given,
            )
            return self._data(entry, display_name(self.person), [])

        return self.created_once(request, create)

    def _data(self, entry: ProgressEntry, by: str, files: list[dict[str, Any]]) -> dict[str, Any]:
        names = ("id", "at", "note", "rating", "status")
        return ProgressSerializer(
            {**{name: getattr(entry, name) for name in names}, "by": by, "files": files}
        ).data
