"""Decide on submitted answers: return, accept, moderate the score, record what was agreed (OP-6)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import AnswerState, AnswerStepKind
from compliance.models import ItemAnswer
from compliance.policies import PolicyError
from compliance.policies.answers import check_answer_move, check_second_person
from compliance.policies.moderation import check_agreement, check_moderation
from compliance.services.checklist import (
    add_step,
    check_version,
    lock_answer,
    save_next_version,
    step_was_taken,
)
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def return_answer(*, answer: ItemAnswer, by: User, comment: str, version: int, token: UUID) -> ItemAnswer:
    """Give a submitted or accepted answer back, with a comment. Scores that it had go; its steps keep them.

    Whoever submitted it may take it back so; that decides nothing.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: without a comment, for an answer that was not handed in, or in a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        if step_was_taken(locked, AnswerStepKind.RETURNED, by=by, token=token):
            return locked
        check_answer_move(locked, AnswerState.RETURNED)
        if not comment.strip():
            raise PolicyError("Say what the respondent should change.")
        check_version(locked, version)
        locked.state = AnswerState.RETURNED
        locked.accepted_at, locked.accepted_by = None, None
        locked.moderated, locked.challenge, locked.moderated_at, locked.moderated_by = "", "", None, None
        locked.agreed, locked.agreed_on, locked.agreed_by = "", None, None
        save_next_version(
            locked,
            "state",
            "accepted_at",
            "accepted_by",
            "moderated",
            "challenge",
            "moderated_at",
            "moderated_by",
            "agreed",
            "agreed_on",
            "agreed_by",
        )
        add_step(locked, AnswerStepKind.RETURNED, by=by, token=token, comment=comment.strip())
        record(action="compliance.answer_returned", subject=locked)
    return locked


def accept_answer(*, answer: ItemAnswer, by: User, version: int, token: UUID) -> ItemAnswer:
    """Accept a submitted answer as complete.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for one's own answer, one that is not submitted, or a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        if step_was_taken(locked, AnswerStepKind.ACCEPTED, by=by, token=token):
            return locked
        check_answer_move(locked, AnswerState.ACCEPTED)
        check_second_person(locked, by)
        check_version(locked, version)
        locked.state = AnswerState.ACCEPTED
        locked.accepted_at = timezone.now()
        locked.accepted_by = by
        save_next_version(locked, "state", "accepted_at", "accepted_by")
        add_step(locked, AnswerStepKind.ACCEPTED, by=by, token=token)
        record(action="compliance.answer_accepted", subject=locked)
    return locked


def moderate_answer(
    *, answer: ItemAnswer, by: User, score: str, challenge: str, version: int, token: UUID
) -> ItemAnswer:
    """Score an accepted answer as somebody else sees it; a score that differs says why.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for one's own answer, one that is not accepted, another scale's score, a differing score
            without a challenge note, a score that the item's rule on training refuses, or a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        if step_was_taken(locked, AnswerStepKind.MODERATED, by=by, token=token):
            return locked
        check_moderation(answer=locked, by=by, score=score, challenge=challenge)
        check_version(locked, version)
        locked.moderated = score
        locked.challenge = challenge.strip()
        locked.moderated_at = timezone.now()
        locked.moderated_by = by
        save_next_version(locked, "moderated", "challenge", "moderated_at", "moderated_by")
        add_step(locked, AnswerStepKind.MODERATED, by=by, token=token, score=score, comment=challenge.strip())
        record(action="compliance.answer_moderated", subject=locked)
    return locked


def agree_score(
    *,
    answer: ItemAnswer,
    by: User,
    score: str,
    agreed_on: date,
    comment: str,
    version: int,
    token: UUID,
) -> ItemAnswer:
    """Record the score that respondent and moderator settled on, and the day. The round reports it.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for one's own answer, one without a moderated score, another scale's score, a day to
            come, a score that the item's rule on training refuses, or a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        if step_was_taken(locked, AnswerStepKind.AGREED, by=by, token=token):
            return locked
        check_agreement(answer=locked, by=by, score=score, agreed_on=agreed_on, today=timezone.localdate())
        check_version(locked, version)
        locked.agreed = score
        locked.agreed_on = agreed_on
        locked.agreed_by = by
        save_next_version(locked, "agreed", "agreed_on", "agreed_by")
        add_step(locked, AnswerStepKind.AGREED, by=by, token=token, score=score, comment=comment.strip())
        record(action="compliance.score_agreed", subject=locked)
    return locked
