"""When a session may be as somebody wants it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from training.enums import FacilitatorState, SessionDated, SessionState
from training.models import Course, DeliveryPlan, Facilitator, TrainingSession

OPEN_SESSIONS = frozenset({SessionState.PLANNED, SessionState.BOOKED})


def check_period(dated: str, starts_on: date, ends_on: date) -> None:
    """Raise PolicyError unless the two days are what ``dated`` says."""
    if ends_on < starts_on:
        raise PolicyError("The last day must be on or after the first day.")
    if dated == SessionDated.DAY and starts_on != ends_on:
        raise PolicyError("A session on one day starts and ends on that day.")
    whole = (date(starts_on.year, 1, 1), date(starts_on.year, 12, 31))
    if dated == SessionDated.YEAR and (starts_on, ends_on) != whole:
        raise PolicyError("A calendar year runs from 1 January to 31 December.")


def check_subject(course: Course | None, title: str) -> None:
    """Raise PolicyError unless it is a session of a course, or a briefing with a title: one, not both."""
    if course is None and not title.strip():
        raise PolicyError("Select the course, or enter the title of the briefing.")
    if course is not None and title.strip():
        raise PolicyError("A session is of a course or a briefing with a title of its own, not both.")


def check_trainer(
    facilitator: Facilitator | None, trainer: str, course: Course | None, courses: Collection[Any]
) -> None:
    """Raise PolicyError for two trainers, for one who has lapsed, or one who may not deliver the course.

    Args:
        courses: keys of the courses that the facilitator may deliver.
    """
    if facilitator is None:
        return
    if trainer.strip():
        raise PolicyError("Select a facilitator or enter a trainer, not both.")
    if facilitator.state == FacilitatorState.LAPSED:
        raise PolicyError(f"{facilitator.name} has lapsed and must be observed again before training.")
    if course is not None and course.pk not in courses:
        raise PolicyError(f"{facilitator.name} may not deliver {course.name}.")


def check_counts_towards(plan: DeliveryPlan | None, course: Course | None) -> None:
    """Raise PolicyError for a session of another course than the plan's, or a plan that was given up."""
    if plan is None:
        return
    if plan.ended_on is not None:
        raise PolicyError("This delivery plan was ended, so no session can count towards it.")
    if course is None or plan.course_id != course.pk:
        raise PolicyError("A session counts towards a delivery plan of the same course only.")


def check_open_session(session: TrainingSession) -> None:
    """Raise PolicyError for a session that was delivered or cancelled."""
    if session.state not in OPEN_SESSIONS:
        raise PolicyError(f"This session is {session.get_state_display().lower()} already.")


def check_delivered(session: TrainingSession, sessions: int, today: date) -> None:
    """Raise PolicyError unless delivered numbers can be recorded: nothing to come, nothing cancelled."""
    if session.state == SessionState.CANCELLED:
        raise PolicyError("This session was cancelled. Plan a new one instead.")
    if session.starts_on > today:
        raise PolicyError(
            f"This session is on {british_date(session.starts_on)}, so it has not been delivered yet."
        )
    if sessions < 1:
        raise PolicyError("Enter how many sessions were delivered: at least 1.")
