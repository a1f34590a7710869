"""Which step a facilitator may take."""

from __future__ import annotations

from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from training.enums import FacilitatorState
from training.models import Facilitator

_NEXT_STATES: dict[str, frozenset[str]] = {
    FacilitatorState.TRAINED: frozenset({FacilitatorState.OBSERVED, FacilitatorState.LAPSED}),
    FacilitatorState.OBSERVED: frozenset({FacilitatorState.SIGNED_OFF, FacilitatorState.LAPSED}),
    FacilitatorState.SIGNED_OFF: frozenset({FacilitatorState.ACTIVE, FacilitatorState.LAPSED}),
    FacilitatorState.ACTIVE: frozenset({FacilitatorState.LAPSED}),
    FacilitatorState.LAPSED: frozenset({FacilitatorState.OBSERVED}),
}
"""Observed comes before signed off, and whoever lapsed is observed again."""


def next_states(facilitator: Facilitator) -> list[FacilitatorState]:
    """The steps that can follow, in their order."""
    return [state for state in FacilitatorState if state in _NEXT_STATES[facilitator.state]]


def check_step(facilitator: Facilitator, state: str, happened_on: date, by_whom: str, today: date) -> None:
    """Raise PolicyError for a step out of order, in the future, before the last one, or by nobody."""
    if state not in _NEXT_STATES[facilitator.state]:
        wanted = FacilitatorState(state).label.lower()
        present = facilitator.get_state_display().lower()
        raise PolicyError(f"“{wanted}” cannot follow “{present}”.")
    if happened_on > today:
        raise PolicyError("The date cannot be in the future.")
    if happened_on < facilitator.state_since:
        raise PolicyError(f"The date must be on or after {british_date(facilitator.state_since)}.")
    if not by_whom.strip():
        raise PolicyError("Enter the post that observed or decided this.")
