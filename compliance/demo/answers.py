"""How far the demo's checklist answers are: asked for, submitted, returned, accepted, moderated, agreed.

What the tables print stays as it is: every agreed score is the status that the round was published with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from compliance.enums import AnswerState, AnswerStepKind, TrainingDelivery
from compliance.models import Action, AnswerAction, AnswerRevision, AnswerStep, Assessment, ItemAnswer
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id


@dataclass(frozen=True)
class Life:
    """How far one answer is.

    Args:
        own: the respondent's own score, where moderation changed it to what the round reports.
        words: the challenge note, or the comment with which it came back.
        agreed: whether a score was agreed, three weeks after it was submitted.
        due_in: asked for by so many days from today.
    """

    state: AnswerState
    own: str = ""
    words: str = ""
    agreed: bool = False
    training: TrainingDelivery = TrainingDelivery.NOT_SAID
    due_in: int | None = None


SUBMITTED, RETURNED, ACCEPTED = AnswerState.SUBMITTED, AnswerState.RETURNED, AnswerState.ACCEPTED
LIVES: dict[str, tuple[str, dict[str, Life]]] = {
    "southwark": (
        "officer@twocouncils.example",
        {
            "S-01": Life(ACCEPTED, agreed=True),
            "S-03": Life(SUBMITTED),
            "S-05": Life(ACCEPTED, agreed=True),
            "S-07": Life(
                ACCEPTED,
                own="in_progress",
                words="The plan names it, but nothing has begun before the plan is agreed.",
                agreed=True,
            ),
            "S-12": Life(ACCEPTED),
            "S-13": Life(RETURNED, words="Which halls are meant, and which have agreed already?"),
        },
    ),
    "barnet": (
        "lead@royalfree.example",
        {
            "S-05": Life(RETURNED, words="Please name the hospitals that answered last quarter.", due_in=10),
            "S-11": Life(SUBMITTED, training=TrainingDelivery.MIXED),
            "S-12": Life(ACCEPTED),
            "S-17": Life(AnswerState.TO_ANSWER, due_in=20),
        },
    ),
}
LINKS: dict[str, dict[str, tuple[int, ...]]] = {"barnet": {"S-05": (3,), "S-11": (4,)}}
"""Numbers of the actions that are to bring an item about."""


def load_answers(council: Council, people: Mapping[str, User]) -> None:
    """Bring the council's first round so far; a round that has taken steps already is left alone."""
    email, lives = LIVES.get(council.slug, ("", {}))
    respondent = people.get(email)
    if respondent is None or AnswerStep.objects.filter(council=council).exists():
        return
    assessment = Assessment.objects.filter(council=council).order_by("period_start").first()
    coordinator = people[f"coordinator@{council.slug}.example"]
    for ref, life in lives.items():
        answer = ItemAnswer.objects.select_related("council").get(
            council=council, assessment=assessment, item__ref=ref
        )
        reported = answer.status
        _ask(answer, life, respondent)
        if life.state != AnswerState.TO_ANSWER:
            _submit(answer, life, respondent)
        if life.state == AnswerState.RETURNED:
            _step(answer, AnswerStepKind.RETURNED, coordinator, days=5, comment=life.words)
        if life.state == AnswerState.ACCEPTED:
            _accept(answer, life, coordinator, reported)
        for number in LINKS.get(council.slug, {}).get(ref, ()):
            action = Action.objects.filter(council=council, number=number).first()
            if action is not None:
                AnswerAction.objects.create(
                    council=council, answer=answer, action=action, linked_by=coordinator
                )


def _ask(answer: ItemAnswer, life: Life, respondent: User) -> None:
    answer.owner = respondent
    if life.due_in is not None:
        answer.answer_by = timezone.localdate() + timedelta(days=life.due_in)
    answer.save(update_fields=["owner", "answer_by"])


def _submit(answer: ItemAnswer, life: Life, respondent: User) -> None:
    """The respondent says what the round says, in their own score, and hands it in two days later."""
    answer.status = life.own or answer.status
    answer.training_delivery = life.training
    answer.updated_at += timedelta(days=2)
    answer.updated_by = respondent
    answer.state = life.state
    answer.submitted_at, answer.submitted_by = answer.updated_at, respondent
    answer.version += 2
    accepted = life.state == AnswerState.ACCEPTED
    if not accepted:
        answer.save(update_fields=[*_TEXT, "state", "submitted_at", "submitted_by", "version"])
    AnswerRevision.objects.create(
        council=answer.council,
        answer=answer,
        status=answer.status,
        response=answer.response,
        timescale=answer.timescale,
        due_on=answer.due_on,
        training_delivery=answer.training_delivery,
        at=answer.updated_at,
        by=respondent,
        token=new_id(),
    )
    _step(answer, AnswerStepKind.SUBMITTED, respondent, days=0, score=answer.status)


_TEXT = ("status", "training_delivery", "updated_at", "updated_by")


def _accept(answer: ItemAnswer, life: Life, coordinator: User, scored: str) -> None:
    """Accepted a week later; where it comes to that, moderated a fortnight later and agreed a week after."""
    answer.accepted_at, answer.accepted_by = answer.updated_at + timedelta(days=7), coordinator
    _step(answer, AnswerStepKind.ACCEPTED, coordinator, days=7)
    if life.agreed:
        answer.moderated, answer.challenge = scored, life.words
        answer.moderated_at, answer.moderated_by = answer.updated_at + timedelta(days=14), coordinator
        answer.agreed, answer.agreed_by = scored, coordinator
        answer.agreed_on = timezone.localdate(answer.updated_at + timedelta(days=21))
        _step(answer, AnswerStepKind.MODERATED, coordinator, days=14, score=scored, comment=life.words)
        _step(answer, AnswerStepKind.AGREED, coordinator, days=21, score=scored)
    answer.save(
        update_fields=[
            *_TEXT,
            *("state", "submitted_at", "submitted_by", "accepted_at", "accepted_by", "version"),
            *("moderated", "challenge", "moderated_at", "moderated_by", "agreed", "agreed_by", "agreed_on"),
        ]
    )


def _step(
    answer: ItemAnswer, kind: AnswerStepKind, by: User, *, days: int, score: str = "", comment: str = ""
) -> None:
    AnswerStep.objects.create(
        council=answer.council,
        answer=answer,
        kind=kind,
        score=score,
        comment=comment,
        at=answer.updated_at + timedelta(days=days),
        by=by,
        token=new_id(),
    )
