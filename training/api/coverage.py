"""Coverage for programmes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import CouncilAPIView, RefusalSerializer
from training.api.returns import ReturnSerializer
from training.permissions import TrainingPermission
from training.queries.coverage import coverage, latest_period_end
from training.queries.lines import LineKind, automatic_lines, change_points


class MissingSerializer(serializers.Serializer[Any]):
    """A return that was expected and has not come."""

    organisation = serializers.CharField()
    course = serializers.CharField()
    scope = serializers.CharField()
    period = serializers.CharField()
    due_on = serializers.DateField()


class LineSerializer(serializers.Serializer[Any]):
    """One automatic line: what changed in an organisation's return, in words."""

    kind = serializers.ChoiceField(choices=LineKind.choices)
    organisation = serializers.CharField()
    course = serializers.CharField()
    scope = serializers.CharField()
    period = serializers.CharField()
    period_end = serializers.DateField()
    words = serializers.CharField()
    return_id = serializers.UUIDField(allow_null=True, help_text="Null where no return came.")


class CoverageSerializer(serializers.Serializer[Any]):
    """Coverage over the quarters up to one."""

    up_to = serializers.DateField()
    returns = ReturnSerializer(many=True)
    not_returned = MissingSerializer(many=True)
    what_changed = LineSerializer(many=True)


class CoverageAPI(CouncilAPIView):
    """Training coverage as the council sees it."""

    permission = TrainingPermission.VIEW_COVERAGE

    @extend_schema(
        operation_id="training_coverage",
        parameters=[
            OpenApiParameter(
                "to",
                OpenApiTypes.DATE,
                description="A day of the last quarter; else the latest with a return.",
            )
        ],
        responses={
            200: CoverageSerializer,
            400: RefusalSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params.get("to", "")
        try:
            end = date.fromisoformat(asked) if asked else latest_period_end(self.council)
        except ValueError:
            return Response({"detail": "“to” must be a date like 2018-12-31."}, status=400)
        if end is not None and not 2010 <= end.year <= 2100:
            return Response({"detail": "“to” must lie between 2010 and 2100."}, status=400)
        if end is None:
            end = timezone.localdate()
        shown = coverage(self.council, end=end)
        missing = [
            {
                "organisation": group.organisation,
                "course": group.course,
                "scope": group.scope,
                "period": cell.period.label,
                "due_on": cell.due_on,
            }
            for group, cell in shown.missing
        ]
        today = timezone.localdate()
        changed = automatic_lines(shown, points=change_points(self.council), today=today)
        lines = [line for group in shown.groups for line in group.lines] + list(shown.other_periods)
        return Response(
            CoverageSerializer(
                {
                    "up_to": shown.periods[-1].end,
                    "returns": lines,
                    "not_returned": missing,
                    "what_changed": changed,
                }
            ).data
        )
