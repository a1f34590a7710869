"""When a survey and the numbers of its waves may be as somebody wants them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from training.models import Course


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
