"""Keep scrutiny reviews: import recommendations as printed, log what became of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import ExecutiveResponse
from compliance.models import Recommendation, RecommendationProgress, ReviewHearing, ScrutinyReview
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

_RESPONSES = {
    "accept": ExecutiveResponse.ACCEPT,
    "accepted": ExecutiveResponse.ACCEPT,
    "accept in part": ExecutiveResponse.ACCEPT_IN_PART,
    "accepted in part": ExecutiveResponse.ACCEPT_IN_PART,
    "partially accept": ExecutiveResponse.ACCEPT_IN_PART,
    "partially accepted": ExecutiveResponse.ACCEPT_IN_PART,
    "reject": ExecutiveResponse.REJECT,
    "rejected": ExecutiveResponse.REJECT,
    "": ExecutiveResponse.PENDING,
}


@dataclass(frozen=True)
class RecommendationRow:
    """One recommendation as a table prints it: ``decision`` such as "Accept." and ``lead`` such as "A/B"."""

    number: int
    theme: str
    wording: str
    decision: str
    lead: str
    reason: str = ""


def parse_decision(text: str) -> ExecutiveResponse:
    """Read "Accept.", "Partially Accept" or "Reject" as people print them.

    Raises:
        PolicyError: for words that are none of these.
    """
    words = re.sub(r"\s+", " ", text.strip().rstrip(".")).lower()
    try:
        return _RESPONSES[words]
    except KeyError:
        raise PolicyError(f"“{text}” is not a decision. Use Accept, Partially Accept or Reject.") from None


def parse_leads(text: str) -> list[str]:
    """Read "Prevent Lead/Police Lead" as two leads; blank is nobody."""
    return [name.strip() for name in text.split("/") if name.strip()]


def record_review(
    *,
    council: Council,
    by: User,
    title: str,
    panel: str,
    municipal_year: str,
    presented_to: str = "",
    presented_on: date | None = None,
) -> ScrutinyReview:
    """Record a review; its recommendations follow by import."""
    with transaction.atomic():
        review = ScrutinyReview.objects.create(
            council=council,
            title=title,
            panel=panel,
            municipal_year=municipal_year,
            presented_to=presented_to,
            presented_on=presented_on,
        )
        record(action="compliance.review_recorded", subject=review)
    return review


def record_hearing(
    *, review: ScrutinyReview, by: User, body: str, heard_on: date, outcome: str
) -> ReviewHearing:
    """Record that a body considered the review, and what it said."""
    with transaction.atomic():
        hearing = ReviewHearing.objects.create(
            council=review.council, review=review, body=body, heard_on=heard_on, outcome=outcome
        )
        record(action="compliance.review_heard", subject=review, details={"hearing": hearing.pk})
    return hearing


def import_recommendations(
    *, review: ScrutinyReview, by: User, rows: Iterable[RecommendationRow]
) -> list[Recommendation]:
    """Take recommendations in as printed: all of them or none.

    Raises:
        PolicyError: naming every row that cannot be taken, with its reason.
    """
    problems: list[str] = []
    wanted: dict[int, Recommendation] = {}
    for row in rows:
        try:
            response = parse_decision(row.decision)
            if response in {ExecutiveResponse.REJECT, ExecutiveResponse.ACCEPT_IN_PART} and not row.reason:
                raise PolicyError("A recommendation that is not accepted whole needs a reason.")
            if row.number in wanted:
                raise PolicyError("This number is there twice.")
        except PolicyError as problem:
            problems.append(f"Recommendation {row.number}: {problem}")
            continue
        wanted[row.number] = Recommendation(
            council=review.council,
            review=review,
            number=row.number,
            theme=row.theme,
            wording=row.wording,
            response=response,
            reason=row.reason,
            leads=parse_leads(row.lead),
        )
    if problems:
        raise PolicyError(" ".join(problems))
    with transaction.atomic():
        stored = Recommendation.objects.bulk_create(wanted.values())
        record(action="compliance.recommendations_imported", subject=review, details={"rows": len(stored)})
    return stored


def log_recommendation_progress(
    *,
    recommendation: Recommendation,
    by: User,
    note: str,
    completes: bool,
    version: int,
    token: UUID,
    completed_on: date | None = None,
) -> RecommendationProgress:
    """Add a line to a recommendation's log; it may say that the work is complete.

    Args:
        completed_on: the day it was completed, today unless told.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a note, or if it is complete already.
    """
    with transaction.atomic():
        locked = Recommendation.objects.select_for_update(no_key=True).get(
            council=recommendation.council_id, pk=recommendation.pk
        )
        sent = RecommendationProgress.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(
                same_thing=sent.recommendation_id == locked.pk, same_person=sent.by_id == by.pk
            )
            return sent
        if not note.strip():
            raise PolicyError("Enter what has happened.")
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=_differences(locked, note))
        if completes and locked.completed_on is not None:
            raise PolicyError("This recommendation is complete already.")
        entry = RecommendationProgress.objects.create(
            council=locked.council,
            recommendation=locked,
            note=note.strip(),
            completes=completes,
            by=by,
            token=token,
        )
        locked.version += 1
        if completes:
            locked.completed_on = completed_on or timezone.localdate()
        locked.save(update_fields=["version", "completed_on"])
        record(
            action="compliance.recommendation_progress_logged",
            subject=locked,
            details={"entry": entry.pk, "completes": completes},
        )
    return entry


def _differences(recommendation: Recommendation, note: str) -> list[Difference]:
    last = (
        RecommendationProgress.objects.filter(
            council=recommendation.council_id, recommendation=recommendation
        )
        .select_related("by")
        .first()
    )
    if last is None:
        return []
    who = display_name(last.by) if last.by else "the portal"
    return [Difference("note", f"Latest note, by {who}", last.note, note)]


def rows_of(table: Iterable[Mapping[str, str]]) -> list[RecommendationRow]:
    """Read a table with the columns number, theme, recommendation, decision, lead and reason.

    Raises:
        PolicyError: for a row without a number.
    """
    rows = []
    for place, row in enumerate(table, start=1):
        if not row["number"].strip().isdecimal():
            raise PolicyError(f"Row {place} has no number of a recommendation.")
        rows.append(
            RecommendationRow(
                number=int(row["number"]),
                theme=row["theme"].strip(),
                wording=row["recommendation"].strip(),
                decision=row["decision"],
                lead=row["lead"],
                reason=row["reason"].strip(),
            )
        )
    return rows
