"""Sharing over the API: the pages' access functions and services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    plan_for,
    plan_share_for,
    reading_plan,
    reading_risks,
    reading_shared,
    risk_share_for,
    shared_action,
)
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
    chosen,
)
from compliance.enums import ActionRating, ActionStatus, PlanKind, Priority
from compliance.models import Action, PlanShare, RiskShare
from compliance.permissions import CompliancePermission
from compliance.queries.plans import moved_words, objectives_of
from compliance.queries.sharing import (
    lead_names,
    plan_shares,
    received,
    receivers,
    risk_shares,
    share_state,
    shared_actions,
    shared_log,
    shared_summaries,
)
from compliance.services.sharing import end_share, note_reading, renew_share, share_plan, share_risks
from prevent_portal.tenancy.models import Council
from prevent_portal.web.pagination import Pagination


class ShareSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    receiver = serializers.SlugField(help_text="The council that may read, by the name in its addresses.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day of reading.")
    reason = serializers.CharField()
    state = serializers.CharField(help_text="In words, such as “Being shared”.")
    last_read_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField(help_text="Send it with your next change.")


class PlanShareSerializer(ShareSerializer):
    plan_id = serializers.UUIDField()


class NewShareSerializer(serializers.Serializer[Any]):
    receiver = serializers.SlugField(help_text="A council on the portal, by the name in its addresses.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class RenewalSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    ends_on = serializers.DateField()


class EndSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class ReceivedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[("plan", "Plan"), ("risks", "Publishable risks")])
    title = serializers.CharField()
    owner = serializers.CharField(help_text="The council that shares it.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class SharedObjectiveSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    outcome = serializers.CharField()


class SharedPlanSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the sharing, not of the plan.")
    owner = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    purpose = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    readable_until = serializers.DateField()
    objectives = SharedObjectiveSerializer(many=True)


class SharedActionSerializer(serializers.Serializer[Any]):
    """An action of another council's plan, without people's names and without files."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    objective_number = serializers.IntegerField()
    title = serializers.CharField()
    measure = serializers.CharField()
    lead_organisations = serializers.CharField(help_text="Names, separated by semicolons.")
    priority = serializers.ChoiceField(choices=Priority.choices)
    status = serializers.ChoiceField(choices=ActionStatus.choices)
    rating = serializers.ChoiceField(choices=ActionRating.choices, allow_blank=True)
    first_due_on = serializers.DateField()
    due_on = serializers.DateField()
    times_moved = serializers.IntegerField()
    due = serializers.CharField()
    overdue = serializers.BooleanField()


class SharedProgressSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    note = serializers.CharField()
    rating = serializers.ChoiceField(choices=ActionRating.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=ActionStatus.choices)


class SharedSummarySerializer(serializers.Serializer[Any]):
    heading = serializers.CharField()
    text = serializers.CharField()
    approved_at = serializers.DateTimeField()


class SharedRisksSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the sharing.")
    owner = serializers.CharField()
    readable_until = serializers.DateField()
    summaries = SharedSummarySerializer(many=True)


def share_data(share: PlanShare | RiskShare) -> dict[str, Any]:
    """A share as the API gives it to its owner."""
    given = {
        **{
            name: getattr(share, name)
            for name in ("id", "starts_on", "ends_on", "reason", "last_read_on", "version")
        },
        "receiver": share.receiver.slug,
        "state": share_state(share, timezone.localdate()),
    }
    if isinstance(share, PlanShare):
        return PlanShareSerializer({**given, "plan_id": share.plan_id}).data
    return ShareSerializer(given).data


def shared_action_data(action: Action) -> dict[str, Any]:
    """An action as another council may read it."""
    names = ("id", "reference", "title", "measure", "priority", "status", "rating")
    dates = ("first_due_on", "due_on", "times_moved")
    return SharedActionSerializer(
        {
            **{name: getattr(action, name) for name in (*names, *dates)},
            "objective_number": action.objective.number,
            "lead_organisations": lead_names(action),
            "due": moved_words(action),
            "overdue": action.is_overdue(timezone.localdate()),
        }
    ).data


def named_receiver(council: Council, slug: str) -> Council:
    """The council of this name, if a thing can be shared with it. One answer for all others."""
    offered = (one for _, group in receivers(council, timezone.localdate()) for one in group)
    return chosen(
        "receiver", slug, offered, by="slug", refusal="Choose another council that uses the portal."
    )


class PlanSharesAPI(ComplianceAPIView):
    """With whom a plan is shared."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS
    pagination_class = Pagination

    @extend_schema(operation_id="plan_shares", responses=PlanShareSerializer(many=True))
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        pages = Pagination()
        lines = plan_shares(self.council, timezone.localdate(), plan)
        page = pages.paginate_queryset(lines, request, view=self) or []
        return pages.get_paginated_response([share_data(line.share) for line in page])

    @extend_schema(
        operation_id="plan_share_create",
        request=NewShareSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PlanShareSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        given = checked(NewShareSerializer, request)
        receiver = named_receiver(self.council, given.pop("receiver"))
        return self.created_once(
            request, lambda: share_data(share_plan(plan=plan, by=self.person, receiver=receiver, **given))
        )


class PlanShareAPI(ComplianceAPIView):
    """One share of a plan: read it, or give it another last day."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    @extend_schema(operation_id="plan_share", responses=PlanShareSerializer)
    def get(self, request: Request, plan_share_id: UUID) -> Response:
        return Response(share_data(plan_share_for(self.access, plan_share_id)))

    @extend_schema(
        operation_id="plan_share_renew",
        request=RenewalSerializer,
        responses={200: PlanShareSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, plan_share_id: UUID) -> Response:
        share = plan_share_for(self.access, plan_share_id)
        given = checked(RenewalSerializer, request)
        return Response(share_data(renew_share(share=share, by=self.person, **given)))


class PlanShareEndAPI(ComplianceAPIView):
    """End a plan's share now."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    @extend_schema(
        operation_id="plan_share_end",
        request=EndSerializer,
        responses={200: PlanShareSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, plan_share_id: UUID) -> Response:
        share = plan_share_for(self.access, plan_share_id)
        given = checked(EndSerializer, request)
        return Response(share_data(end_share(share=share, by=self.person, **given)))


class RiskSharesAPI(ComplianceAPIView):
    """With whom the publishable risks are shared."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS
    pagination_class = Pagination

    @extend_schema(operation_id="risk_shares", responses=ShareSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        lines = risk_shares(self.council, timezone.localdate())
        page = pages.paginate_queryset(lines, request, view=self) or []
        return pages.get_paginated_response([share_data(line.share) for line in page])

    @extend_schema(
        operation_id="risk_share_create",
        request=NewShareSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ShareSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewShareSerializer, request)
        receiver = named_receiver(self.council, given.pop("receiver"))
        return self.created_once(
            request,
            lambda: share_data(share_risks(council=self.council, by=self.person, receiver=receiver, **given)),
        )


class RiskShareAPI(ComplianceAPIView):
    """One share of the publishable risks: read it, or give it another last day."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    @extend_schema(operation_id="risk_share", responses=ShareSerializer)
    def get(self, request: Request, risk_share_id: UUID) -> Response:
        return Response(share_data(risk_share_for(self.access, risk_share_id)))

    @extend_schema(
        operation_id="risk_share_renew",
        request=RenewalSerializer,
        responses={200: ShareSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, risk_share_id: UUID) -> Response:
        share = risk_share_for(self.access, risk_share_id)
        given = checked(RenewalSerializer, request)
        return Response(share_data(renew_share(share=share, by=self.person, **given)))


class RiskShareEndAPI(ComplianceAPIView):
    """End the sharing of the publishable risks now."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    @extend_schema(
        operation_id="risk_share_end",
        request=EndSerializer,
        responses={200: ShareSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, risk_share_id: UUID) -> Response:
        share = risk_share_for(self.access, risk_share_id)
        given = checked(EndSerializer, request)
        return Response(share_data(end_share(share=share, by=self.person, **given)))


class SharedAPI(ComplianceAPIView):
    """What other councils let this one read today."""

    permission = CompliancePermission.READ_SHARED
    pagination_class = Pagination

    @extend_schema(operation_id="shared", responses=ReceivedSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        with reading_shared(self.access) as council:
            lines = received(council)
        page = pages.paginate_queryset(lines, request, view=self) or []
        return pages.get_paginated_response(ReceivedSerializer(page, many=True).data)


class SharedPlanAPI(ComplianceAPIView):
    """A plan of another council, read by a share."""

    permission = CompliancePermission.READ_SHARED

    @extend_schema(operation_id="shared_plan", responses=SharedPlanSerializer)
    def get(self, request: Request, received_plan_id: UUID) -> Response:
        with reading_plan(self.access, received_plan_id) as share:
            plan = share.plan
            data = SharedPlanSerializer(
                {
                    "id": share.pk,
                    "owner": share.council.name,
                    **{name: getattr(plan, name) for name in ("title", "kind", "purpose")},
                    **{name: getattr(plan, name) for name in ("starts_on", "ends_on")},
                    "readable_until": share.ends_on,
                    "objectives": objectives_of(plan),
                }
            ).data
        note_reading(share=share, by=self.person)
        return Response(data)


class SharedActionsAPI(ComplianceAPIView):
    """The actions of another council's plan, read by a share."""

    permission = CompliancePermission.READ_SHARED
    pagination_class = Pagination

    @extend_schema(operation_id="shared_plan_actions", responses=SharedActionSerializer(many=True))
    def get(self, request: Request, received_plan_id: UUID) -> Response:
        pages = Pagination()
        with reading_plan(self.access, received_plan_id) as share:
            page: list[Action] = pages.paginate_queryset(shared_actions(share), request, view=self) or []
            data = [shared_action_data(action) for action in page]
        note_reading(share=share, by=self.person)
        return pages.get_paginated_response(data)


class SharedProgressAPI(ComplianceAPIView):
    """The log of an action of another council's plan, newest first."""

    permission = CompliancePermission.READ_SHARED

    @extend_schema(operation_id="shared_action_progress", responses=SharedProgressSerializer(many=True))
    def get(self, request: Request, received_plan_id: UUID, received_action_id: UUID) -> Response:
        with reading_plan(self.access, received_plan_id) as share:
            action = shared_action(share, received_action_id)
            data = SharedProgressSerializer(shared_log(share, action), many=True).data
        note_reading(share=share, by=self.person)
        return Response(data)


class SharedRisksAPI(ComplianceAPIView):
    """The publishable risks of another council, read by a share."""

    permission = CompliancePermission.READ_SHARED

    @extend_schema(operation_id="shared_risks", responses=SharedRisksSerializer)
    def get(self, request: Request, received_risk_id: UUID) -> Response:
        with reading_risks(self.access, received_risk_id) as share:
            data = SharedRisksSerializer(
                {
                    "id": share.pk,
                    "owner": share.council.name,
                    "readable_until": share.ends_on,
                    "summaries": shared_summaries(share),
                }
            ).data
        note_reading(share=share, by=self.person)
        return Response(data)
