"""Scrutiny reviews and recommendations over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import recommendation_for, review_for, reviews_of
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
)
from compliance.enums import ExecutiveResponse, ReviewState
from compliance.models import RecommendationProgress
from compliance.permissions import CompliancePermission
from compliance.queries.scrutiny import recommendation_progress, review_counts
from compliance.services.scrutiny import log_recommendation_progress
from prevent_portal.accounts.models import display_name
from prevent_portal.web.pagination import Pagination


class ReviewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    panel = serializers.CharField()
    municipal_year = serializers.CharField()
    presented_to = serializers.CharField()
    presented_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=ReviewState.choices)


class CountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    accepted = serializers.IntegerField()
    in_part = serializers.IntegerField()
    rejected = serializers.IntegerField()
    pending = serializers.IntegerField()
    complete = serializers.IntegerField()
    words = serializers.CharField()


class RecommendationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    theme = serializers.CharField()
    wording = serializers.CharField(help_text="The panel's; it never changes.")
    response = serializers.ChoiceField(choices=ExecutiveResponse.choices, allow_blank=True)
    reason = serializers.CharField()
    leads = serializers.ListField(child=serializers.CharField())
    milestone_on = serializers.DateField(allow_null=True)
    completed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ReviewDetailSerializer(ReviewSerializer):
    counts = CountsSerializer()
    recommendations = RecommendationSerializer(many=True)


class RecommendationNoteSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    note = serializers.CharField()
    completes = serializers.BooleanField()


class NewRecommendationNoteSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    note = serializers.CharField(max_length=2000)
    completes = serializers.BooleanField(default=False)


class ReviewsAPI(ComplianceAPIView):
    """Reviews of the council."""

    permission = CompliancePermission.VIEW_SCRUTINY
    pagination_class = Pagination

    @extend_schema(operation_id="reviews", responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = reviews_of(self.access).order_by("-presented_on", "title")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ReviewSerializer(page, many=True).data)


class ReviewAPI(ComplianceAPIView):
    """One review with its recommendations."""

    permission = CompliancePermission.VIEW_SCRUTINY

    @extend_schema(operation_id="review", responses=ReviewDetailSerializer)
    def get(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id)
        rows = review.recommendations.filter(council=self.council).order_by("number")
        data: dict[str, Any] = {
            **ReviewSerializer(review).data,
            "counts": CountsSerializer(review_counts(review)).data,
            "recommendations": RecommendationSerializer(rows, many=True).data,
        }
        return Response(data)


class RecommendationAPI(ComplianceAPIView):
    """One recommendation."""

    permission = CompliancePermission.VIEW_SCRUTINY

    @extend_schema(operation_id="recommendation", responses=RecommendationSerializer)
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        return Response(RecommendationSerializer(recommendation_for(self.access, recommendation_id)).data)


class RecommendationProgressAPI(ComplianceAPIView):
    """The log of a recommendation."""

    permission = {
        "get": CompliancePermission.VIEW_SCRUTINY,
        "post": CompliancePermission.EDIT_SCRUTINY,
    }

    @extend_schema(operation_id="recommendation_progress", responses=RecommendationNoteSerializer(many=True))
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        recommendation = recommendation_for(self.access, recommendation_id)
        return Response([self._data(note.entry, note.by) for note in recommendation_progress(recommendation)])

    @extend_schema(
        operation_id="recommendation_progress_create",
        request=NewRecommendationNoteSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationNoteSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        recommendation = recommendation_for(
            self.access, recommendation_id, CompliancePermission.EDIT_SCRUTINY
        )
        given = checked(NewRecommendationNoteSerializer, request)

        def create() -> dict[str, Any]:
            entry = log_recommendation_progress(
                recommendation=recommendation, by=self.person, token=uuid4(), **given
            )
            return self._data(entry, display_name(self.person))

        return self.created_once(request, create)

    def _data(self, entry: RecommendationProgress, by: str) -> dict[str, Any]:
        names = ("id", "at", "note", "completes")
        return RecommendationNoteSerializer({**{name: getattr(entry, name) for name in names}, "by": by}).data
