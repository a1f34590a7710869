"""Answer the items of the duty checklist, and submit the answers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import AnswerState, AnswerStepKind, TrainingDelivery
from compliance.models import AnswerRevision, AnswerStep, ItemAnswer
from compliance.policies import Difference, StaleVersion, check_same_sending
from compliance.policies.answers import check_answer, check_answer_move, check_answer_open
from compliance.queries.checklist import timescale_words
from prevent_portal.accounts.models import User, display_name
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
    training_delivery: str = TrainingDelivery.NOT_SAID,
    submit: bool = False,
) -> ItemAnswer:
    """Answer an item of an open round, and submit the answer if asked. What it said before stays in its
    revisions.

    Args:
        token: of the form; the same token again changes nothing.
        version: of the answer as the person saw it.
        training_delivery: only for an item that asks how training was delivered.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for an incomplete answer, one that is submitted or accepted, or a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        sent = AnswerRevision.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.answer_id == locked.pk, same_person=sent.by_id == by.pk)
            return locked
        check_answer_open(locked)
        check_answer(
            edition=locked.assessment.edition,
            status=status,
            response=response,
            timescale=timescale,
            due_on=due_on,
            training_rule=locked.training_rule,
            training_delivery=training_delivery,
        )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=_differences(
                    locked, status, response, timescale, due_on, training_delivery, owner
                ),
            )
        locked.status = status
        locked.response = response.strip()
        locked.timescale = timescale
        locked.due_on = due_on
        locked.training_delivery = training_delivery
        locked.owner = owner
        locked.updated_at = timezone.now()
        locked.updated_by = by
        locked.to_confirm = False
        if locked.state == AnswerState.TO_ANSWER:
            locked.state = AnswerState.DRAFT
        save_next_version(
            locked,
            "to_confirm",
            "state",
            "status",
            "response",
            "timescale",
            "due_on",
            "training_delivery",
            "owner",
            "updated_at",
            "updated_by",
        )
        AnswerRevision.objects.create(
            council=locked.council,
            answer=locked,
            status=status,
            response=locked.response,
            timescale=timescale,
            due_on=due_on,
            training_delivery=training_delivery,
            by=by,
            token=token,
        )
        record(action="compliance.item_answered", subject=locked, details={"item": locked.asked.pk})
        if submit:
            locked = submit_answer(answer=locked, by=by, version=locked.version, token=token)
    return locked


def submit_answer(*, answer: ItemAnswer, by: User, version: int, token: UUID) -> ItemAnswer:
    """Hand an answer in: what it says is fixed until a coordinator returns it.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for an answer that is incomplete, still to confirm, handed in already, or in a closed
            round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        if step_was_taken(locked, AnswerStepKind.SUBMITTED, by=by, token=token):
            return locked
        check_answer_move(locked, AnswerState.SUBMITTED)
        check_answer(
            edition=locked.assessment.edition,
            status=locked.status,
            response=locked.response,
            timescale=locked.timescale,
            due_on=locked.due_on,
            training_rule=locked.training_rule,
            training_delivery=locked.training_delivery,
        )
        check_version(locked, version)
        locked.state = AnswerState.SUBMITTED
        locked.submitted_at = timezone.now()
        locked.submitted_by = by
        save_next_version(locked, "state", "submitted_at", "submitted_by")
        add_step(locked, AnswerStepKind.SUBMITTED, by=by, token=token, score=locked.status)
        record(action="compliance.answer_submitted", subject=locked)
    return locked


def lock_answer(answer: ItemAnswer) -> ItemAnswer:
    """Read the answer anew and hold it until the transaction ends."""
    return (
        ItemAnswer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assessment__edition", "owner", "item", "local_item")
        .get(council=answer.council_id, pk=answer.pk)
    )


def check_version(answer: ItemAnswer, version: int) -> None:
    """Raise StaleVersion if somebody saved a locked answer since ``version``; it says where it is now."""
    if version != answer.version:
        now = AnswerState(answer.state).label
        raise StaleVersion(
            version=answer.version,
            differences=[Difference("state", "State of the answer", now, "What you were about to decide")],
        )


def save_next_version(answer: ItemAnswer, *fields: str) -> None:
    """Save the named fields of a locked answer as its next version."""
    answer.version += 1
    answer.save(update_fields=[*fields, "version"])


def step_was_taken(answer: ItemAnswer, kind: AnswerStepKind, *, by: User, token: UUID) -> bool:
    """Whether a form's token has taken this step before.

    Raises:
        AlreadySent: if the token came for another answer, another step or from somebody else.
    """
    taken = AnswerStep.objects.filter(council=answer.council_id, token=token).first()
    if taken is None:
        return False
    check_same_sending(
        same_thing=(taken.answer_id, taken.kind) == (answer.pk, kind), same_person=taken.by_id == by.pk
    )
    return True


def add_step(
    answer: ItemAnswer, kind: AnswerStepKind, *, by: User, token: UUID, score: str = "", comment: str = ""
) -> AnswerStep:
    """Write down one step in the life of a locked answer."""
    return AnswerStep.objects.create(
        council=answer.council, answer=answer, kind=kind, score=score, comment=comment, by=by, token=token
    )


def _differences(
    answer: ItemAnswer,
    status: str,
    response: str,
    timescale: str,
    due_on: date | None,
    delivery: str,
    owner: User | None,
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
        (
            "training_delivery",
            "How training was delivered",
            TrainingDelivery(answer.training_delivery).label,
            TrainingDelivery(delivery).label,
        ),
        (
            "owner",
            "Owner",
            display_name(answer.owner) if answer.owner else "Nobody",
            display_name(owner) if owner else "Nobody",
        ),
    ]
    return [Difference(*pair) for pair in pairs if pair[2] != pair[3]]
