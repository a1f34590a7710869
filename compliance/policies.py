"""In what state a thing may be changed. Who may is permissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.enums import ActionStatus, ReportState, TimescaleKind
from compliance.models import Edition, Report, ReportSection
from compliance.queries.report_content import unwritten
from prevent_portal.accounts.models import User

TRANSITIONS: dict[ActionStatus, tuple[ActionStatus, ...]] = {
    ActionStatus.NOT_STARTED: (ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.IN_PROGRESS: (ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.ON_HOLD: (ActionStatus.IN_PROGRESS, ActionStatus.COMPLETE),
    ActionStatus.COMPLETE: (ActionStatus.IN_PROGRESS,),
    ActionStatus.WITHDRAWN: (),
}
"""Where an action may go from each status. Whoever edits plans may also withdraw one that is open."""


class PolicyError(Exception):
    """A refusal that people may read: the message is a sentence for the page."""


class AlreadySent(PolicyError):
    """A form's token was used for something else."""


@dataclass(frozen=True)
class Difference:
    """One thing that two people wrote differently."""

    field: str
    label: str
    theirs: str
    yours: str


class StaleVersion(PolicyError):
    """Somebody else saved first. Carries both texts, so that neither is lost."""

    def __init__(self, *, version: int, differences: Sequence[Difference]) -> None:
        super().__init__(
            "Somebody else saved this while you were writing. Nothing of yours is lost: compare the two "
            "below, then save again."
        )
        self.version = version
        self.differences = tuple(differences)


def check_same_sending(*, same_thing: bool, same_person: bool) -> None:
    """Raise AlreadySent unless a token that came before came for the same thing from the same person."""
    if not (same_thing and same_person):
        raise AlreadySent("This form was sent before for something else. Open the page again.")


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
