"""When a session, a facilitator, a plan, a request or a survey may be as somebody wants it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from training.enums import FacilitatorState, RequestState, SessionDated, SessionState
from training.models import (
    Course,
    DeliveryPlan,
    Facilitator,
    TrainingRequest,
    TrainingSession,
)

OPEN_SESSIONS = frozenset({SessionState.PLANNED, SessionState.BOOKED})
OPEN_REQUESTS = frozenset({RequestState.ASKED, RequestState.WAITING})
"""Requests that still wait: for an answer, or for a place."""

_NEXT_STATES: dict[str, frozenset[str]] = {
    FacilitatorState.TRAINED: frozenset({FacilitatorState.OBSERVED, FacilitatorState.LAPSED}),
    FacilitatorState.OBSERVED: frozenset({FacilitatorState.SIGNED_OFF, FacilitatorState.LAPSED}),
    FacilitatorState.SIGNED_OFF: frozenset({FacilitatorState.ACTIVE, FacilitatorState.LAPSED}),
    FacilitatorState.ACTIVE: frozenset({FacilitatorState.LAPSED}),
    FacilitatorState.LAPSED: frozenset({FacilitatorState.OBSERVED}),
}
"""Observed comes before signed off, and whoever lapsed is observed again."""


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


def check_course_of(council: Council, course: Course | None) -> None:
    """Raise PolicyError for another council's own course."""
    if course is not None and course.council_id not in {None, council.pk}:
        raise PolicyError("Select a course of the list.")


def check_host(organisations: Collection[Any], host: str) -> None:
    """Raise PolicyError if nobody is named that it is for."""
    if not organisations and not host.strip():
        raise PolicyError("Select at least one organisation, or enter who it is for.")


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


def check_reason(reason: str, words: str) -> None:
    """Raise PolicyError with ``words`` where a reason is missing."""
    if not reason.strip():
        raise PolicyError(words)


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


def check_plan(sessions: int, starts_on: date, due_on: date) -> None:
    """Raise PolicyError for a plan of nothing, or one due before it starts."""
    if sessions < 1:
        raise PolicyError("Enter how many sessions are planned: at least 1.")
    if due_on < starts_on:
        raise PolicyError("The plan must be due on or after the day it starts.")


def check_open_plan(plan: DeliveryPlan) -> None:
    """Raise PolicyError for a plan that was ended."""
    if plan.ended_on is not None:
        raise PolicyError("This delivery plan was ended already.")


def check_open_request(request: TrainingRequest) -> None:
    """Raise PolicyError for a request that was accepted, declined or taken back."""
    if request.state not in OPEN_REQUESTS:
        raise PolicyError(f"This request was {_ENDINGS[request.state]} already.")


_ENDINGS: dict[str, str] = {
    RequestState.ACCEPTED: "accepted",
    RequestState.DECLINED: "declined",
    RequestState.WITHDRAWN: "taken back",
}


def check_answers_request(request: TrainingRequest, session: TrainingSession) -> None:
    """Raise PolicyError unless the session is still to come and of the course that was asked for."""
    if session.state not in OPEN_SESSIONS:
        raise PolicyError("Accept a request with a session that is planned or booked.")
    if request.course_id is not None and session.course_id != request.course_id:
        raise PolicyError("The session is of another course than the request.")


def check_survey(organisation: Any, course: Course | None, questions: Sequence[str]) -> None:
    """Raise PolicyError for a survey of nothing, or one without questions."""
    if organisation is None and course is None:
        raise PolicyError("Select the organisation or the course that the survey is about.")
    if not questions:
        raise PolicyError("Enter at least one question.")
    if len(questions) > 20:
        raise PolicyError("A survey has at most 20 questions.")
    if any(len(text) > 200 for text in questions):
        raise PolicyError("A question has at most 200 characters.")
    if len({text.casefold() for text in questions}) < len(questions):
        raise PolicyError("Two questions are the same.")


def check_wave(
    *,
    invited: int | None,
    responses: int,
    counts: Collection[Sequence[int]],
    closed_on: date,
    baseline_on: date | None,
    today: date,
) -> None:
    """Raise PolicyError for numbers that cannot be: more answers than responses, or responses than invited.

    Args:
        counts: low, medium and high of each question.
        baseline_on: when the baseline closed, for a follow-up; None for the baseline itself.
    """
    if closed_on > today:
        raise PolicyError("The survey must have closed: its last day cannot be in the future.")
    if baseline_on is not None and closed_on <= baseline_on:
        raise PolicyError(
            f"A follow-up comes after the baseline, which closed on {british_date(baseline_on)}."
        )
    if invited is not None and responses > invited:
        raise PolicyError(f"{responses:,} responses are more than the {invited:,} people invited.")
    if any(count < 0 for each in counts for count in each):
        raise PolicyError("Counts cannot be below 0.")
    if any(sum(each) > responses for each in counts):
        raise PolicyError(f"A question has more answers than the {responses:,} responses.")
