"""Scrutiny reviews over the API: the pages' access functions and services."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import hearing_to_change, review_for, reviews_of, visible_recommendations
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
)
from compliance.enums import ExecutiveResponse, HearingKind, RecommendationState, ReviewState
from compliance.models import Recommendation, ReviewHearing, ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.queries.scrutiny import (
    date_warnings,
    hearings_of,
    lead_names,
    possible_seats,
    review_counts,
    seated,
    with_leads,
)
from compliance.services.review_closure import correct_review, decide_closure, put_up_review, report_again
from compliance.services.scrutiny import (
    change_hearing,
    change_review,
    present_review,
    publish_review,
    record_hearing,
    record_review,
    seat_panel,
)
from prevent_portal.web.pagination import Pagination

HEAD = ("title", "panel", "municipal_year", "purpose", "began_on", "agreed_on", "response_due_on")


class ReviewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(max_length=200)
    panel = serializers.CharField(max_length=160)
    municipal_year = serializers.CharField(max_length=20, help_text="2012/13, or 2012/13 to 2013/14.")
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    began_on = serializers.DateField(required=False, allow_null=True, default=None)
    agreed_on = serializers.DateField(required=False, allow_null=True, default=None)
    response_due_on = serializers.DateField(required=False, allow_null=True, default=None)
    presented_to = serializers.CharField(read_only=True)
    presented_on = serializers.DateField(read_only=True, allow_null=True)
    published_on = serializers.DateField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=ReviewState.choices, read_only=True)
    put_up_on = serializers.DateField(read_only=True, allow_null=True)
    closed_on = serializers.DateField(read_only=True, allow_null=True)
    closed_body = serializers.CharField(read_only=True)
    version = serializers.IntegerField(read_only=True, help_text="Send it with your next change.")


class ReviewChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    title = serializers.CharField(max_length=200, required=False)
    panel = serializers.CharField(max_length=160, required=False)
    municipal_year = serializers.CharField(max_length=20, required=False)
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    began_on = serializers.DateField(required=False, allow_null=True)
    agreed_on = serializers.DateField(required=False, allow_null=True)
    response_due_on = serializers.DateField(required=False, allow_null=True)


class CountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    accepted = serializers.IntegerField()
    in_part = serializers.IntegerField()
    rejected = serializers.IntegerField()
    pending = serializers.IntegerField()
    proposed = serializers.IntegerField()
    complete = serializers.IntegerField()
    actioned = serializers.IntegerField(help_text="Rejected, and done since.")
    words = serializers.CharField()
    progress_words = serializers.CharField()


class RecommendationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    review_id = serializers.UUIDField()
    number = serializers.IntegerField()
    theme = serializers.CharField()
    wording = serializers.CharField(help_text="The panel's; it never changes once it is frozen.")
    frozen = serializers.BooleanField()
    response = serializers.ChoiceField(choices=ExecutiveResponse.choices, allow_blank=True)
    reason = serializers.CharField()
    responded_by = serializers.CharField()
    responded_on = serializers.DateField(allow_null=True)
    leads = serializers.ListField(child=serializers.CharField())
    owner_id = serializers.IntegerField(allow_null=True)
    milestone_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=RecommendationState.choices)
    completed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class HearingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=HearingKind.choices, read_only=True)
    body = serializers.CharField(max_length=160)
    heard_on = serializers.DateField()
    outcome = serializers.CharField(max_length=2000)
    version = serializers.IntegerField(read_only=True)


class HearingChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    body = serializers.CharField(max_length=160, required=False)
    heard_on = serializers.DateField(required=False)
    outcome = serializers.CharField(max_length=2000, required=False)


class DateWarningSerializer(serializers.Serializer[Any]):
    """A date that progress speaks of as past, and that lies after the day of its report."""

    number = serializers.IntegerField()
    recommendation_id = serializers.UUIDField()
    mentioned = serializers.CharField()
    reported_on = serializers.DateField()


class ReviewDetailSerializer(ReviewSerializer):
    counts = CountsSerializer()
    recommendations = RecommendationSerializer(many=True)
    history = HearingSerializer(many=True)
    date_warnings = DateWarningSerializer(many=True)


class PresentSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    presented_to = serializers.CharField(max_length=160)
    presented_on = serializers.DateField()


class PublishSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class PanelSerializer(serializers.Serializer[Any]):
    people = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of councillors of the council."
    )


class PutUpSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    body = serializers.CharField(max_length=160, help_text="Whom it is put up to.")
    put_up_on = serializers.DateField()
    words = serializers.CharField(max_length=2000)


class ReportAgainSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    body = serializers.CharField(max_length=160)
    reported_on = serializers.DateField()
    words = serializers.CharField(max_length=2000)


class ClosureSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    closes = serializers.BooleanField(help_text="False: the body refused.")
    body = serializers.CharField(max_length=160)
    decided_on = serializers.DateField()
    words = serializers.CharField(max_length=2000)


class CorrectionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    reopens = serializers.BooleanField(help_text="True: the review is open again.")
    body = serializers.CharField(max_length=160)
    decided_on = serializers.DateField()
    words = serializers.CharField(max_length=2000)


def recommendation_data(row: Recommendation) -> dict[str, Any]:
    """A recommendation as the API gives it; its leads have been read."""
    names = (
        *("id", "review_id", "number", "theme", "wording", "response", "reason", "responded_by"),
        *("responded_on", "owner_id", "milestone_on", "state", "completed_on", "version"),
    )
    return RecommendationSerializer(
        {
            **{name: getattr(row, name) for name in names},
            "frozen": row.frozen_at is not None,
            "leads": lead_names(row),
        }
    ).data


class ReviewsAPI(ComplianceAPIView):
    """Reviews that the person may read."""

    permission = {"get": CompliancePermission.VIEW_SCRUTINY, "post": CompliancePermission.EDIT_SCRUTINY}
    pagination_class = Pagination

    @extend_schema(operation_id="reviews", responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = reviews_of(self.access).order_by("-presented_on", "title")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ReviewSerializer(page, many=True).data)

    @extend_schema(
        operation_id="review_create",
        request=ReviewSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ReviewSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(ReviewSerializer, request)
        return self.created_once(
            request,
            lambda: ReviewSerializer(record_review(council=self.council, by=self.person, **given)).data,
        )


class ReviewAPI(ComplianceAPIView):
    """One review with its recommendations and its history."""

    permission = {"get": CompliancePermission.VIEW_SCRUTINY, "patch": CompliancePermission.EDIT_SCRUTINY}

    @extend_schema(operation_id="review", responses=ReviewDetailSerializer)
    def get(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id)
        rows = with_leads(visible_recommendations(self.access).filter(review=review))
        data: dict[str, Any] = {
            **ReviewSerializer(review).data,
            "counts": CountsSerializer(review_counts(review)).data,
            "recommendations": [recommendation_data(row) for row in rows.order_by("number")],
            "history": HearingSerializer(hearings_of(review), many=True).data,
            "date_warnings": DateWarningSerializer(date_warnings(review), many=True).data,
        }
        return Response(data)

    @extend_schema(
        operation_id="review_change",
        request=ReviewChangeSerializer,
        responses={200: ReviewSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)
        given = {
            **{name: getattr(review, name) for name in HEAD},
            **checked(ReviewChangeSerializer, request),
        }
        return Response(ReviewSerializer(change_review(review=review, by=self.person, **given)).data)


class ReviewStepAPI(ComplianceAPIView):
    """What the steps of a review share: who writes it, and its new state as the answer."""

    abstract = True

    def _review(self, review_id: UUID) -> ScrutinyReview:
        return review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)

    def _now(self, review: ScrutinyReview) -> dict[str, Any]:
        return ReviewSerializer(review_for(self.access, review.pk)).data


class ReviewPresentAPI(ReviewStepAPI):
    """Record that a review was presented; its wording is frozen from then."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="review_present",
        request=PresentSerializer,
        responses={200: ReviewSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        present_review(review=review, by=self.person, **checked(PresentSerializer, request))
        return Response(self._now(review))


class ReviewPublishAPI(ReviewStepAPI):
    """Let every councillor of the council read a review."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="review_publish",
        request=PublishSerializer,
        responses={200: ReviewSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        publish_review(review=review, by=self.person, **checked(PublishSerializer, request))
        return Response(self._now(review))


class ReviewPanelAPI(ReviewStepAPI):
    """The councillors of a review's panel."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(operation_id="review_panel", responses=PanelSerializer)
    def get(self, request: Request, review_id: UUID) -> Response:
        return Response({"people": [person.pk for person in seated(self._review(review_id))]})

    @extend_schema(
        operation_id="review_panel_seat",
        request=PanelSerializer,
        responses={200: PanelSerializer, **WRITE_ANSWERS},
    )
    def put(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        wanted = set(checked(PanelSerializer, request)["people"])
        known = {person.pk: person for person in (*seated(review), *possible_seats(self.council))}
        if wanted - set(known):
            raise ValidationError({"people": ["Only councillors with a role in this council can be named."]})
        seat_panel(review=review, by=self.person, people=[known[key] for key in wanted])
        return Response({"people": [person.pk for person in seated(review)]})


class ReviewHearingsAPI(ReviewStepAPI):
    """The bodies that considered a review, and the steps to its closure."""

    permission = {"get": CompliancePermission.VIEW_SCRUTINY, "post": CompliancePermission.EDIT_SCRUTINY}

    @extend_schema(operation_id="review_hearings", responses=HearingSerializer(many=True))
    def get(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id)
        return Response(HearingSerializer(hearings_of(review), many=True).data)

    @extend_schema(
        operation_id="review_hearing_create",
        request=HearingSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HearingSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        given = checked(HearingSerializer, request)
        return self.created_once(
            request, lambda: HearingSerializer(record_hearing(review=review, by=self.person, **given)).data
        )


class ReviewHearingAPI(ComplianceAPIView):
    """Mend what was recorded of a body that considered a review."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="review_hearing_change",
        request=HearingChangeSerializer,
        responses={200: HearingSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, hearing_id: UUID) -> Response:
        hearing: ReviewHearing = hearing_to_change(self.access, hearing_id)
        given = {
            **{name: getattr(hearing, name) for name in ("body", "heard_on", "outcome")},
            **checked(HearingChangeSerializer, request),
        }
        return Response(HearingSerializer(change_hearing(hearing=hearing, by=self.person, **given)).data)


class PutUpAPI(ReviewStepAPI):
    """Put a review up for closure."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="review_put_up",
        request=PutUpSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HearingSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        given = checked(PutUpSerializer, request)
        return self.created_once(
            request,
            lambda: (
                HearingSerializer(put_up_review(review=review, by=self.person, token=uuid4(), **given)).data
            ),
        )


class ReportAgainAPI(ReviewStepAPI):
    """Record that officers reported again after a refusal."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="review_report_again",
        request=ReportAgainSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HearingSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        given = checked(ReportAgainSerializer, request)
        return self.created_once(
            request,
            lambda: (
                HearingSerializer(report_again(review=review, by=self.person, token=uuid4(), **given)).data
            ),
        )


class ReviewDecisionAPI(ReviewStepAPI):
    """What the decisions about a review share: who records them."""

    abstract = True

    def _review(self, review_id: UUID) -> ScrutinyReview:
        return review_for(self.access, review_id, CompliancePermission.CONFIRM_RECOMMENDATIONS)


class ClosureAPI(ReviewDecisionAPI):
    """Record what a body decided about a review that was put up. Whoever put it up cannot (OP-6)."""

    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    @extend_schema(
        operation_id="review_closure",
        request=ClosureSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HearingSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        given = checked(ClosureSerializer, request)
        return self.created_once(
            request,
            lambda: (
                HearingSerializer(decide_closure(review=review, by=self.person, token=uuid4(), **given)).data
            ),
        )


class CorrectionAPI(ReviewDecisionAPI):
    """Add a body's correction to a closed review."""

    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    @extend_schema(
        operation_id="review_correction",
        request=CorrectionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HearingSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = self._review(review_id)
        given = checked(CorrectionSerializer, request)
        return self.created_once(
            request,
            lambda: (
                HearingSerializer(correct_review(review=review, by=self.person, token=uuid4(), **given)).data
            ),
        )
