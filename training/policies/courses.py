"""Which courses a council may use, and what it may call its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.models import Course


def check_course_of(council: Council, course: Course | None) -> None:
    """Raise PolicyError for another council's own course."""
    if course is not None and course.council_id not in {None, council.pk}:
        raise PolicyError("Select a course of the list.")


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
