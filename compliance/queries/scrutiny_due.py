"""What waits for a person in scrutiny: milestones, committee decisions to record, responses (My work)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import Recommendation, ScrutinyReview
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council

RUNNING = (ReviewState.OPEN, ReviewState.PUT_UP)


def scrutiny_work(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Everything of scrutiny that waits for the person."""
    yield _milestones(mine, today)
    yield from _reviews(mine)


def _reviews(mine: OwnAccess) -> Iterable[Found]:
    """Reviews with something to record: what a committee decided, and what the executive answered."""
    confirms = mine.where(CompliancePermission.CONFIRM_RECOMMENDATIONS)
    edits = mine.where(CompliancePermission.EDIT_SCRUTINY)
    councils = {**confirms, **edits}
    if not councils:
        return

    def items(reviews: list[ScrutinyReview]) -> Iterator[DueItem]:
        for review in reviews:
            council = councils[review.council_id]
            href = reverse("review", args=[council.slug, review.pk])
            if council.pk in confirms:
                yield from _decisions(review, mine.user, council, href)
            unanswered: int = review.unanswered  # type: ignore[attr-defined] # the query below counts them
            if unanswered and review.response_due_on and council.pk in edits:
                yield DueItem(
                    council=council,
                    due_on=review.response_due_on,
                    reference="Executive response",
                    title=review.title,
                    task=f"Record the response ({unanswered})",
                    href=f"{href}?response=none",
                    kind="response",
                )

    rows = (
        ScrutinyReview.objects.filter(council__in=list(councils), state__in=RUNNING)
        .annotate(
            proposals=_counted(
                Q(state=RecommendationState.PROPOSED)
                & (Q(proposed_by__isnull=True) | ~Q(proposed_by=mine.user))
            ),
            unanswered=_counted(Q(response=ExecutiveResponse.PENDING)),
        )
        .filter(
            Q(proposals__gt=0)
            | Q(state=ReviewState.PUT_UP)
            | Q(unanswered__gt=0, response_due_on__isnull=False)
        )
    )
    fields = (
        "council", "title", "state", "response_due_on", "put_up_by", "put_up_on", "proposals", "unanswered",
    )  # fmt: skip
    yield Waiting(rows, fields, items)


def _counted(condition: Q) -> Coalesce:
    """How many recommendations of the review meet a condition."""
    found = Recommendation.objects.filter(condition, council=OuterRef("council"), review=OuterRef("pk"))
    counted = found.order_by().values("review").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _milestones(mine: OwnAccess, today: date) -> Found:
    """Open recommendations that wait for progress.

    For the officer who reports on one, whether it has a milestone or not; for coordinators where nobody does,
    and where the milestone has passed.
    """
    councils = mine.councils
    edits = mine.where(CompliancePermission.EDIT_SCRUTINY)

    def items(rows: list[Recommendation]) -> Iterator[DueItem]:
        for row in rows:
            council = councils[row.council_id]
            yield DueItem(
                council=council,
                due_on=row.milestone_on,
                reference=f"Recommendation {row.number}",
                title=f"{row.review.title}: {row.wording[:80]}",
                task="Report progress",
                href=reverse("recommendation", args=[council.slug, row.pk]),
                kind="recommendation",
            )

    unowned = Q(milestone_on__isnull=False, owner__isnull=True) | Q(milestone_on__lt=today)
    rows = Recommendation.objects.filter(
        Q(owner=mine.user) | (unowned & Q(council__in=list(edits))),
        council__in=list(councils),
        state=RecommendationState.OPEN,
        review__state__in=RUNNING,
    )
    return Waiting(rows, ("council", "number", "wording", "milestone_on", "review__title"), items)


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
