"""Officers propose that a recommendation is complete; the committee confirms, or does not (OP-6)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from compliance.enums import RecommendationEntry, RecommendationState
from compliance.models import Recommendation, RecommendationProgress
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.recommendations import (
    check_can_be_proposed,
    check_can_be_reopened,
    check_completion_decision,
    check_evidence,
    settled_state,
    unsettled_state,
)
from compliance.policies.reviews import check_not_closed
from compliance.services.recommendations import (
    add_entry,
    entry_sent,
    lock_recommendation,
    note_differences,
    touch,
)
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def propose_completion(
    *,
    recommendation: Recommendation,
    by: User,
    version: int,
    note: str,
    token: UUID,
    as_at: date | None = None,
    link: str = "",
    upload: UploadedFile[Any] | None = None,
    why_no_evidence: str = "",
) -> RecommendationProgress:
    """Propose that a recommendation is complete, or, where it was rejected, that it was done since.

    Args:
        as_at: the day of the report that says so; today unless told.
        link, upload: the evidence, at least one of the two, else ``why_no_evidence``.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a note or evidence, before there is a response, or if it is proposed already.
        prevent_portal.documents.policies.FileRefused: with a sentence about the file.
    """
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        sent = entry_sent(locked, token, by)
        if sent is not None:
            return sent
        check_not_closed(locked.review)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=note_differences(locked, note))
        check_can_be_proposed(locked)
        check_evidence(has_evidence=bool(link or upload), why_no_evidence=why_no_evidence)
        entry = add_entry(
            locked,
            by=by,
            kind=RecommendationEntry.PROPOSED,
            note=note,
            token=token,
            as_at=as_at,
            link=link,
            upload=upload,
            why_no_evidence=why_no_evidence,
        )
        locked.state = RecommendationState.PROPOSED
        locked.proposed_by = by
        touch(locked, ["state", "proposed_by"])
        record(
            action="compliance.recommendation_completion_proposed",
            subject=locked,
            details={"entry": entry.pk},
        )
    return entry


def decide_completion(
    *,
    recommendation: Recommendation,
    by: User,
    version: int,
    confirms: bool,
    body: str,
    decided_on: date,
    words: str,
    token: UUID,
) -> RecommendationProgress:
    """Record what the committee said to a proposal. Whoever proposed it cannot record it (OP-6).

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if nothing is proposed, by the proposer, without words, or for a day that cannot be.
    """
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        sent = entry_sent(locked, token, by)
        if sent is not None:
            return sent
        check_not_closed(locked.review)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=note_differences(locked, words))
        check_completion_decision(locked, by=by)
        _check_decision(locked, body=body, decided_on=decided_on)
        entry = add_entry(
            locked,
            by=by,
            kind=RecommendationEntry.CONFIRMED if confirms else RecommendationEntry.REFUSED,
            note=words,
            token=token,
            as_at=decided_on,
            body=body,
        )
        if confirms:
            locked.state = settled_state(locked)
            locked.completed_on = decided_on
            locked.decided_by = by
        else:
            locked.state = unsettled_state(locked)
        touch(locked, ["state", "completed_on", "decided_by"])
        record(
            action="compliance.recommendation_completion_confirmed"
            if confirms
            else "compliance.recommendation_completion_refused",
            subject=locked,
            details={"entry": entry.pk},
        )
    return entry


def reopen_recommendation(
    *,
    recommendation: Recommendation,
    by: User,
    version: int,
    body: str,
    decided_on: date,
    words: str,
    token: UUID,
) -> RecommendationProgress:
    """Record that the committee found a confirmed recommendation not complete after all.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if it was not confirmed, without words, or for a day that cannot be.
    """
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        sent = entry_sent(locked, token, by)
        if sent is not None:
            return sent
        check_not_closed(locked.review)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=note_differences(locked, words))
        check_can_be_reopened(locked)
        _check_decision(locked, body=body, decided_on=decided_on)
        entry = add_entry(
            locked,
            by=by,
            kind=RecommendationEntry.REOPENED,
            note=words,
            token=token,
            as_at=decided_on,
            body=body,
        )
        locked.state = unsettled_state(locked)
        locked.completed_on = None
        locked.decided_by = None
        touch(locked, ["state", "completed_on", "decided_by"])
        record(action="compliance.recommendation_reopened", subject=locked, details={"entry": entry.pk})
    return entry


def _check_decision(recommendation: Recommendation, *, body: str, decided_on: date) -> None:
    if not body.strip():
        raise PolicyError("Name the committee that decided.")
    if decided_on > timezone.localdate():
        raise PolicyError("A committee cannot have decided on a day that has not come yet.")
    presented_on = recommendation.review.presented_on
    if presented_on and decided_on < presented_on:
        raise PolicyError("A committee cannot have decided before the review was presented.")
