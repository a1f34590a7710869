"""In what state a scrutiny review may be changed. The database's triggers agree."""

from __future__ import annotations

import re
from datetime import date

from compliance.enums import ReviewState
from compliance.models import ScrutinyReview
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.numbers import counted

REVIEW_STEPS: dict[ReviewState, tuple[ReviewState, ...]] = {
    ReviewState.DRAFT: (ReviewState.OPEN,),
    ReviewState.OPEN: (ReviewState.PUT_UP,),
    ReviewState.PUT_UP: (ReviewState.OPEN, ReviewState.CLOSED),
    ReviewState.CLOSED: (ReviewState.OPEN,),
}
"""Where a review may go: presented, put up, refused or closed, and by a correction open again."""


_YEAR = re.compile(r"^(\d{4})/(\d{2})(?: to (\d{4})/(\d{2}))?$")


def check_municipal_year(text: str) -> None:
    """Raise PolicyError unless the words name one municipal year, or the first and the last."""
    match = _YEAR.match(text)
    years = [int(part) for part in match.groups() if part] if match else []
    if not years or any(
        (first + 1) % 100 != last for first, last in zip(years[::2], years[1::2], strict=True)
    ):
        raise PolicyError("Enter a municipal year like 2012/13, or 2012/13 to 2013/14.")
    if len(years) == 4 and years[2] <= years[0]:
        raise PolicyError("The second municipal year must be later than the first.")


def check_review_dates(*, began_on: date | None, agreed_on: date | None) -> None:
    """Raise PolicyError if the panel agreed its report before it began."""
    if began_on and agreed_on and agreed_on < began_on:
        raise PolicyError("The panel cannot have agreed its report before the review began.")


def check_not_closed(review: ScrutinyReview) -> None:
    """Raise PolicyError if the review is closed: then only a body's correction changes anything."""
    if review.is_closed:
        raise PolicyError("This review is closed. Only a correction that a body has made can be added.")


def check_review_step(review: ScrutinyReview, after: ReviewState) -> None:
    """Raise PolicyError unless the review may go from its state to this one."""
    if after not in REVIEW_STEPS[ReviewState(review.state)]:
        raise PolicyError(
            f"A review that is “{review.get_state_display().lower()}” cannot become “{after.label.lower()}”."
        )


def check_presentable(*, recommendations: int, without_words: list[int]) -> None:
    """Raise PolicyError unless there is something to present, all in words."""
    if not recommendations:
        raise PolicyError("Add the recommendations first: there is nothing to present yet.")
    if without_words:
        numbers = ", ".join(str(number) for number in without_words)
        raise PolicyError(f"Enter the words of each recommendation first. Missing: {numbers}.")


def check_heard(review: ScrutinyReview, heard_on: date, today: date) -> None:
    """Raise PolicyError for a day that has not come, or one before the review was presented."""
    if heard_on > today:
        raise PolicyError("A body cannot have decided on a day that has not come yet.")
    if review.presented_on and heard_on < review.presented_on:
        raise PolicyError("A body cannot have decided before the review was presented.")


def check_can_be_put_up(review: ScrutinyReview, *, unanswered: int) -> None:
    """Raise PolicyError while recommendations wait for the executive's response."""
    check_review_step(review, ReviewState.PUT_UP)
    if unanswered:
        raise PolicyError(
            f"{counted(unanswered, 'recommendation has', 'recommendations have')} no executive response yet. "
            "Record it before the review is put up for closure."
        )


def check_closure_decision(review: ScrutinyReview, *, by: User, after: ReviewState) -> None:
    """Raise PolicyError unless somebody other than who put the review up records the decision (OP-6)."""
    if review.state != ReviewState.PUT_UP:
        raise PolicyError("This review is not put up for closure.")
    check_review_step(review, after)
    if review.put_up_by_id == by.pk:
        raise PolicyError("You put this review up, so somebody else records what the body decided.")
