"""Reads of scrutiny reviews."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import (
    Recommendation,
    RecommendationAction,
    RecommendationLead,
    RecommendationProgress,
    ReviewHearing,
    ReviewSeat,
    ScrutinyReview,
)
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from compliance.texts.mentioned_dates import dates_after
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted, number

_PRINTED = (
    (ExecutiveResponse.ACCEPT, "accepted"),
    (ExecutiveResponse.ACCEPT_IN_PART, "in part"),
    (ExecutiveResponse.REJECT, "rejected"),
    (ExecutiveResponse.PENDING, "not yet answered"),
)


def visible_reviews(access: CouncilAccess) -> QuerySet[ScrutinyReview]:
    """The reviews a person may read.

    Officers and others inside the council read every one. Who records the committee's decisions reads what
    was presented; councillors what was published, and what is presented under a panel they sit on.
    """
    reviews = ScrutinyReview.objects.filter(council=access.council)
    if not access.may(CompliancePermission.VIEW_SCRUTINY):
        return reviews.none()
    if access.may(CompliancePermission.VIEW_UNPUBLISHED_REVIEWS):
        return reviews
    presented = reviews.exclude(state=ReviewState.DRAFT)
    if access.may(CompliancePermission.CONFIRM_RECOMMENDATIONS):
        return presented
    seats = ReviewSeat.objects.filter(council=access.council, review=OuterRef("pk"), person=access.user)
    return presented.filter(Q(published_on__isnull=False) | Exists(seats))


def response_words(counts: Mapping[str, int]) -> str:
    """Such as "16 recommendations: 12 accepted, 2 in part, 2 rejected".

    Args:
        counts: recommendations by the printed words of their response.
    """
    parts = [
        f"{number(counts[response.label])} {words}"
        for response, words in _PRINTED
        if counts.get(response.label)
    ]
    total = counted(sum(counts.values()), "recommendation", "recommendations")
    return f"{total}: {', '.join(parts)}" if parts else total


@dataclass(frozen=True)
class ReviewCounts:
    """Recommendations of a review by response, and by what became of them."""

    total: int
    accepted: int
    in_part: int
    rejected: int
    pending: int
    proposed: int
    complete: int
    actioned: int

    @property
    def open(self) -> int:
        """Recommendations that were not rejected and are not confirmed as complete."""
        return self.total - self.rejected - self.complete

    @property
    def words(self) -> str:
        """Such as "16 recommendations: 12 accepted, 2 in part, 2 rejected"."""
        return response_words(
            {
                ExecutiveResponse.ACCEPT.label: self.accepted,
                ExecutiveResponse.ACCEPT_IN_PART.label: self.in_part,
                ExecutiveResponse.REJECT.label: self.rejected,
                ExecutiveResponse.PENDING.label: self.pending,
            }
        )

    @property
    def progress_words(self) -> str:
        """Such as "14 complete, 1 proposed as complete"."""
        parts = [f"{number(self.complete)} complete"]
        if self.proposed:
            parts.append(f"{number(self.proposed)} proposed as complete")
        if self.actioned:
            parts.append(f"{number(self.actioned)} rejected and since actioned")
        return ", ".join(parts)


@dataclass(frozen=True)
class ReviewLine:
    """A review of the list."""

    id: UUID
    title: str
    panel: str
    municipal_year: str
    state: str
    is_published: bool
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
    owner: str
    state: str
    completed_on: date | None
    milestone_on: date | None


@dataclass(frozen=True)
class DateWarning:
    """A date that a line of progress speaks of as past, and that lies after the day it was reported."""

    number: int
    recommendation_id: UUID
    mentioned: str
    reported_on: date


@dataclass(frozen=True)
class LinkedRecommendation:
    """A recommendation that an action carries out."""

    id: UUID
    number: int
    state: str
    review_id: UUID
    review: str


@dataclass(frozen=True)
class RecommendationChoices:
    """What a review's table can be filtered by."""

    themes: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)


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
        "proposed": when(state=RecommendationState.PROPOSED),
        "complete": when(state=RecommendationState.COMPLETE),
        "actioned": when(state=RecommendationState.ACTIONED),
    }


def review_lines(access: CouncilAccess) -> list[ReviewLine]:
    """Every review that the person may read, with its counts: one query."""
    reviews = visible_reviews(access).annotate(
        **{f"n_{name}": count for name, count in _counts("recommendations__").items()}
    )
    return [
        ReviewLine(
            id=review.pk,
            title=review.title,
            panel=review.panel,
            municipal_year=review.municipal_year,
            state=review.get_state_display(),
            is_published=review.published_on is not None,
            counts=ReviewCounts(**{name: getattr(review, f"n_{name}") for name in _counts()}),
        )
        for review in reviews.order_by("-presented_on", "title")
    ]


def review_counts(review: ScrutinyReview) -> ReviewCounts:
    return ReviewCounts(
        **Recommendation.objects.filter(council=review.council_id, review=review).aggregate(**_counts())
    )


def with_leads(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Read the leads along: one query more, whatever the number of rows."""
    leads = RecommendationLead.objects.select_related("organisation").order_by("position")
    return rows.prefetch_related(Prefetch("leads", queryset=leads, to_attr="named_leads"))


def lead_names(row: Recommendation) -> list[str]:
    """The leads of a recommendation that :func:`with_leads` read, as they are printed."""
    leads: list[RecommendationLead] = row.named_leads  # type: ignore[attr-defined] # with_leads sets it
    return [lead.organisation.name if lead.organisation else lead.title for lead in leads]


def recommendation_lines(
    review: ScrutinyReview, rows: QuerySet[Recommendation] | None = None
) -> list[RecommendationLine]:
    """The recommendations of a review in order: two queries.

    Args:
        rows: some of them, as a filter left them; all unless told.
    """
    if rows is None:
        rows = Recommendation.objects.filter(council=review.council_id, review=review)
    return [_line(row) for row in with_leads(rows.select_related("owner")).order_by("number")]


def recommendations_by_review(
    council: Council, reviews: Collection[ScrutinyReview]
) -> dict[UUID, list[RecommendationLine]]:
    """The recommendations of some reviews, each in order: two queries, however many reviews."""
    found: dict[UUID, list[RecommendationLine]] = {review.pk: [] for review in reviews}
    rows = Recommendation.objects.filter(council=council, review__in=list(found))
    for row in with_leads(rows.select_related("owner")).order_by("review", "number"):
        found[row.review_id].append(_line(row))
    return found


def _line(row: Recommendation) -> RecommendationLine:
    """A recommendation that :func:`with_leads` read, as tables print it."""
    return RecommendationLine(
        id=row.pk,
        number=row.number,
        theme=row.theme,
        wording=row.wording,
        response=row.get_response_display(),
        reason=row.reason,
        leads=", ".join(lead_names(row)),
        owner=display_name(row.owner) if row.owner else "",
        state=row.state,
        completed_on=row.completed_on,
        milestone_on=row.milestone_on,
    )


def recommendation_choices(review: ScrutinyReview) -> RecommendationChoices:
    """The themes and leads of a review, each once: two queries."""
    themes = (
        Recommendation.objects.filter(council=review.council_id, review=review)
        .exclude(theme="")
        .order_by("number")
        .values_list("theme", flat=True)
    )
    leads = (
        RecommendationLead.objects.filter(council=review.council_id, recommendation__review=review)
        .order_by("recommendation__number", "position")
        .values_list("title", "organisation__name")
    )
    return RecommendationChoices(
        themes=list(dict.fromkeys(themes)),
        leads=sorted({title or organisation or "" for title, organisation in leads}),
    )


def lead_named(name: str) -> Q:
    """The condition of a lead that is called so, as an organisation or by a title."""
    return Q(title=name) | Q(organisation__name=name)


def date_warnings(review: ScrutinyReview) -> list[DateWarning]:
    """Dates that progress speaks of as past and that lie after the day it was reported: one query."""
    entries = (
        RecommendationProgress.objects.filter(council=review.council_id, recommendation__review=review)
        .select_related("recommendation")
        .order_by("recommendation__number", "at")
    )
    return [
        DateWarning(
            number=entry.recommendation.number,
            recommendation_id=entry.recommendation_id,
            mentioned=mentioned,
            reported_on=entry.as_at,
        )
        for entry in entries
        for mentioned in dates_after(entry.note, entry.as_at)
    ]


def hearings_of(review: ScrutinyReview) -> list[ReviewHearing]:
    """The bodies that considered the review and the steps to its closure, newest first."""
    return list(
        ReviewHearing.objects.filter(council=review.council_id, review=review)
        .select_related("recorded_by")
        .order_by("-heard_on", "-recorded_at", "-pk")
    )


def possible_seats(council: Council) -> list[User]:
    """Councillors of the council, by name."""
    return list(people_with(council, {Role.COUNCILLOR}))


def possible_reporters(council: Council) -> list[User]:
    """Officers who may report on recommendations, by name."""
    return list(people_with(council, COMPLIANCE_GRANTS[CompliancePermission.REPORT_ON_RECOMMENDATIONS]))


def seated(review: ScrutinyReview) -> list[User]:
    """The councillors of the review's panel, by name."""
    seats = ReviewSeat.objects.filter(council=review.council_id, review=review)
    return list(User.objects.filter(pk__in=seats.values("person")).order_by("name", "email"))


def recommendations_of_action(
    council: Council, action_ids: Collection[UUID]
) -> dict[UUID, list[LinkedRecommendation]]:
    """The recommendations that each action carries out, in one query; drafts are left out.

    For people who read every review: ask ``VIEW_UNPUBLISHED_REVIEWS`` first.
    """
    links = (
        RecommendationAction.objects.filter(council=council, action__in=list(action_ids))
        .exclude(recommendation__review__state=ReviewState.DRAFT)
        .select_related("recommendation__review")
        .order_by("recommendation__review__title", "recommendation__number")
    )
    found: dict[UUID, list[LinkedRecommendation]] = {}
    for link in links:
        row = link.recommendation
        found.setdefault(link.action_id, []).append(
            LinkedRecommendation(
                id=row.pk,
                number=row.number,
                state=row.get_state_display(),
                review_id=row.review_id,
                review=row.review.title,
            )
        )
    return found
