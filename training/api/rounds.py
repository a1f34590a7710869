"""Rounds of returns over the API: open, watch, give more time, remind, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import IDEMPOTENCY_KEY, WRITE_ANSWERS, RefusalSerializer, WritingAPIView, checked
from prevent_portal.web.pagination import Pagination
from prevent_portal.web.quarters import Quarter
from training.access.rounds import organisation_in_round, round_for, rounds_seen
from training.models import TrainingRound
from training.permissions import TrainingPermission
from training.queries.rounds import RoundLine, round_lines
from training.services.reminders import remind
from training.services.rounds import close_round, extend_deadline, open_round, reopen_round

_VIEW, _RUN = TrainingPermission.VIEW_COVERAGE, TrainingPermission.RUN_ROUNDS


class RoundSerializer(serializers.ModelSerializer[TrainingRound]):
    is_open = serializers.BooleanField()

    class Meta:
        model = TrainingRound
        fields = (
            "id", "period_from", "period_to", "due_on", "remind_before", "remind_after", "executive_after",
            "opened_at", "closed_at", "is_open",
        )  # fmt: skip


class RoundLineSerializer(serializers.Serializer[Any]):
    """One awaited return. Not returned, nil and unknown are three different things."""

    organisation_id = serializers.UUIDField(source="awaited.organisation_id")
    organisation = serializers.CharField(source="organisation.name")
    course = serializers.CharField(source="awaited.course.slug")
    council_staff_only = serializers.BooleanField(source="awaited.council_staff_only")
    state = serializers.CharField()
    reported = serializers.CharField(source="says")
    is_late = serializers.BooleanField(help_text="It has come, after the deadline in force that day.")
    is_overdue = serializers.SerializerMethodField(help_text="It has not come, and its deadline has passed.")
    deadline = serializers.DateField(source="due_on")
    return_id = serializers.UUIDField(source="line.id", allow_null=True, default=None)
    reminded_on = serializers.DateField(allow_null=True)

    def get_is_overdue(self, line: RoundLine) -> bool:
        return line.is_overdue(timezone.localdate())


class NewRoundSerializer(serializers.Serializer[Any]):
    period_to = serializers.DateField(help_text="A day of the quarter.")
    due_on = serializers.DateField()
    remind_before = serializers.IntegerField(min_value=0, max_value=60, default=7)
    remind_after = serializers.IntegerField(min_value=1, max_value=60, default=1)
    executive_after = serializers.IntegerField(min_value=1, max_value=90, default=7)


class NewMoreTimeSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField()
    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class MoreTimeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    organisation_id = serializers.UUIDField()
    moved_from = serializers.DateField()
    due_on = serializers.DateField()
    reason = serializers.CharField()
    given_at = serializers.DateTimeField()


class RemindSerializer(serializers.Serializer[Any]):
    organisations = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Left out: all whose return is missing."
    )


class RemindedSerializer(serializers.Serializer[Any]):
    sent = serializers.IntegerField()
    nobody_named = serializers.ListField(child=serializers.CharField())
    reminded_today = serializers.ListField(child=serializers.CharField())


class RoundStateSerializer(serializers.Serializer[Any]):
    is_open = serializers.BooleanField(help_text="False closes the round, true opens it again.")


class RoundsAPI(WritingAPIView):
    """The council's rounds, the latest quarter first."""

    permission = {"get": _VIEW, "post": _RUN}
    pagination_class = Pagination

    @extend_schema(operation_id="training_rounds", responses=RoundSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[TrainingRound] = (
            pages.paginate_queryset(rounds_seen(self.access), request, view=self) or []
        )
        return pages.get_paginated_response(RoundSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_round_open",
        request=NewRoundSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RoundSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewRoundSerializer, request)
        quarter = Quarter.of(given.pop("period_to"))

        def create() -> dict[str, Any]:
            opened = open_round(council=self.council, by=self.person, quarter=quarter, **given)
            return RoundSerializer(opened).data

        return self.created_once(request, create)


class RoundAPI(WritingAPIView):
    """One round; its state is changed here."""

    permission = {"get": _VIEW, "patch": _RUN}

    @extend_schema(operation_id="training_round", responses=RoundSerializer)
    def get(self, request: Request, round_id: UUID) -> Response:
        return Response(RoundSerializer(round_for(self.access, round_id)).data)

    @extend_schema(
        operation_id="training_round_close",
        request=RoundStateSerializer,
        responses={200: RoundSerializer, 400: RefusalSerializer},
    )
    def patch(self, request: Request, round_id: UUID) -> Response:
        found = round_for(self.access, round_id, _RUN)
        change = reopen_round if checked(RoundStateSerializer, request)["is_open"] else close_round
        return Response(RoundSerializer(change(found=found, by=self.person)).data)


class RoundReturnsAPI(WritingAPIView):
    """Every return that a round awaits, with where it stands."""

    permission = _VIEW
    pagination_class = Pagination

    @extend_schema(operation_id="training_round_returns", responses=RoundLineSerializer(many=True))
    def get(self, request: Request, round_id: UUID) -> Response:
        lines = round_lines(round_for(self.access, round_id), self.council)
        pages = Pagination()
        page = pages.paginate_queryset(lines, request, view=self) or []
        return pages.get_paginated_response(RoundLineSerializer(page, many=True).data)


class RoundMoreTimeAPI(WritingAPIView):
    """Give an organisation more time."""

    permission = _RUN

    @extend_schema(
        operation_id="training_round_more_time",
        request=NewMoreTimeSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MoreTimeSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        found = round_for(self.access, round_id, _RUN)
        given = checked(NewMoreTimeSerializer, request)
        organisation = organisation_in_round(self.access, found, given.pop("organisation"))

        def create() -> dict[str, Any]:
            made = extend_deadline(found=found, organisation=organisation, by=self.person, **given)
            return MoreTimeSerializer(made).data

        return self.created_once(request, create)


class RoundRemindAPI(WritingAPIView):
    """Remind those whose returns are missing; nobody twice on one day."""

    permission = _RUN

    @extend_schema(
        operation_id="training_round_remind",
        request=RemindSerializer,
        responses={200: RemindedSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        found = round_for(self.access, round_id, _RUN)
        ids = checked(RemindSerializer, request).get("organisations")
        outcome = remind(found=found, by=self.person, organisation_ids=ids)
        return Response(
            RemindedSerializer(
                {
                    "sent": len(outcome.sent),
                    "nobody_named": outcome.nobody_named,
                    "reminded_today": outcome.reminded_today,
                }
            ).data
        )
