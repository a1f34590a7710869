"""Reads of scrutiny reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from compliance.enums import ExecutiveResponse, ReviewState
from compliance.models import Recommendation, RecommendationProgress, ReviewHearing, ScrutinyReview
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted, number

_PRINTED = (
    ExecutiveResponse.ACCEPT,
    ExecutiveResponse.ACCEPT_IN_PART,
    ExecutiveResponse.REJECT,
    ExecutiveResponse.PENDING,
)


def response_words(counts: Mapping[str, int]) -> str:
    """Such as "16 recommendations: 12 accepted, 2 accepted in part, 2 rejected".

    Args:
        counts: recommendations by the printed words of their response.
    """
    parts = [
        f"{number(counts[response.label])} {response.label.lower()}"
        for response in _PRINTED
        if counts.get(response.label)
    ]
    total = counted(sum(counts.values()), "recommendation", "recommendations")
    return f"{total}: {', '.join(parts)}" if parts else total


@dataclass(frozen=True)
class ReviewCounts:
    """Recommendations of a review by response, and how many are complete."""

    total: int
    accepted: int
    in_part: int
    rejected: int
    pending: int
    complete: int

    @property
    def open(self) -> int:
        """Recommendations that were not rejected and are not complete."""
        return self.total - self.rejected - self.complete

    @property
    def words(self) -> str:
        """Such as "16 recommendations: 12 accepted, 2 accepted in part, 2 rejected"."""
        return response_words(
            {
                ExecutiveResponse.ACCEPT.label: self.accepted,
                ExecutiveResponse.ACCEPT_IN_PART.label: self.in_part,
                ExecutiveResponse.REJECT.label: self.rejected,
                ExecutiveResponse.PENDING.label: self.pending,
            }
        )


@dataclass(frozen=True)
class ReviewLine:
    """A review of the list."""

    id: UUID
    title: str
    panel: str
    municipal_year: str
    state: str
    counts: ReviewCounts


@dataclass(frozen=True)
class RecommendationLine:
    """A recommendation of a review's table."""

    id: UUID
    number: int
    theme: str
    wording: str
    response: str
    reason: str
    leads: str
    completed_on: date | None
    milestone_on: date | None


@dataclass(frozen=True)
class RecommendationNote:
    """One line of a recommendation's log."""

    entry: RecommendationProgress
    by: str


def _counts(prefix: str = "") -> dict[str, Count]:
    def when(**conditions: object) -> Count:
        name = f"{prefix}pk" if prefix else "pk"
        return Count(name, filter=Q(**{f"{prefix}{key}": value for key, value in conditions.items()}))

    return {
        "total": Count(f"{prefix}pk" if prefix else "pk"),
        "accepted": when(response=ExecutiveResponse.ACCEPT),
        "in_part": when(response=ExecutiveResponse.ACCEPT_IN_PART),
        "rejected": when(response=ExecutiveResponse.REJECT),
        "pending": when(response=ExecutiveResponse.PENDING),
        "complete": when(completed_on__isnull=False),
    }


def review_lines(council: Council) -> list[ReviewLine]:
    """Every review of the council with its counts: one query."""
    reviews = ScrutinyReview.objects.filter(council=council).annotate(
        **{f"n_{name}": count for name, count in _counts("recommendations__").items()}
    )
    return [
        ReviewLine(
            id=review.pk,
            title=review.title,
            panel=review.panel,
            municipal_year=review.municipal_year,
            state=review.get_state_display(),
            counts=ReviewCounts(**{name: getattr(review, f"n_{name}") for name in _counts()}),
        )
        for review in reviews.order_by("-presented_on", "title")
    ]


def review_counts(review: ScrutinyReview) -> ReviewCounts:
    return ReviewCounts(
        **Recommendation.objects.filter(council=review.council_id, review=review).aggregate(**_counts())
    )


def open_recommendations(council: Council) -> int:
    """Recommendations of reviews that are not closed, neither rejected nor complete."""
    return (
        Recommendation.objects.filter(council=council, completed_on__isnull=True)
        .exclude(response=ExecutiveResponse.REJECT)
        .exclude(review__state=ReviewState.CLOSED)
        .count()
    )


def recommendation_lines(review: ScrutinyReview) -> list[RecommendationLine]:
    """The recommendations of a review in order: one query."""
    return [
        RecommendationLine(
            id=row.pk,
            number=row.number,
            theme=row.theme,
            wording=row.wording,
            response=row.get_response_display(),
            reason=row.reason,
            leads=", ".join(row.leads),
            completed_on=row.completed_on,
            milestone_on=row.milestone_on,
        )
        for row in Recommendation.objects.filter(council=review.council_id, review=review).order_by("number")
    ]


def hearings_of(review: ScrutinyReview) -> list[ReviewHearing]:
    """The bodies that considered the review, newest first."""
    return list(
        ReviewHearing.objects.filter(council=review.council_id, review=review).order_by("-heard_on", "-pk")
    )


def recommendation_progress(recommendation: Recommendation) -> list[RecommendationNote]:
    """The newest lines of a recommendation's log."""
    entries = (
        RecommendationProgress.objects.filter(
            council=recommendation.council_id, recommendation=recommendation
        )
        .select_related("by")
        .order_by("-at", "-pk")[:50]
    )
    return [
        RecommendationNote(entry, display_name(entry.by) if entry.by else "The portal") for entry in entries
    ]
