"""In what state an improvement plan may be agreed, changed and ended. Who may is permissions."""

from __future__ import annotations

from datetime import date

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError
from training.enums import ImprovementState
from training.models import ImprovementPlan


def check_open(plan: ImprovementPlan) -> None:
    """Raise PolicyError unless the plan is open."""
    if not plan.is_open:
        raise PolicyError("This plan has ended. Nothing was changed.")


def check_agreed(*, reason: str, target_on: date, today: date, is_monitor: bool, is_new: bool) -> None:
    """Raise PolicyError unless a plan's head says why, until when, and who watches it."""
    if not reason.strip():
        raise PolicyError("Enter why the plan is needed.")
    if is_new and target_on <= today:
        raise PolicyError("The target date must be in the future.")
    if not is_monitor:
        raise PolicyError("Choose somebody who works for the council and may report on plans.")


def check_ended(*, plan: ImprovementPlan, state: ImprovementState, reason: str) -> None:
    """Raise PolicyError unless an open plan may end so: closed needs a reason, achieved does not."""
    check_open(plan)
    if state not in {ImprovementState.ACHIEVED, ImprovementState.CLOSED}:
        raise PolicyError("A plan ends when the target is reached, or is closed without it.")
    if state == ImprovementState.CLOSED and not reason.strip():
        raise PolicyError("Enter why the plan is closed without reaching the target.")


def check_milestone(*, plan: ImprovementPlan, text: str) -> None:
    """Raise PolicyError unless a milestone may be added or changed."""
    check_open(plan)
    if not text.strip():
        raise PolicyError("Enter what is to be done.")


def check_done(*, plan: ImprovementPlan, done_on: date | None, today: date) -> None:
    """Raise PolicyError unless a milestone may be marked so: done today or before, or not done."""
    check_open(plan)
    if done_on is not None and done_on > today:
        raise PolicyError("The day it was done cannot lie in the future.")


def check_note(*, text: str) -> None:
    """Raise PolicyError for a note that says nothing."""
    if not text.strip():
        raise PolicyError("Enter what has happened.")


def may_report_on(plan: ImprovementPlan, person: User, *, edits: bool, is_own: bool) -> bool:
    """Whether a person with the right to report may do so here: who edits plans, who watches this one, and
    whoever acts for the organisation it is about."""
    return edits or is_own or plan.monitor_id == person.pk
