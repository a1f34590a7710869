"""What a council may expect of an organisation each quarter, and when it may take it back."""

from __future__ import annotations

from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.quarters import Quarter
from training.models import Course


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


def check_removable(*, asked_before: bool) -> None:
    """Refuse to take back what a closed round has asked for: its record stays whole."""
    if asked_before:
        raise PolicyError(
            "A closed round has asked for this return already. Say until when it is expected instead."
        )
