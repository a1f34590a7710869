"""In what state a scrutiny review or a recommendation may be changed. The database's triggers agree."""

from __future__ import annotations

import re
from datetime import date

from compliance.enums import ExecutiveResponse, RecommendationState, ReviewState
from compliance.models import Recommendation, ScrutinyReview
from compliance.policies import PolicyError
from prevent_portal.accounts.models import User
from prevent_portal.web.numbers import counted

REVIEW_STEPS: dict[ReviewState, tuple[ReviewState, ...]] = {
    ReviewState.DRAFT: (ReviewState.OPEN,),
    ReviewState.OPEN: (ReviewState.PUT_UP,),
    ReviewState.PUT_UP: (ReviewState.OPEN, ReviewState.CLOSED),
    ReviewState.CLOSED: (ReviewState.OPEN,),
}
"""Where a review may go: presented, put up, refused or closed, and by a correction open again."""

RECOMMENDATION_STEPS: dict[RecommendationState, tuple[RecommendationState, ...]] = {
    RecommendationState.OPEN: (RecommendationState.PROPOSED, RecommendationState.NO_ACTION),
    RecommendationState.NO_ACTION: (RecommendationState.PROPOSED, RecommendationState.OPEN),
    RecommendationState.PROPOSED: (
        RecommendationState.COMPLETE,
        RecommendationState.ACTIONED,
        RecommendationState.OPEN,
        RecommendationState.NO_ACTION,
    ),
    RecommendationState.COMPLETE: (RecommendationState.OPEN,),
    RecommendationState.ACTIONED: (RecommendationState.NO_ACTION,),
}
"""Where a recommendation may go. Nothing is complete that was not proposed first."""

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


def check_response(recommendation: Recommendation, response: str, reason: str) -> None:
    """Raise PolicyError unless the response can be recorded and says why where it must."""
    if not response:
        raise PolicyError("Select the executive response.")
    if response != ExecutiveResponse.ACCEPT and not reason.strip():
        raise PolicyError("Enter the reason why it was not accepted, or accepted only in part.")
    if recommendation.state not in {RecommendationState.OPEN, RecommendationState.NO_ACTION}:
        raise PolicyError(
            f"The response cannot change while the recommendation is "
            f"“{recommendation.get_state_display().lower()}”."
        )


def check_can_be_proposed(recommendation: Recommendation) -> None:
    """Raise PolicyError unless there is an answer whose completion can be proposed."""
    if recommendation.review.is_draft:
        raise PolicyError("The review has not been presented yet.")
    if recommendation.response == ExecutiveResponse.PENDING:
        raise PolicyError("The executive has not answered this recommendation yet.")
    if RecommendationState.PROPOSED not in RECOMMENDATION_STEPS[RecommendationState(recommendation.state)]:
        raise PolicyError(
            f"This recommendation is “{recommendation.get_state_display().lower()}” already."
            if recommendation.state != RecommendationState.PROPOSED
            else "Its completion has been proposed already."
        )


def check_evidence(*, has_evidence: bool, why_no_evidence: str) -> None:
    """Raise PolicyError unless there is a file or link, or a reason why there is none; not both."""
    if not has_evidence and not why_no_evidence.strip():
        raise PolicyError("Attach a file, give a link, or say why there is no evidence.")
    if has_evidence and why_no_evidence.strip():
        raise PolicyError("You gave evidence and said why there is none. Take one of the two out.")


def check_completion_decision(recommendation: Recommendation, *, by: User) -> None:
    """Raise PolicyError unless a proposal waits that somebody else made (OP-6)."""
    if recommendation.state != RecommendationState.PROPOSED:
        raise PolicyError("Nobody has proposed that this recommendation is complete.")
    if recommendation.proposed_by_id == by.pk:
        raise PolicyError("You proposed it, so somebody else records what the committee decided.")


def settled_state(recommendation: Recommendation) -> RecommendationState:
    """What a confirmed proposal makes of it: complete, or rejected and since actioned."""
    if recommendation.response == ExecutiveResponse.REJECT:
        return RecommendationState.ACTIONED
    return RecommendationState.COMPLETE


def unsettled_state(recommendation: Recommendation) -> RecommendationState:
    """What it is while nothing is proposed or confirmed."""
    if recommendation.response == ExecutiveResponse.REJECT:
        return RecommendationState.NO_ACTION
    return RecommendationState.OPEN


def check_can_be_reopened(recommendation: Recommendation) -> None:
    """Raise PolicyError unless it was confirmed."""
    if recommendation.state not in {RecommendationState.COMPLETE, RecommendationState.ACTIONED}:
        raise PolicyError("Only a recommendation that was confirmed can be opened again.")


def check_wording(recommendation: Recommendation, wording: str) -> None:
    """Raise PolicyError if frozen words would change."""
    if recommendation.frozen_at is not None and wording != recommendation.wording:
        raise PolicyError("The wording is the panel's. It has been frozen and cannot change.")
