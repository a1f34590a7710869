"""Which courses a council may use."""

from __future__ import annotations

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.models import Course


def check_course_of(council: Council, course: Course | None) -> None:
    """Raise PolicyError for another council's own course."""
    if course is not None and course.council_id not in {None, council.pk}:
        raise PolicyError("Select a course of the list.")
