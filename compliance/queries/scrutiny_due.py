"""What waits for a person in scrutiny: milestones, committee decisions to record, responses (My work)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import Recommendation, ScrutinyReview
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council

RUNNING = (ReviewState.OPEN, ReviewState.PUT_UP)


def scrutiny_work(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Everything of scrutiny that waits for the person: two statements."""
    councils = mine.councils
    yield from _milestones(mine, today)
    reviews = (
        ScrutinyReview.objects.filter(council__in=list(councils), state__in=RUNNING)
        .annotate(
            proposals=Count(
                "recommendations",
                filter=Q(recommendations__state=RecommendationState.PROPOSED)
                & ~Q(recommendations__proposed_by=mine.user),
            ),
            unanswered=Count(
                "recommendations", filter=Q(recommendations__response=ExecutiveResponse.PENDING)
            ),
        )
        .filter(
            Q(proposals__gt=0)
            | Q(state=ReviewState.PUT_UP)
            | Q(unanswered__gt=0, response_due_on__isnull=False)
        )
        .order_by("title")
    )
    for review in reviews:
        council = councils[review.council_id]
        href = reverse("review", args=[council.slug, review.pk])
        if mine.may(CompliancePermission.CONFIRM_RECOMMENDATIONS, council.pk):
            yield from _decisions(review, mine.user, council, href)
        if (
            review.unanswered
            and review.response_due_on
            and mine.may(CompliancePermission.EDIT_SCRUTINY, council.pk)
        ):
            yield DueItem(
                council=council,
                due_on=review.response_due_on,
                reference="Executive response",
                title=review.title,
                task=f"Record the response ({review.unanswered})",
                href=f"{href}?response=none",
                kind="response",
            )


def _milestones(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Open recommendations with a milestone: for the officer who reports; for coordinators where nobody
    does, and where the milestone has passed."""
    councils = mine.councils
    rows = (
        Recommendation.objects.filter(
            Q(owner=mine.user) | Q(owner__isnull=True) | Q(milestone_on__lt=today),
            council__in=list(councils),
            state=RecommendationState.OPEN,
            review__state__in=RUNNING,
            milestone_on__isnull=False,
        )
        .select_related("review")
        .order_by("milestone_on", "number")
    )
    for row in rows:
        council = councils[row.council_id]
        if row.owner_id != mine.user.pk and not mine.may(CompliancePermission.EDIT_SCRUTINY, council.pk):
            continue
        yield DueItem(
            council=council,
            due_on=row.milestone_on,
            reference=f"Recommendation {row.number}",
            title=f"{row.review.title}: {row.wording[:80]}",
            task="Report progress",
            href=reverse("recommendation", args=[council.slug, row.pk]),
            kind="recommendation",
        )


def _decisions(review: ScrutinyReview, user: User, council: Council, href: str) -> Iterable[DueItem]:
    """What a committee said and nobody recorded yet. What somebody proposed or put up themselves waits for
    somebody else (OP-6)."""
    proposals: int = review.proposals  # type: ignore[attr-defined] # the query above counts them
    if proposals:
        yield DueItem(
            council=council,
            due_on=None,
            reference="Recommendations proposed as complete",
            title=review.title,
            task=f"Record what the committee decided ({proposals})",
            href=f"{href}?state={RecommendationState.PROPOSED}",
            kind="committee_decision",
        )
    if review.state == ReviewState.PUT_UP and review.put_up_by_id != user.pk:
        yield DueItem(
            council=council,
            due_on=review.put_up_on,
            reference="Review put up for closure",
            title=review.title,
            task="Record the decision on closure",
            href=reverse("review-closure", args=[council.slug, review.pk]),
            kind="committee_decision",
        )
