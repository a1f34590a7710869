"""Answer the items of the duty checklist."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import AssessmentState
from compliance.models import AnswerRevision, ItemAnswer
from compliance.policies import Difference, PolicyError, StaleVersion, check_answer, check_same_sending
from compliance.queries.checklist import timescale_words
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def answer_item(
    *,
    answer: ItemAnswer,
    by: User,
    status: str,
    response: str,
    timescale: str,
    due_on: date | None,
    owner: User | None,
    version: int,
    token: UUID,
) -> ItemAnswer:
    """Answer an item of an open round. What it said before stays in its revisions.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for an incomplete answer or a closed round.
    """
    with transaction.atomic():
        locked = (
            ItemAnswer.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assessment__edition", "owner", "item", "local_item")
            .get(council=answer.council_id, pk=answer.pk)
        )
        sent = AnswerRevision.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.answer_id == locked.pk, same_person=sent.by_id == by.pk)
            return locked
        if locked.assessment.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed, so its answers stay as they are.")
        check_answer(
            edition=locked.assessment.edition,
            status=status,
            response=response,
            timescale=timescale,
            due_on=due_on,
        )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=_differences(locked, status, response, timescale, due_on),
            )
        locked.status = status
        locked.response = response.strip()
        locked.timescale = timescale
        locked.due_on = due_on
        locked.owner = owner
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.updated_by = by
        locked.to_confirm = False
        locked.save(
            update_fields=[
                "to_confirm",
                "status",
                "response",
                "timescale",
                "due_on",
                "owner",
                "version",
                "updated_at",
                "updated_by",
            ]
        )
        AnswerRevision.objects.create(
            council=locked.council,
            answer=locked,
            status=status,
            response=locked.response,
            timescale=timescale,
            due_on=due_on,
            by=by,
            token=token,
        )
        record(action="compliance.item_answered", subject=locked, details={"item": locked.asked.pk})
    return locked


def _differences(
    answer: ItemAnswer, status: str, response: str, timescale: str, due_on: date | None
) -> list[Difference]:
    labels = {step["value"]: step["label"] for step in answer.assessment.edition.scale}
    pairs = [
        ("status", "Status", labels.get(answer.status, "Not answered"), labels.get(status, status)),
        ("response", "Response", answer.response, response),
        (
            "timescale",
            "Timescale",
            timescale_words(answer.timescale, answer.due_on),
            timescale_words(timescale, due_on),
        ),
    ]
    return [Difference(*pair) for pair in pairs if pair[2] != pair[3]]
