"""The training of schools and settings for programmes: the same access and services as the pages (API-1)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import RefusalSerializer, WritingAPIView, checked
from prevent_portal.web.pagination import Pagination
from training.access.schools import schools_seen, schools_to_record
from training.enums import SchoolMeasure, SchoolState
from training.permissions import TrainingPermission
from training.queries.schools import SchoolLine, count_of
from training.services.schools import record_school_training


class KnownSerializer(serializers.Serializer[Any]):
    """What is known of a measure; "unknown" is neither trained nor untrained."""

    state = serializers.ChoiceField(choices=SchoolState.choices)
    trained_on = serializers.DateField(allow_null=True)
    refresh_by = serializers.DateField(allow_null=True, help_text="Of a safeguarding lead: two years after.")
    is_due = serializers.BooleanField(help_text="The refresher is overdue.")


class SchoolSerializer(serializers.Serializer[Any]):
    organisation_id = serializers.UUIDField()
    name = serializers.CharField()
    phase = serializers.CharField()
    area = serializers.CharField()
    whole_school = KnownSerializer()
    lead = KnownSerializer()


class SchoolCountSerializer(serializers.Serializer[Any]):
    """One measure over every school linked to the council; each school is in one of the four counts."""

    measure = serializers.ChoiceField(choices=SchoolMeasure.choices)
    trained = serializers.IntegerField()
    due = serializers.IntegerField(help_text="Trained, with a refresher overdue.")
    not_trained = serializers.IntegerField()
    unknown = serializers.IntegerField()
    total = serializers.IntegerField()
    percentage = serializers.CharField(source="printed")


class SchoolRecordSerializer(serializers.Serializer[Any]):
    organisation_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1000)
    measure = serializers.ChoiceField(choices=SchoolMeasure.choices)
    state = serializers.ChoiceField(choices=SchoolState.choices)
    trained_on = serializers.DateField(required=False, allow_null=True, default=None)


class SchoolRecordedSerializer(serializers.Serializer[Any]):
    recorded = serializers.IntegerField(help_text="How many schools were not known so before.")


class SchoolsAPI(WritingAPIView):
    """Every school and setting linked to the council, by name; and record a measure of some."""

    permission = {"get": TrainingPermission.VIEW_COVERAGE, "post": TrainingPermission.RECORD_SCHOOLS}
    pagination_class = Pagination

    @extend_schema(operation_id="schools", responses=SchoolSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[SchoolLine] = pages.paginate_queryset(schools_seen(self.access), request, view=self) or []
        return pages.get_paginated_response(SchoolSerializer(page, many=True).data)

    @extend_schema(
        operation_id="schools_record",
        request=SchoolRecordSerializer,
        responses={200: SchoolRecordedSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request) -> Response:
        given = checked(SchoolRecordSerializer, request)
        schools = schools_to_record(self.access, given["organisation_ids"])
        known = {SchoolMeasure(given["measure"]): (SchoolState(given["state"]), given["trained_on"])}
        count = record_school_training(council=self.council, schools=schools, known=known, by=self.person)
        return Response({"recorded": count})


class SchoolCountsAPI(WritingAPIView):
    """The two measures over the council's schools, never added up."""

    permission = TrainingPermission.VIEW_COVERAGE

    @extend_schema(operation_id="school_coverage", responses=SchoolCountSerializer(many=True))
    def get(self, request: Request) -> Response:
        lines = schools_seen(self.access)
        counts = [count_of(measure, lines) for measure in SchoolMeasure]
        return Response(SchoolCountSerializer(counts, many=True).data)
