"""In what state a recommendation may be changed. The database's triggers agree."""

from __future__ import annotations

from compliance.enums import ExecutiveResponse, RecommendationState
from compliance.models import Recommendation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError

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
        raise PolicyError("The wording is the panel’s. It has been frozen and cannot change.")
