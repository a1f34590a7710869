"""When an accepted answer's score may be moderated and agreed, and by whom."""

from __future__ import annotations

from datetime import date

from compliance.enums import AnswerState
from compliance.models import ItemAnswer
from compliance.policies.answers import check_round_open, check_second_person, check_training
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError


def check_moderation(*, answer: ItemAnswer, by: User, score: str, challenge: str) -> None:
    """Raise PolicyError unless the person may score an accepted answer so; another score needs its reason."""
    check_round_open(answer)
    check_second_person(answer, by)
    if answer.state != AnswerState.ACCEPTED:
        raise PolicyError("Accept the answer before you moderate its score.")
    if answer.agreed:
        raise PolicyError("The score is agreed already. Return the answer to open it again.")
    _check_score(answer, score)
    if score != answer.status and not challenge.strip():
        raise PolicyError("Say why you score it differently.")


def check_agreement(*, answer: ItemAnswer, by: User, score: str, agreed_on: date, today: date) -> None:
    """Raise PolicyError unless the person may record the score that was agreed after moderation."""
    check_round_open(answer)
    check_second_person(answer, by)
    if not answer.moderated:
        raise PolicyError("Moderate the score before you record what was agreed.")
    if answer.agreed:
        raise PolicyError("The score is agreed already. Return the answer to open it again.")
    _check_score(answer, score)
    if agreed_on > today:
        raise PolicyError("The day of the agreement must be today or in the past.")


def _check_score(answer: ItemAnswer, score: str) -> None:
    edition = answer.assessment.edition
    if score not in {step["value"] for step in edition.scale}:
        raise PolicyError("Select a score from the edition’s scale.")
    check_training(
        edition=edition,
        score=score,
        training_rule=answer.training_rule,
        training_delivery=answer.training_delivery,
    )
