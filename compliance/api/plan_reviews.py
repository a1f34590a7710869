"""Reviews of plans and their frozen versions over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import plan_for, plan_review_to_correct, plan_version_for, reviewer_to_edit
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
    chosen,
)
from compliance.models import PlanReview, PlanVersion
from compliance.permissions import CompliancePermission
from compliance.queries.plan_reviews import (
    ReviewerLine,
    boards_that_review,
    changes_between,
    plan_content,
    possible_boards,
    reviewer_lines,
    reviews_of_plan,
    versions_of,
)
from compliance.services.plan_reviews import add_reviewer, change_reviewer, freeze_plan, record_review
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.web.pagination import Pagination


class ReviewerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    board_id = serializers.UUIDField()
    board = serializers.CharField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    last_review_on = serializers.DateField(allow_null=True)
    next_review_due_on = serializers.DateField(allow_null=True, help_text="Null once none falls due.")
    version = serializers.IntegerField(help_text="Send it with your next change.")


class NewReviewerSerializer(serializers.Serializer[Any]):
    board_id = serializers.UUIDField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReviewerChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    ends_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Only where the body has stopped."
    )


class PlanReviewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    board_id = serializers.UUIDField()
    board = serializers.CharField()
    reviewed_on = serializers.DateField()
    noted = serializers.CharField()
    agreed_by = serializers.CharField(help_text="The post.")
    version = serializers.IntegerField(help_text="Number of the frozen version that lay before the body.")
    corrects_id = serializers.UUIDField(allow_null=True)


class NewPlanReviewSerializer(serializers.Serializer[Any]):
    board_id = serializers.UUIDField()
    reviewed_on = serializers.DateField()
    noted = serializers.CharField(max_length=4000)
    agreed_by = serializers.CharField(max_length=160)
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2_000_000_000,
        help_text="A frozen version; left out, the plan is frozen as it stands.",
    )
    corrects_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class VersionLineSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    reason = serializers.CharField()
    sha256 = serializers.CharField()


class NewVersionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, help_text="What it is frozen for.")


class ChangeSerializer(serializers.Serializer[Any]):
    where = serializers.CharField()
    what = serializers.CharField()
    before = serializers.CharField()
    now = serializers.CharField()


class PlanVersionSerializer(VersionLineSerializer):
    content = serializers.DictField(help_text="The plan as it was frozen.")
    changes = ChangeSerializer(many=True, help_text="What has changed since.")


def reviewer_data(line: ReviewerLine) -> dict[str, Any]:
    """A body that reviews a plan, as the API gives it."""
    pair = line.reviewer
    return ReviewerSerializer(
        {
            **{name: getattr(pair, name) for name in ("id", "board_id", "cadence", "starts_on", "ends_on")},
            "board": line.board,
            "last_review_on": line.last_on,
            "next_review_due_on": line.next_due,
            "version": pair.version,
        }
    ).data


def review_data(review: PlanReview) -> dict[str, Any]:
    """A review as the API gives it."""
    names = ("id", "board_id", "reviewed_on", "noted", "agreed_by", "corrects_id")
    return PlanReviewSerializer(
        {
            **{name: getattr(review, name) for name in names},
            "board": review.board.name,
            "version": review.version.number,
        }
    ).data


def named_board(boards: QuerySet[Board], board_id: UUID) -> Board:
    """The board of this id among these. One answer for all others (TI-7)."""
    return chosen(
        "board_id", board_id, boards.filter(pk=board_id), refusal="This is no such body of the council."
    )


class ReviewersAPI(ComplianceAPIView):
    """The bodies that review a plan, those that no longer do included."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}

    @extend_schema(operation_id="plan_reviewers", responses=ReviewerSerializer(many=True))
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        return Response([reviewer_data(line) for line in reviewer_lines(plan, ended=True)])

    @extend_schema(
        operation_id="plan_reviewer_create",
        request=NewReviewerSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ReviewerSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(NewReviewerSerializer, request)
        board = named_board(possible_boards(self.council), given.pop("board_id"))

        def create() -> dict[str, Any]:
            made = add_reviewer(plan=plan, by=self.person, board=board, **given)
            return next(reviewer_data(line) for line in reviewer_lines(plan) if line.reviewer.pk == made.pk)

        return self.created_once(request, create)


class ReviewerAPI(ComplianceAPIView):
    """How often a body reviews a plan, or that it has stopped."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="plan_reviewer_change",
        request=ReviewerChangeSerializer,
        responses={200: ReviewerSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, plan_id: UUID, reviewer_id: UUID) -> Response:
        reviewer = reviewer_to_edit(self.access, plan_id, reviewer_id)
        change_reviewer(reviewer=reviewer, by=self.person, **checked(ReviewerChangeSerializer, request))
        lines = reviewer_lines(reviewer.plan, ended=True)
        return Response(next(reviewer_data(line) for line in lines if line.reviewer.pk == reviewer.pk))


class PlanReviewsAPI(ComplianceAPIView):
    """What bodies said of a plan, newest first."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    pagination_class = Pagination

    @extend_schema(operation_id="plan_reviews", responses=PlanReviewSerializer(many=True))
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        pages = Pagination()
        page: list[PlanReview] = pages.paginate_queryset(reviews_of_plan(plan), request, view=self) or []
        return pages.get_paginated_response([review_data(review) for review in page])

    @extend_schema(
        operation_id="plan_review_create",
        request=NewPlanReviewSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PlanReviewSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(NewPlanReviewSerializer, request)
        board = named_board(boards_that_review(plan), given.pop("board_id"))
        number, corrects_id = given.pop("version"), given.pop("corrects_id")
        version = None if number is None else plan_version_for(self.access, plan_id, number)
        corrects = None if corrects_id is None else plan_review_to_correct(self.access, plan_id, corrects_id)
        return self.created_once(
            request,
            lambda: review_data(
                record_review(
                    plan=plan,
                    by=self.person,
                    board=board,
                    version=version,
                    corrects=corrects,
                    token=uuid4(),
                    **given,
                )
            ),
        )


class PlanVersionsAPI(ComplianceAPIView):
    """The frozen versions of a plan, newest first."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    pagination_class = Pagination

    @extend_schema(operation_id="plan_versions", responses=VersionLineSerializer(many=True))
    def get(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id)
        pages = Pagination()
        page = pages.paginate_queryset(versions_of(plan), request, view=self)
        return pages.get_paginated_response(VersionLineSerializer(page, many=True).data)

    @extend_schema(
        operation_id="plan_version_create",
        request=NewVersionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: VersionLineSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        given = checked(NewVersionSerializer, request)
        return self.created_once(
            request, lambda: VersionLineSerializer(freeze_plan(plan=plan, by=self.person, **given)).data
        )


class PlanVersionAPI(ComplianceAPIView):
    """One frozen version, and what has changed since."""

    permission = CompliancePermission.VIEW_PLANS

    @extend_schema(operation_id="plan_version", responses=PlanVersionSerializer)
    def get(self, request: Request, plan_id: UUID, number: int) -> Response:
        version: PlanVersion = plan_version_for(self.access, plan_id, number)
        changes = changes_between(version.content, plan_content(version.plan))
        names = ("number", "created_at", "reason", "sha256", "content")
        return Response(
            PlanVersionSerializer(
                {
                    **{name: getattr(version, name) for name in names},
                    "changes": [vars(change) for change in changes],
                }
            ).data
        )
