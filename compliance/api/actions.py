"""Actions and progress over the API: the pages' access functions and services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
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
    loggable_actions,
    plan_for,
    visible_actions,
)
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    DifferenceSerializer,
    checked,
    chosen,
)
from compliance.enums import ActionRating, ActionStatus, Priority
from compliance.forms.plans import ActionFilter
from compliance.models import Action, ActionPlan, ProgressEntry
from compliance.permissions import CompliancePermission
from compliance.policies.actions import RowsRefused
from compliance.queries.plans import moved_words, objectives_of, possible_leads, possible_owners, progress_of
from compliance.services.plans import add_action, change_action, leads_of
from compliance.services.progress import MOST_ROWS, ProgressRow, log_progress, log_progress_on_many
from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.pagination import Pagination


class ActionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="Such as A12, within the council.")
    plan_id = serializers.UUIDField()
    objective_id = serializers.UUIDField()
    title = serializers.CharField()
    measure = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True)
    owner = serializers.CharField(help_text="Name, empty where nobody owns it.")
    lead_organisation_ids = serializers.ListField(child=serializers.UUIDField())
    lead_organisations = serializers.ListField(child=serializers.CharField(), help_text="Names, by name.")
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
    lead_organisation_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=50
    )
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.MEDIUM)


class ActionChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=200, required=False)
    measure = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    owner_id = serializers.IntegerField(required=False, allow_null=True)
    lead_organisation_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50
    )
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)


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
    """An action as the API gives it; read with ``with_leads``, as ``access.action_for`` does."""
    return ActionSerializer(
        {
            **{
                name: getattr(action, name)
                for name in (
                    *("id", "reference", "plan_id", "objective_id", "title", "measure", "owner_id"),
                    *("priority", "status", "rating", "first_due_on", "due_on"),
                    *("times_moved", "version"),
                )
            },
            "owner": display_name(action.owner) if action.owner else "",
            "lead_organisation_ids": getattr(action, "lead_ids", []),
            "lead_organisations": getattr(action, "lead_names", []),
            "due": moved_words(action),
            "overdue": action.is_overdue(timezone.localdate()),
        }
    ).data


def named_owner(council: Council, owner_id: int | None, present: User | None = None) -> User | None:
    """The person of this id, if they may own something in the council. One answer for all others (TI-7)."""
    if owner_id is None:
        return None
    offered = (*possible_owners(council), *([present] if present else []))
    return chosen("owner_id", owner_id, offered, refusal="This person has no role in the council.")


def named_leads(
    council: Council, lead_ids: Sequence[UUID], present: Sequence[Organisation] = ()
) -> list[Organisation]:
    """The organisations of these ids, if the council has linked them. One answer for all others (TI-7)."""
    if not lead_ids:
        return []
    offered = (*possible_leads(council, timezone.localdate()), *present)
    refusal = "This organisation is not linked to the council."
    return [chosen("lead_organisation_ids", key, offered, refusal=refusal) for key in lead_ids]


FILTERS = [
    OpenApiParameter(name, str, description=words)
    for name, words in (
        ("status", "A status, or “open”."),
        ("rating", "red, amber, green or none."),
        ("owner", "Id of a person, or “nobody”."),
        ("lead", "Id of a lead organisation, or “none”."),
        ("due_from", "Due on or after this day."),
        ("due_to", "Due on or before this day."),
        ("text", "Words of the title or measure, or a reference."),
        ("overdue", "“on” for overdue actions only."),
        ("slipped", "“on” for actions whose date has moved only."),
    )
]


def listed(
    request: Request, actions: QuerySet[Action], *, council: Council, plan: ActionPlan | None, view: Any
) -> Response:
    """A page of actions, with the filters of the page of the same name."""
    filters = ActionFilter(request.query_params, actions, council=council, plan=plan)
    if not filters.is_valid():
        raise ValidationError(filters.errors)
    pages = Pagination()
    rows = filters.qs.select_related("owner").with_leads().order_by("number")
    page: list[Action] = pages.paginate_queryset(rows, request, view=view) or []
    return pages.get_paginated_response([action_data(action) for action in page])


class ActionsAPI(ComplianceAPIView):
    """Every action that the person may read, across the council's plans."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS
    pagination_class = Pagination

    @extend_schema(
        operation_id="actions",
        parameters=[OpenApiParameter("plan", str, description="Id of a plan."), *FILTERS],
        responses=ActionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return listed(request, visible_actions(self.access), council=self.council, plan=None, view=self)


class PlanActionsAPI(ComplianceAPIView):
    """Actions of a plan, with the filters of its page."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    pagination_class = Pagination

    @extend_schema(
        operation_id="plan_actions",
        parameters=[OpenApiParameter("objective", str, description="Id of an objective."), *FILTERS],
        responses=ActionSerializer(many=True),
    )
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        actions = visible_actions(self.access).filter(plan=plan)
        return listed(request, actions, council=self.council, plan=plan, view=self)

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
        leads = named_leads(self.council, given.pop("lead_organisation_ids"))

        def create() -> dict[str, Any]:
            action = add_action(
                objective=objective, by=self.person, owner=owner, lead_organisations=leads, **given
            )
            return action_data(action_for(self.access, action.pk))

        return self.created_once(request, create)


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
        owner, leads = action.owner, leads_of(action)
        if "owner_id" in given:
            owner = named_owner(self.council, given["owner_id"], action.owner)
        if "lead_organisation_ids" in given:
            leads = named_leads(self.council, given["lead_organisation_ids"], leads)
        change_action(
            action=action,
            by=self.person,
            version=given["version"],
            title=given.get("title", action.title),
            measure=given.get("measure", action.measure),
            owner=owner,
            lead_organisations=leads,
            priority=given.get("priority", action.priority),
        )
        return Response(action_data(action_for(self.access, action.pk)))


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


class BulkRowSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of the action, as you read it.")
    note = serializers.CharField(max_length=2000)
    rating = serializers.ChoiceField(choices=ActionRating.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=ActionStatus.choices)


class BulkSerializer(serializers.Serializer[Any]):
    rows = BulkRowSerializer(many=True, min_length=1, max_length=MOST_ROWS)  # type: ignore[call-arg] # many=True takes a list's limits


class BulkAnswerSerializer(serializers.Serializer[Any]):
    saved = serializers.IntegerField(help_text="How many actions got a line in their log.")


class BulkProblemSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()
    reference = serializers.CharField()
    detail = serializers.CharField()
    version = serializers.IntegerField(
        allow_null=True, help_text="What to send next; null unless it was stale."
    )
    differences = DifferenceSerializer(many=True)


class BulkRefusalSerializer(serializers.Serializer[Any]):
    """Why nothing was applied: every row that cannot be, by name."""

    detail = serializers.CharField()
    problems = BulkProblemSerializer(many=True)


class BulkProgressAPI(ComplianceAPIView):
    """Log progress on several actions: all of the rows, or none."""

    permission = CompliancePermission.LOG_PROGRESS

    @extend_schema(
        operation_id="actions_progress_create",
        request=BulkSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={
            201: BulkAnswerSerializer,
            **WRITE_ANSWERS,
            409: BulkRefusalSerializer,
            422: BulkRefusalSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        rows = checked(BulkSerializer, request)["rows"]
        ids = [row["action_id"] for row in rows]
        found = {
            action.pk: action
            for action in loggable_actions(self.access).filter(pk__in=ids).select_related("owner")
        }
        if len(set(ids)) != len(ids) or set(ids) - set(found):
            raise ValidationError({"rows": ["Name each action once, and only those that you may change."]})

        def create() -> dict[str, Any]:
            entries = log_progress_on_many(
                council=self.council,
                by=self.person,
                token=uuid4(),
                edits_plans=self.access.may(CompliancePermission.EDIT_PLANS),
                rows=[
                    ProgressRow(
                        action=found[row["action_id"]],
                        version=row["version"],
                        rating=row["rating"],
                        status=row["status"],
                        note=row["note"],
                    )
                    for row in rows
                ],
            )
            return {"saved": len(entries)}

        try:
            return self.created_once(request, create)
        except RowsRefused as refused:
            stale = any(problem.version for problem in refused.problems)
            response = Response(_refusal(refused), status=409 if stale else 422)
            response.exception = True
            return response


def _refusal(refused: RowsRefused) -> dict[str, Any]:
    return {
        "detail": str(refused),
        "problems": [
            {
                "action_id": problem.action_id,
                "reference": problem.reference,
                "detail": problem.words,
                "version": problem.version,
                "differences": [
                    {"field": one.field, "label": one.label, "theirs": one.theirs, "yours": one.yours}
                    for one in problem.differences
                ],
            }
            for problem in refused.problems
        ],
    }
