"""In what state a thing may be changed. Who may is permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.enums import ActionStatus, ReportState, TimescaleKind
from compliance.models import Edition, Report, ReportSection
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

__all__ = ["AlreadySent", "Difference", "PolicyError", "StaleVersion", "check_same_sending"]
from prevent_portal.web.wording import doubtful_words_in, identifiers_in, intelligence_in

TRANSITIONS: dict[ActionStatus, tuple[ActionStatus, ...]] = {
    ActionStatus.NOT_STARTED: (ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.IN_PROGRESS: (ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.ON_HOLD: (ActionStatus.IN_PROGRESS, ActionStatus.COMPLETE),
    ActionStatus.COMPLETE: (ActionStatus.IN_PROGRESS,),
    ActionStatus.WITHDRAWN: (),
}
"""Where an action may go from each status. Whoever edits plans may also withdraw one that is open."""


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


def check_move(*, due_on: date, moved_to: date, reason: str) -> None:
    """Raise PolicyError unless the date changes and somebody said why."""
    if moved_to == due_on:
        raise PolicyError("The new due date is the one it has already.")
    if not reason.strip():
        raise PolicyError("Enter the reason for moving the date.")


def check_answer(
    *, edition: Edition, status: str, response: str, timescale: str, due_on: date | None
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
