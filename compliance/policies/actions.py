"""In what state an action may change, and why rows of several cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from compliance.enums import ActionStatus
from prevent_portal.tenancy.refusals import Difference, PolicyError

TRANSITIONS: dict[ActionStatus, tuple[ActionStatus, ...]] = {
    ActionStatus.NOT_STARTED: (ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.IN_PROGRESS: (ActionStatus.ON_HOLD, ActionStatus.COMPLETE),
    ActionStatus.ON_HOLD: (ActionStatus.IN_PROGRESS, ActionStatus.COMPLETE),
    ActionStatus.COMPLETE: (ActionStatus.IN_PROGRESS,),
    ActionStatus.WITHDRAWN: (),
}
"""Where an action may go from each status. Whoever edits plans may also withdraw one that is open."""


@dataclass(frozen=True)
class RefusedRow:
    """Why one row of several cannot be applied; a stale one carries both texts and the version to send."""

    action_id: UUID
    reference: str
    words: str
    version: int | None = None
    differences: tuple[Difference, ...] = ()


class RowsRefused(PolicyError):
    """Rows of a bulk change that cannot be applied, each by name. None of the others is applied either."""

    def __init__(self, problems: Sequence[RefusedRow]) -> None:
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
