"""In what state a thing may be changed. Who may is permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from compliance.enums import (
    ActionStatus,
    AnswerState,
    AssessmentState,
    ExtensionState,
    PlanKind,
    ReportState,
    TimescaleKind,
    TrainingDelivery,
    TrainingRule,
)
from compliance.models import Action, Edition, ExtensionRequest, ItemAnswer, Report, ReportSection
from compliance.queries.report_content import unwritten
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import (
    AlreadySent,
    Difference,
    PolicyError,
    StaleVersion,
    check_same_sending,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.wording import doubtful_words_in, identifiers_in, intelligence_in

# The kernel words refusals; services and pages of compliance read them from here, beside their policies.
__all__ = ["AlreadySent", "Difference", "PolicyError", "StaleVersion", "check_same_sending"]

TRANSITIONS: dict[ActionStatus, tuple[ActionStatus, ...]] = {
    ActionStatus.NOT_STARTED: (ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.IN_PROGRESS: (ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.ON_HOLD: (ActionStatus.IN_PROGRESS, ActionStatus.COMPLETE),
    ActionStatus.COMPLETE: (ActionStatus.IN_PROGRESS,),
    ActionStatus.WITHDRAWN: (),
}
"""Where an action may go from each status. Whoever edits plans may also withdraw one that is open."""


@dataclass(frozen=True)
class RowProblem:
    """Why one row of several cannot be applied; a stale one carries both texts and the version to send."""

    action_id: UUID
    reference: str
    words: str
    version: int | None = None
    differences: tuple[Difference, ...] = ()


class RowsRefused(PolicyError):
    """Rows of a bulk change that cannot be applied, each by name. None of the others is applied either."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__("Nothing was saved. " + " ".join(problem.words for problem in problems))
        self.problems = tuple(problems)


def next_statuses(status: str, *, edits_plans: bool = False) -> list[ActionStatus]:
    """The statuses that a form offers: the present one and where it may go."""
    current = ActionStatus(status)
    following = [current, *TRANSITIONS[current]]
    if edits_plans and current not in {ActionStatus.COMPLETE, ActionStatus.WITHDRAWN}:
        following.append(ActionStatus.WITHDRAWN)
    return following


def check_status_change(before: str, after: str, *, edits_plans: bool = False) -> None:
    """Raise PolicyError unless an action may go from one status to the other."""
    if ActionStatus(after) not in next_statuses(before, edits_plans=edits_plans):
        raise PolicyError(
            f"An action that is “{ActionStatus(before).label.lower()}” cannot become "
            f"“{ActionStatus(after).label.lower()}”."
        )


def check_plan(
    *, council: Council, kind: str, part_of: str, district: Council | None, starts_on: date, ends_on: date
) -> None:
    """Raise PolicyError unless a plan's head fits together."""
    if ends_on < starts_on:
        raise PolicyError("The plan must end on or after the day it starts.")
    if kind == PlanKind.COMMUNITY_SAFETY and not part_of.strip():
        raise PolicyError("Enter the title or reference of the community safety plan.")
    if kind != PlanKind.COMMUNITY_SAFETY and part_of:
        raise PolicyError("Only a part of a community safety plan names the plan inside which it stands.")
    if district is not None and district.parent_id != council.pk:
        raise PolicyError("Choose a district of this county.")
    if district is not None and kind not in {PlanKind.DISTRICT, PlanKind.COMMUNITY_SAFETY}:
        raise PolicyError("Only a district’s own plan, or its community safety plan, names a district.")


def check_extension_asked(*, action: Action, wished_on: date, reason: str) -> None:
    """Raise PolicyError unless more time may be asked for an action: open, for a later day, with a reason."""
    if not action.is_open:
        raise PolicyError("The action is closed, so its due date cannot move.")
    if wished_on <= action.due_on:
        raise PolicyError(f"The new date must be later than the present one, {british_date(action.due_on)}.")
    if not reason.strip():
        raise PolicyError("Enter why more time is needed.")


def check_extension_decided(
    *, request: ExtensionRequest, by: User, approve: bool, granted_on: date | None, note: str
) -> None:
    """Raise PolicyError unless this person may decide this request so: open, and not one's own (OP-6)."""
    if not request.is_open:
        raise PolicyError(
            f"This request is {ExtensionState(request.state).label.lower()} already. Nothing was changed."
        )
    if request.asked_by_id == by.pk:
        raise PolicyError("You asked for this yourself, so somebody else decides it.")
    if not approve and not note.strip():
        raise PolicyError("Enter why the request is refused.")
    if approve and granted_on is None:
        raise PolicyError("Enter the date that you approve.")
    if approve and granted_on is not None and not request.due_on < granted_on <= request.wished_on:
        raise PolicyError(
            f"The date must be after {british_date(request.due_on)} and not later than the one asked for, "
            f"{british_date(request.wished_on)}."
        )


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
        raise PolicyError("Select a status from the edition's scale.")
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
        raise PolicyError("Select a score from the edition's scale.")
    check_training(
        edition=edition,
        score=score,
        training_rule=answer.training_rule,
        training_delivery=answer.training_delivery,
    )


def check_can_be_final(report: Report, sections: Sequence[ReportSection], by: User) -> None:
    """Raise PolicyError, in words that say what to do, unless the report may be made final by this person."""
    if report.state == ReportState.FINAL:
        raise PolicyError("This report is final already.")
    if report.state != ReportState.FROZEN:
        raise PolicyError("Freeze the figures first.")
    if report.frozen_by_id == by.pk:
        raise PolicyError("You froze the figures, so somebody else makes the report final.")
    missing = unwritten(sections)
    if missing:
        names = ", ".join(f"“{section.heading}”" for section in missing)
        raise PolicyError(f"Write these sections first: {names}.")


LONGEST_SHARE = timedelta(days=3 * 366)
"""How far ahead a share may end; it can be renewed before that."""


def check_share(
    *, owner: Council, receiver: Council, starts_on: date, ends_on: date, reason: str, today: date
) -> None:
    """Raise PolicyError unless a council may let another one read something on these days."""
    gone = receiver.ends_on is not None and receiver.ends_on < today
    if receiver.pk == owner.pk or receiver.joined_on is None or gone:
        raise PolicyError("Choose another council that uses the portal.")
    if starts_on < today:
        raise PolicyError("The first day must be today or later.")
    check_last_day(starts_on=starts_on, ends_on=ends_on, today=today)
    if not reason.strip():
        raise PolicyError("Enter why it is shared.")


def check_last_day(*, starts_on: date, ends_on: date, today: date) -> None:
    """Raise PolicyError unless a share may last to this day."""
    if ends_on < starts_on:
        raise PolicyError("The last day must be on or after the first day.")
    if ends_on < today:
        raise PolicyError("The last day must be today or later. To stop the reading now, end the sharing.")
    if ends_on - max(starts_on, today) > LONGEST_SHARE:
        raise PolicyError("A sharing lasts three years at most. It can be renewed before it ends.")


@dataclass(frozen=True)
class Declaration:
    """What whoever saves restricted words declares (rule 7 of the product, s.38(4)-(5)).

    Args:
        no_intelligence: that the words hold no intelligence.
        words_checked: that doubtful words, which the screen found, were looked at again.
    """

    no_intelligence: bool
    words_checked: bool = False


class DoubtfulWords(PolicyError):
    """Words that may be harmless: whoever saves looks at them again and says so."""


def check_restricted_words(declaration: Declaration, texts: Sequence[str], today: date) -> None:
    """Raise PolicyError without the declaration, and for words that seem to hold what they must not.

    Raises:
        DoubtfulWords: for words that a person has to look at again.
    """
    if not declaration.no_intelligence:
        raise PolicyError("Declare that what you save holds no intelligence.")
    words = "\n".join(texts)
    found = [*intelligence_in(words), *identifiers_in(words, today)]
    if found:
        listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
        raise PolicyError(
            f"The words seem to hold {listed}. Take it out: the register holds no intelligence and nothing "
            "that identifies a person. If it is something else, write it another way."
        )
    doubtful = doubtful_words_in(words)
    if doubtful and not declaration.words_checked:
        quoted = ", ".join(f"“{word}”" for word in doubtful)
        raise DoubtfulWords(
            f"Look at {quoted} again: it may be intelligence, which belongs with the police. "
            "If it is not, tick the box that says so."
        )


def check_sources(sources: Mapping[str, date], today: date) -> None:
    """Raise PolicyError unless something informs the risk and no date of it lies ahead."""
    if not sources:
        raise PolicyError("Enter the date of at least one thing that informs the risk.")
    if any(dated_on > today for dated_on in sources.values()):
        raise PolicyError("What informs a risk has a date of today or earlier.")
