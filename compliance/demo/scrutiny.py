"""Wolverhampton's demo review: 16 recommendations with the published decisions, leads and states.

The wording of each recommendation, reason and note is our own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from django.utils import timezone

from compliance.enums import ReviewState
from compliance.models import Recommendation, RecommendationProgress, ScrutinyReview
from compliance.services.scrutiny import import_recommendations, record_hearing, record_review, rows_of
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id

RECOMMENDATIONS = Path(__file__).with_name("wolverhampton_recommendations.csv")
TITLE = "How the city answers violent extremism"
REPORTED_ON = date(2015, 9, 8)
HEARINGS = (
    ("Cabinet", date(2013, 5, 22), "Answered each of the 16 recommendations."),
    ("Scrutiny panel for safe communities", date(2014, 3, 13), "Noted the progress so far."),
    ("Scrutiny Board", date(2014, 6, 17), "Did not close the review yet and asked for a further report."),
)


def load_scrutiny(council: Council, people: Mapping[str, User]) -> None:
    """Load the review for Wolverhampton; one that is there is left alone."""
    if (
        council.slug != "wolverhampton"
        or ScrutinyReview.objects.filter(council=council, title=TITLE).exists()
    ):
        return
    by = people["coordinator@wolverhampton.example"]
    review = record_review(
        council=council,
        by=by,
        title=TITLE,
        panel="Scrutiny panel for safe communities",
        municipal_year="2012/13",
        presented_to="Cabinet",
        presented_on=date(2013, 5, 22),
    )
    for body, heard_on, outcome in HEARINGS:
        record_hearing(review=review, by=by, body=body, heard_on=heard_on, outcome=outcome)
    with RECOMMENDATIONS.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    stored = {row.number: row for row in import_recommendations(review=review, by=by, rows=rows_of(table))}
    for row in table:
        if row["completed"] == "yes":
            _complete(stored[int(row["number"])], row["progress"], by)
    review.state = ReviewState.PUT_UP
    review.save(update_fields=["state"])


def _complete(recommendation: Recommendation, note: str, by: User) -> None:
    RecommendationProgress.objects.create(
        council=recommendation.council,
        recommendation=recommendation,
        note=note,
        completes=True,
        at=timezone.make_aware(datetime.combine(REPORTED_ON, time(9))),
        by=by,
        token=new_id(),
    )
    recommendation.completed_on = REPORTED_ON
    recommendation.version += 1
    recommendation.save(update_fields=["completed_on", "version"])
