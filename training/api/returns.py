"""The returns of one's own organisation for programmes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import CouncilAPIView
from training.access.returns import reading_organisations
from training.permissions import TrainingPermission
from training.queries.returns import returns_of


class ReturnSerializer(serializers.Serializer[Any]):
    """One return, the latest version. Counts are null where they are not known, never zero."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    course = serializers.CharField()
    scope = serializers.CharField()
    period = serializers.CharField(source="period.label")
    period_start = serializers.DateField(source="period.start")
    period_end = serializers.DateField(source="period.end")
    reported = serializers.CharField()
    compliant = serializers.IntegerField(allow_null=True)
    eligible = serializers.IntegerField(allow_null=True)
    sessions = serializers.IntegerField(allow_null=True)
    percentage = serializers.CharField(source="printed")
    target = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    against_target = serializers.CharField(source="against")
    below_target = serializers.BooleanField(source="is_below")
    state = serializers.CharField()
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()


class OwnReturnsAPI(CouncilAPIView):
    """Returns of the organisations that the person acts for."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(operation_id="training_returns", responses={200: ReturnSerializer(many=True)})
    def get(self, request: Request) -> Response:
        ids = [organisation.pk for organisation in reading_organisations(self.access)]
        return Response(ReturnSerializer(returns_of(self.council, ids), many=True).data)
