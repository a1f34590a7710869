"""When a round, an extension, an expectation, a course or a typed figure may be stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from training.enums import Reported
from training.models import Course, TrainingRound

MOST_DAYS = 180
"""Later than half a year after a quarter, a deadline is a slip of the pen."""


class DueDateRefused(PolicyError):
    """The date that was given cannot be the deadline."""


def check_round(*, quarter: Quarter, due_on: date, today: date) -> None:
    """Refuse a round of a quarter that runs still, or a due date that makes no sense for it."""
    if quarter.end >= today:
        raise PolicyError(f"{quarter.words} is not over yet, so there is nothing to return.")
    if due_on <= quarter.end:
        raise DueDateRefused(f"The due date must be after the quarter ends on {british_date(quarter.end)}.")
    if (due_on - quarter.end).days > MOST_DAYS:
        raise DueDateRefused(f"The due date must be within {MOST_DAYS} days after the quarter.")


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


def check_expected(
    *, course: Course, council_staff_only: bool, starts_on: date, ends_on: date | None
) -> None:
    """Refuse an expectation that starts within a quarter, ends before it starts, or shares a local course."""
    if starts_on != Quarter.of(starts_on).start:
        raise PolicyError("The first day must be the first day of a quarter, such as 1 April 2019.")
    if ends_on is not None:
        if ends_on < starts_on:
            raise PolicyError("The last day must be after the first day.")
        if ends_on != Quarter.of(ends_on).end:
            raise PolicyError("The last day must be the last day of a quarter, such as 31 March 2020.")
    if course.is_local and not council_staff_only:
        raise PolicyError(
            f"{course.name} is the council’s own course, so its returns are about staff based in the area."
        )


def check_course_names(*, name: str, others: list[str], in_use: Mapping[str, str]) -> None:
    """Refuse a name that means another course already: a return could not tell which."""
    if not re.search(r"\w", name):
        raise PolicyError("Enter the name of the course.")
    given = [name, *others]
    if len({each.lower() for each in given}) < len(given):
        raise PolicyError("Each name must be given once.")
    for each in given:
        if each.lower() in in_use:
            raise PolicyError(f"“{each}” means {in_use[each.lower()]} already. Choose another name.")


def check_figures(*, reported: Reported, eligible: int | None, compliant: int | None) -> None:
    """Refuse figures that say two things at once, or too little to be sent."""
    if reported == Reported.FIGURES:
        if not eligible or compliant is None:
            raise PolicyError(
                "Enter how many staff need the course and how many are compliant, or choose nil."
            )
        if compliant > eligible:
            raise PolicyError("There cannot be more compliant staff than eligible staff.")
