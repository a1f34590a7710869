"""What waits for a person in scrutiny: milestones, committee decisions to record, responses (My work)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import Recommendation, ScrutinyReview
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import has_permission, live_councils
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council

RUNNING = (ReviewState.OPEN, ReviewState.PUT_UP)


def milestones(user: User, today: date) -> Iterable[DueItem]:
    """Open recommendations with a milestone: for the officer who reports; coordinators where nobody does,
    and where the milestone has passed."""
    councils = {council.pk: council for council in live_councils(user)}
    rows = (
        Recommendation.objects.filter(
            Q(owner=user) | Q(owner__isnull=True) | Q(milestone_on__lt=today),
            council__in=list(councils),
            state=RecommendationState.OPEN,
            review__state__in=RUNNING,
            milestone_on__isnull=False,
        )
        .select_related("review")
        .order_by("milestone_on", "number")
    )
    rights = _Rights(user)
    for row in rows:
        council = councils[row.council_id]
        if row.owner_id != user.pk and not rights.may(council, CompliancePermission.EDIT_SCRUTINY):
            continue
        yield DueItem(
            council=council,
            due_on=row.milestone_on,
            reference=f"Recommendation {row.number}",
            title=f"{row.review.title}: {row.wording[:80]}",
            task="Report progress",
            href=reverse("recommendation", args=[council.slug, row.pk]),
        )


def decisions_to_record(user: User, today: date) -> Iterable[DueItem]:
    """Reviews with proposals, or put up for closure, for whoever records the committee's word.

    What somebody proposed or put up themselves waits for somebody else (OP-6).
    """
    councils = {council.pk: council for council in live_councils(user)}
    reviews = (
        ScrutinyReview.objects.filter(council__in=list(councils), state__in=RUNNING)
        .annotate(
            proposals=Count(
                "recommendations",
                filter=Q(recommendations__state=RecommendationState.PROPOSED)
                & ~Q(recommendations__proposed_by=user),
            )
        )
        .filter(Q(proposals__gt=0) | Q(state=ReviewState.PUT_UP))
        .order_by("put_up_on", "title")
    )
    rights = _Rights(user)
    for review in reviews:
        council = councils[review.council_id]
        if not rights.may(council, CompliancePermission.CONFIRM_RECOMMENDATIONS):
            continue
        href = reverse("review", args=[council.slug, review.pk])
        if review.proposals:
            yield DueItem(
                council=council,
                due_on=None,
                reference="Recommendations proposed as complete",
                title=review.title,
                task=f"Record what the committee decided ({review.proposals})",
                href=f"{href}?state={RecommendationState.PROPOSED}",
            )
        if review.state == ReviewState.PUT_UP and review.put_up_by_id != user.pk:
            yield DueItem(
                council=council,
                due_on=review.put_up_on,
                reference="Review put up for closure",
                title=review.title,
                task="Record the decision on closure",
                href=reverse("review-closure", args=[council.slug, review.pk]),
            )


def responses_to_record(user: User, today: date) -> Iterable[DueItem]:
    """Presented reviews that wait for the executive's response, for those who write reviews."""
    councils = {council.pk: council for council in live_councils(user)}
    reviews = (
        ScrutinyReview.objects.filter(
            council__in=list(councils), state=ReviewState.OPEN, response_due_on__isnull=False
        )
        .annotate(
            unanswered=Count("recommendations", filter=Q(recommendations__response=ExecutiveResponse.PENDING))
        )
        .filter(unanswered__gt=0)
        .order_by("response_due_on", "title")
    )
    rights = _Rights(user)
    for review in reviews:
        council = councils[review.council_id]
        if not rights.may(council, CompliancePermission.EDIT_SCRUTINY):
            continue
        yield DueItem(
            council=council,
            due_on=review.response_due_on,
            reference="Executive response",
            title=review.title,
            task=f"Record the response ({review.unanswered})",
            href=reverse("review", args=[council.slug, review.pk]) + "?response=none",
        )


class _Rights:
    """A person's rights, asked once for each council and only where something waits."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.known: dict[tuple[int, CompliancePermission], bool] = {}

    def may(self, council: Council, permission: CompliancePermission) -> bool:
        key = council.pk, permission
        if key not in self.known:
            self.known[key] = has_permission(self.user, permission, council)
        return self.known[key]
