"""What rounds tell the other rooms: what was done, and what waits for who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.web.quarters import Quarter
from training.models import ReturnReview, TrainingRound
from training.permissions import TrainingPermission
from training.queries.rounds import QUESTION_FIELDS, answered_by_council, rounds_to_close
from training.tables import short_name

ROUND_SENTENCES = {
    "training.course_added": "added a course of the council’s own",
    "training.course_changed": "changed a course of the council’s own",
    "training.target_set": "set a training target of the council’s own",
    "training.target_changed": "changed a training target of the council’s own",
    "training.return_expected": "said that a training return is expected each quarter",
    "training.expected_changed": "changed which training return is expected",
    "training.expected_removed": "took back that a training return is expected",
    "training.round_opened": "opened a round of training returns",
    "training.round_closed": "closed a round of training returns",
    "training.round_reopened": "opened a round of training returns again",
    "training.deadline_extended": "gave an organisation more time for its training return",
    "training.return_reminded": "reminded a lead of a training return",
    "training.query_answered": "answered a question about a training return",
    "training.draft_saved": "saved a draft of a training return",
    "training.draft_deleted": "deleted a draft of a training return",
}


def round_due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """For a coordinator: answers to read, and rounds to close."""
    councils = mine.where(TrainingPermission.REVIEW_RETURNS)
    if not councils:
        return

    def answers(reviews: list[ReturnReview]) -> Iterator[DueItem]:
        for review in reviews:
            council, found = councils[review.council_id], review.training_return
            yield DueItem(
                council=council,
                due_on=None,
                reference="Training return",
                title=f"{found.course.name}, {short_name(found.organisation.name)}",
                task="Read the answer to your question",
                href=reverse("training-return", args=[council.slug, found.pk]),
                kind="return_answer",
            )

    def rounds(found: list[TrainingRound]) -> Iterator[DueItem]:
        for opened in found:
            council = councils[opened.council_id]
            yield DueItem(
                council=council,
                due_on=None,
                reference="Training round",
                title=f"Returns of {Quarter.of(opened.period_to).words}",
                task="Close the round",
                href=reverse("training-round", args=[council.slug, opened.pk]),
                kind="return_round",
            )

    yield Waiting(answered_by_council(list(councils)), QUESTION_FIELDS, answers)
    yield Waiting(rounds_to_close(list(councils), today), ("council", "period_to"), rounds)
