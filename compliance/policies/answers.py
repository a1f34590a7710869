"""What makes an answer complete, and in what state it may change."""

from __future__ import annotations

from datetime import date

from compliance.enums import AnswerState, AssessmentState, TimescaleKind, TrainingDelivery, TrainingRule
from compliance.models import Edition, ItemAnswer
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError


def check_answer(
    *,
    edition: Edition,
    status: str,
    response: str,
    timescale: str,
    due_on: date | None,
    training_rule: str = TrainingRule.NONE,
    training_delivery: str = TrainingDelivery.NOT_SAID,
) -> None:
    """Raise PolicyError unless an answer is complete in the edition's own terms.

    "Not applicable" needs a reason, which is the response (part 1 of the duty checklist).
    """
    steps = {step["value"]: step for step in edition.scale}
    if status not in steps:
        raise PolicyError("Select a status from the edition’s scale.")
    if (timescale == TimescaleKind.DATE) != (due_on is not None):
        raise PolicyError(
            "Enter the date by which it will be done."
            if due_on is None
            else "A date can be given only where the timescale is “By a date”."
        )
    not_applicable = steps[status]["counts_as"] == "not_applicable"
    if not_applicable != (timescale == TimescaleKind.NOT_APPLICABLE) and timescale:
        raise PolicyError("Status and timescale must both say “not applicable”, or neither.")
    if not response.strip():
        raise PolicyError(
            "Say in the response why the item does not apply." if not_applicable else "Enter a response."
        )
    check_training(
        edition=edition, score=status, training_rule=training_rule, training_delivery=training_delivery
    )


def check_training(*, edition: Edition, score: str, training_rule: str, training_delivery: str) -> None:
    """Raise PolicyError where an item on training counts as in place and its delivery does not show it.

    E-learning alone does not evidence the training item of the 2015 guidance (rule 10 of the product).
    """
    if not training_rule:
        if training_delivery:
            raise PolicyError("This item does not ask how training was delivered.")
        return
    steps = {step["value"]: step for step in edition.scale}
    if score not in steps or steps[score]["counts_as"] != "in_place":
        return
    if not training_delivery:
        raise PolicyError("Select how the training was delivered.")
    alone = training_delivery == TrainingDelivery.E_LEARNING
    if alone and training_rule == TrainingRule.NOT_E_LEARNING_ALONE:
        raise PolicyError(
            f"E-learning alone does not show that this item of the {edition.name} is "
            f"“{steps[score]['label'].lower()}”. Choose another status, or say which sessions with a trainer "
            "were held."
        )


ANSWER_MOVES: dict[AnswerState, tuple[AnswerState, ...]] = {
    AnswerState.TO_ANSWER: (AnswerState.DRAFT,),
    AnswerState.DRAFT: (AnswerState.SUBMITTED,),
    AnswerState.SUBMITTED: (AnswerState.RETURNED, AnswerState.ACCEPTED),
    AnswerState.RETURNED: (AnswerState.SUBMITTED,),
    AnswerState.ACCEPTED: (AnswerState.RETURNED,),
}
"""Where an answer may go from each state. A save of its text leaves the state, but makes a first draft."""


OPEN_ANSWERS = (AnswerState.TO_ANSWER, AnswerState.DRAFT, AnswerState.RETURNED)
"""States in which the text of an answer may change, and somebody else may be asked for it."""


def check_round_open(answer: ItemAnswer) -> None:
    """Raise PolicyError for an answer of a closed round."""
    if answer.assessment.state != AssessmentState.OPEN:
        raise PolicyError("This round is closed, so its answers stay as they are.")


def check_answer_open(answer: ItemAnswer) -> None:
    """Raise PolicyError unless the text of an answer may change now."""
    check_round_open(answer)
    if answer.state not in OPEN_ANSWERS:
        raise PolicyError(
            f"This answer is {AnswerState(answer.state).label.lower()}, so what it says stays as it is until "
            "a coordinator returns it."
        )


def check_answer_move(answer: ItemAnswer, after: AnswerState) -> None:
    """Raise PolicyError unless an answer of an open round may go to a state from where it is."""
    check_round_open(answer)
    before = AnswerState(answer.state)
    if after not in ANSWER_MOVES[before]:
        raise PolicyError(
            f"An answer that is “{before.label.lower()}” cannot become “{after.label.lower()}”."
        )
    if after == AnswerState.SUBMITTED and answer.to_confirm:
        raise PolicyError("Confirm or change the answer that was brought forward before you submit it.")


def is_own_answer(answer: ItemAnswer, by: User) -> bool:
    """Whether the person wrote or submitted the answer."""
    return by.pk in {answer.submitted_by_id, answer.updated_by_id}


def check_second_person(answer: ItemAnswer, by: User) -> None:
    """Raise PolicyError for whoever wrote or submitted the answer: two people decide on one (OP-6)."""
    if is_own_answer(answer, by):
        raise PolicyError("You wrote or submitted this answer, so somebody else decides on it.")
