"""When a request for training may be answered, and with what."""

from __future__ import annotations

from prevent_portal.tenancy.refusals import PolicyError
from training.enums import RequestState
from training.models import TrainingRequest, TrainingSession
from training.policies.sessions import OPEN_SESSIONS

OPEN_REQUESTS = frozenset({RequestState.ASKED, RequestState.WAITING})
"""Requests that still wait: for an answer, or for a place."""

_ENDINGS: dict[str, str] = {
    RequestState.ACCEPTED: "accepted",
    RequestState.DECLINED: "declined",
    RequestState.WITHDRAWN: "taken back",
}


def check_open_request(request: TrainingRequest) -> None:
    """Raise PolicyError for a request that was accepted, declined or taken back."""
    if request.state not in OPEN_REQUESTS:
        raise PolicyError(f"This request was {_ENDINGS[request.state]} already.")


def check_answers_request(request: TrainingRequest, session: TrainingSession) -> None:
    """Raise PolicyError unless the session is still to come and of the course that was asked for."""
    if session.state not in OPEN_SESSIONS:
        raise PolicyError("Accept a request with a session that is planned or booked.")
    if request.course_id is not None and session.course_id != request.course_id:
        raise PolicyError("The session is of another course than the request.")
