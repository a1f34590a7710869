"""How compliance's states are printed: words first, a colour beside them."""

from __future__ import annotations

from typing import cast

from compliance.enums import (
    ActionRating,
    ActionStatus,
    AnswerState,
    ExecutiveResponse,
    RecommendationState,
    ReviewState,
)
from compliance.queries.checklist import NOT_ANSWERED, TO_CONFIRM
from prevent_portal.web.components import Colour, Rating, RatingColour, Tag

_STATUS: dict[str, Colour] = {
    ActionStatus.NOT_STARTED: "grey",
    ActionStatus.IN_PROGRESS: "blue",
    ActionStatus.ON_HOLD: "yellow",
    ActionStatus.COMPLETE: "green",
    ActionStatus.WITHDRAWN: "purple",
}
_COUNTS_AS: dict[str, Colour] = {
    "in_place": "green",
    "under_way": "blue",
    "not_started": "orange",
    "not_applicable": "grey",
    TO_CONFIRM: "purple",
    NOT_ANSWERED: "yellow",
}
_ANSWER_STATE: dict[AnswerState, Colour] = {
    AnswerState.TO_ANSWER: "yellow",
    AnswerState.DRAFT: "grey",
    AnswerState.SUBMITTED: "blue",
    AnswerState.RETURNED: "orange",
    AnswerState.ACCEPTED: "green",
}
_RESPONSE: dict[str, Colour] = {
    ExecutiveResponse.ACCEPT: "green",
    ExecutiveResponse.ACCEPT_IN_PART: "yellow",
    ExecutiveResponse.REJECT: "red",
    ExecutiveResponse.PENDING: "grey",
}
_RECOMMENDATION: dict[RecommendationState, Colour] = {
    RecommendationState.OPEN: "blue",
    RecommendationState.PROPOSED: "purple",
    RecommendationState.COMPLETE: "green",
    RecommendationState.NO_ACTION: "grey",
    RecommendationState.ACTIONED: "teal",
}
_REVIEW: dict[ReviewState, Colour] = {
    ReviewState.DRAFT: "grey",
    ReviewState.OPEN: "blue",
    ReviewState.PUT_UP: "purple",
    ReviewState.CLOSED: "green",
}


def status_tag(status: str) -> Tag:
    return Tag(ActionStatus(status).label, _STATUS[status])


def rating_mark(rating: str) -> Rating:
    """A rating with its own words; "Not rated" where there is none."""
    return Rating(cast(RatingColour, rating or "grey"), ActionRating(rating).label.partition(": ")[2])


def answer_state_tag(state: str) -> Tag:
    """Where an answer stands between its respondent and the coordinator."""
    return Tag(AnswerState(state).label, _ANSWER_STATE[AnswerState(state)])


def counts_colour(counts_as: str) -> Colour:
    return _COUNTS_AS[counts_as]


def recommendation_tag(state: str) -> Tag:
    """What became of a recommendation."""
    known = RecommendationState(state)
    return Tag(known.label, _RECOMMENDATION[known])


def review_tag(label: str) -> Tag:
    """Where a review stands, by the printed words."""
    return Tag(label, next(colour for state, colour in _REVIEW.items() if state.label == label))


def response_tag(label: str) -> Tag:
    """The tag of an executive response, by its printed words."""
    return Tag(label, next(_RESPONSE[value] for value, words in ExecutiveResponse.choices if words == label))


_BANDS: tuple[tuple[int, str, Colour], ...] = (
    (17, "Very high", "red"),
    (10, "High", "orange"),
    (5, "Medium", "yellow"),
    (1, "Low", "green"),
)
"""From which score of likelihood times impact a risk is called so."""


def score_tag(score: int) -> Tag:
    """A risk's score with its band in words, such as "High: 12"."""
    words, colour = next((words, colour) for least, words, colour in _BANDS if score >= least)
    return Tag(f"{words}: {score}", colour)
