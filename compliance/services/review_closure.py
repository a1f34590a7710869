"""Put a review up for closure, be refused, report again, close. Each step stays as history."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import ExecutiveResponse, HearingKind, ReviewState
from compliance.models import Recommendation, ReviewHearing, ScrutinyReview
from compliance.policies import PolicyError
from compliance.policies.reviews import (
    check_can_be_put_up,
    check_closure_decision,
    check_heard,
    check_not_closed,
    check_review_step,
)
from compliance.services.scrutiny import (
    add_hearing,
    check_version,
    hearing_sent,
    lock_review,
    touch_review,
)
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def put_up_review(
    *,
    review: ScrutinyReview,
    by: User,
    version: int,
    body: str,
    put_up_on: date,
    words: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Ask a body to close the review. The same form sent twice happens once.

    Args:
        body: whom it is put up to.
        words: what the officers report.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: while it is no open review, or responses are missing.
    """
    with transaction.atomic():
        locked = lock_review(review)
        sent = hearing_sent(locked, token, by)
        if sent is not None:
            return sent
        check_version(locked, version)
        check_can_be_put_up(locked, unanswered=_unanswered(locked))
        check_heard(locked, put_up_on, timezone.localdate())
        step = add_hearing(
            locked,
            by=by,
            kind=HearingKind.PUT_UP,
            body=body,
            heard_on=put_up_on,
            outcome=words,
            token=token,
        )
        locked.state = ReviewState.PUT_UP
        locked.put_up_on = put_up_on
        locked.put_up_by = by
        touch_review(locked, ["state", "put_up_on", "put_up_by"])
        record(action="compliance.review_put_up", subject=locked, details={"hearing": step.pk})
    return step


def report_again(
    *,
    review: ScrutinyReview,
    by: User,
    version: int,
    body: str,
    reported_on: date,
    words: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Record that officers reported again after a body refused to close the review.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if no body has refused, or the review is not open.
    """
    with transaction.atomic():
        locked = lock_review(review)
        sent = hearing_sent(locked, token, by)
        if sent is not None:
            return sent
        check_version(locked, version)
        check_not_closed(locked)
        if locked.state != ReviewState.OPEN or not _was_refused(locked):
            raise PolicyError("Report again once a body has refused to close the review.")
        check_heard(locked, reported_on, timezone.localdate())
        step = add_hearing(
            locked,
            by=by,
            kind=HearingKind.REPORTED,
            body=body,
            heard_on=reported_on,
            outcome=words,
            token=token,
        )
        touch_review(locked, [])
        record(action="compliance.review_reported_again", subject=locked, details={"hearing": step.pk})
    return step


def decide_closure(
    *,
    review: ScrutinyReview,
    by: User,
    version: int,
    closes: bool,
    body: str,
    decided_on: date,
    words: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Record what a body decided about a review that was put up: closed, or refused with what it asked for.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if it was not put up, the same person put it up (OP-6), or the day cannot be.
    """
    after = ReviewState.CLOSED if closes else ReviewState.OPEN
    with transaction.atomic():
        locked = lock_review(review)
        sent = hearing_sent(locked, token, by)
        if sent is not None:
            return sent
        check_version(locked, version)
        check_closure_decision(locked, by=by, after=after)
        check_heard(locked, decided_on, timezone.localdate())
        if locked.put_up_on and decided_on < locked.put_up_on:
            raise PolicyError("A body cannot have decided before the review was put up.")
        step = add_hearing(
            locked,
            by=by,
            kind=HearingKind.CLOSED if closes else HearingKind.REFUSED,
            body=body,
            heard_on=decided_on,
            outcome=words,
            token=token,
        )
        locked.state = after
        fields = ["state"]
        if closes:
            locked.closed_on, locked.closed_body, locked.closed_by = decided_on, body.strip(), by
            fields += ["closed_on", "closed_body", "closed_by"]
        touch_review(locked, fields)
        record(
            action="compliance.review_closed" if closes else "compliance.review_closure_refused",
            subject=locked,
            details={"hearing": step.pk},
        )
    return step


def correct_review(
    *,
    review: ScrutinyReview,
    by: User,
    version: int,
    reopens: bool,
    body: str,
    decided_on: date,
    words: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Add a body's correction to a closed review; it may open the review again. Nothing older changes.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if the review is not closed, or the day cannot be.
    """
    with transaction.atomic():
        locked = lock_review(review)
        sent = hearing_sent(locked, token, by)
        if sent is not None:
            return sent
        if not locked.is_closed:
            raise PolicyError("This review is open: change it directly.")
        check_version(locked, version)
        check_heard(locked, decided_on, timezone.localdate())
        if locked.closed_on and decided_on < locked.closed_on:
            raise PolicyError("A correction cannot be older than the closure.")
        step = add_hearing(
            locked,
            by=by,
            kind=HearingKind.REOPENED if reopens else HearingKind.CORRECTION,
            body=body,
            heard_on=decided_on,
            outcome=words,
            token=token,
        )
        if reopens:
            check_review_step(locked, ReviewState.OPEN)
            locked.state = ReviewState.OPEN
            locked.closed_on, locked.closed_body, locked.closed_by = None, "", None
            touch_review(locked, ["state", "closed_on", "closed_body", "closed_by"])
        record(
            action="compliance.review_reopened" if reopens else "compliance.review_corrected",
            subject=locked,
            details={"hearing": step.pk},
        )
    return step


def _unanswered(review: ScrutinyReview) -> int:
    return Recommendation.objects.filter(
        council=review.council_id, review=review, response=ExecutiveResponse.PENDING
    ).count()


def _was_refused(review: ScrutinyReview) -> bool:
    return ReviewHearing.objects.filter(
        council=review.council_id, review=review, kind=HearingKind.REFUSED
    ).exists()
