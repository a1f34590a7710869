"""What scrutiny says on the overview: recommendations that are open, by review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import Recommendation, ScrutinyReview
from compliance.queries.scrutiny import visible_reviews
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted, number, worded
from prevent_portal.web.overview_parts import Data
from prevent_portal.web.overview_shapes import Shape, linked, section, sentence, table, tile, to
from prevent_portal.web.quarters import Quarter

HEADING = "Scrutiny recommendations"
ON_THE_SHEET = 3
"""Reviews for which the printed page has room; of more it prints the figure alone."""


def recommendations_part(council: Council, as_at: date) -> Data:
    """Recommendations of running reviews, and what a committee completed in the quarter. Two queries.

    For readers of every review.
    """
    reviews = ScrutinyReview.objects.filter(council=council)
    start = Quarter.of(as_at).start
    done = Recommendation.objects.filter(council=council, completed_on__range=(start, as_at)).count()
    data = _told(reviews, as_at)
    if done:
        words = worded(done, "recommendation was completed", "recommendations were completed")
        data["changes"] = [sentence(30, f"{words}.", to("scrutiny"))]
    return data


def own_recommendations_part(access: CouncilAccess, today: date) -> Data:
    """The same of the reviews that this person may read: those published, and those of their own panels."""
    return _told(visible_reviews(access), today)


def _told(reviews: QuerySet[ScrutinyReview], as_at: date) -> Data:
    running = (
        reviews.filter(presented_on__isnull=False, presented_on__lte=as_at)
        .exclude(state=ReviewState.DRAFT)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=as_at))
    )
    is_complete = Q(
        recommendations__state=RecommendationState.COMPLETE, recommendations__completed_on__lte=as_at
    )
    is_rejected = Q(recommendations__response=ExecutiveResponse.REJECT)
    rows = list(
        running.annotate(
            total=Count("recommendations"),
            waiting=Count("recommendations", filter=~is_rejected & ~is_complete),
            late=Count(
                "recommendations",
                filter=~is_rejected & ~is_complete & Q(recommendations__milestone_on__lt=as_at),
            ),
        )
        .order_by(F("presented_on").desc(), "title")
        .values_list("pk", "title", "panel", "total", "waiting", "late")
    )
    waiting, late = sum(row[4] for row in rows), sum(row[5] for row in rows)
    note = f"{number(late)} past the milestone" if late else ("" if waiting else "Nothing waits")
    return {
        "tiles": [
            tile(
                30,
                number(waiting),
                "Scrutiny recommendation open" if waiting == 1 else "Scrutiny recommendations open",
                to("scrutiny"),
                tone="attention" if waiting else "good",
                note=note,
            )
        ],
        "sections": [
            section(
                30,
                HEADING,
                words=[] if rows else ["No review is running."],
                table=_table(rows) if rows else None,
                to=to("scrutiny"),
                link="See the scrutiny reviews",
                in_print=0 < len(rows) <= ON_THE_SHEET,
            )
        ],
    }


def _table(rows: Sequence[tuple[object, str, str, int, int, int]]) -> Shape:
    return table(
        HEADING,
        ["Review", "Panel", "Open"],
        [
            [
                linked(title, to("review", key)),
                panel,
                f"{number(waiting)} of {counted(total, 'recommendation', 'recommendations')}"
                + (f", {number(late)} past the milestone" if late else ""),
            ]
            for key, title, panel, total, waiting, late in rows
        ],
    )
