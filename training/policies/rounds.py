"""When a round may be opened or changed, and when an organisation may get more time."""

from __future__ import annotations

from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from training.models import TrainingRound

MOST_DAYS = 180
"""Later than half a year after a quarter, a deadline is a slip of the pen."""


class DueDateRefused(PolicyError):
    """The date that was given cannot be the deadline."""


def check_round(*, quarter: Quarter, due_on: date, today: date) -> None:
    """Refuse a round of a quarter that runs still, or a due date that makes no sense for it."""
    if quarter.end >= today:
        raise PolicyError(f"{quarter.words} is not over yet, so there is nothing to return.")
    if due_on <= quarter.end:
        raise DueDateRefused(f"The deadline must be after the quarter ends on {british_date(quarter.end)}.")
    if (due_on - quarter.end).days > MOST_DAYS:
        raise DueDateRefused(f"The deadline must be within {MOST_DAYS} days after the quarter.")


def check_round_open(found: TrainingRound) -> None:
    """Refuse a change of a round that is closed."""
    if not found.is_open:
        raise PolicyError("This round is closed. Open it again first.")


def check_extension(*, deadline: date, due_on: date, period_end: date, reason: str) -> None:
    """Refuse an extension that gives no more time, too much, or no reason."""
    if not reason.strip():
        raise PolicyError("Say why the organisation gets more time. The reason stays on record.")
    if due_on <= deadline:
        raise DueDateRefused(f"The new deadline must be after the one in force, {british_date(deadline)}.")
    if (due_on - period_end).days > 2 * MOST_DAYS:
        raise DueDateRefused("The new deadline must be within a year after the quarter.")
