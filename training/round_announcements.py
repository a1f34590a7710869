"""What rounds tell the other rooms: what was done, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.web.quarters import Quarter
from training.access.returns import organisations_to_send_for
from training.permissions import TrainingPermission
from training.queries.rounds import answered_by_council, queries_to, rounds_to_close
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


def round_due_items(mine: OwnAccess, today: date) -> Iterator[DueItem]:
    """Questions to answer; for a coordinator the answers to read and the rounds to close.

    The same number of statements for any number of councils.
    """
    reviewed = [each.council for each in mine.accesses if each.may(TrainingPermission.REVIEW_RETURNS)]
    if reviewed:
        ids = [council.pk for council in reviewed]
        for review in answered_by_council(ids):
            found = review.training_return
            yield DueItem(
                council=review.council,
                due_on=None,
                reference="Training return",
                title=f"{found.course.name}, {short_name(found.organisation.name)}",
                task="Read the answer to your question",
                href=reverse("training-return", args=[review.council.slug, found.pk]),
                kind="return_answer",
            )
        for opened in rounds_to_close(ids, today):
            yield DueItem(
                council=opened.council,
                due_on=None,
                reference="Training round",
                title=f"Returns of {Quarter.of(opened.period_to).words}",
                task="Close the round",
                href=reverse("training-round", args=[opened.council.slug, opened.pk]),
                kind="return_round",
            )
    senders = [each for each in mine.accesses if each.may(TrainingPermission.SUBMIT_RETURNS)]
    acted: dict[int, set[UUID]] = {}
    for council, organisation in organisations_to_send_for(senders):
        acted.setdefault(council.pk, set()).add(organisation.pk)
    if acted:
        for review in queries_to({key for keys in acted.values() for key in keys}, list(acted)):
            found = review.training_return
            if found.organisation_id in acted[review.council_id]:
                yield DueItem(
                    council=review.council,
                    due_on=None,
                    reference="Training return",
                    title=f"{found.course.name}, {short_name(found.organisation.name)}",
                    task="Answer the council’s question",
                    href=reverse("own-return", args=[review.council.slug, found.pk]),
                    kind="return_question",
                )
