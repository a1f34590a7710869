"""In what state a return may be sent or reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from prevent_portal.tenancy.refusals import PolicyError
from training.enums import Reported, ReturnState
from training.figures import FigureRow
from training.models import ReturnUpload


class ReturnRefused(PolicyError):
    """The change is not allowed; the text says why in words for the person who asked for it."""


def require_confirmable(upload: ReturnUpload | None, now: datetime) -> ReturnUpload:
    """The checked file, or the refusal of one that has waited too long: the figures it was compared with may
    have changed. None where what lapsed was swept already.
    """
    if upload is None or upload.expires_at <= now:
        raise ReturnRefused("This file was checked more than a day ago. Send it again.")
    return upload


def require_own_rows(rows: Iterable[FigureRow], organisation_ids: set[UUID]) -> None:
    """Refuse rows of an organisation that the person may no longer send for (UP-6)."""
    if any(row.organisation_id not in organisation_ids for row in rows):
        raise ReturnRefused("You can no longer send returns for an organisation in this file.")


def require_reviewable(state: ReturnState, comment: str) -> None:
    """Refuse a review that says nothing, or that is none."""
    if state not in {ReturnState.ACCEPTED, ReturnState.QUERIED}:
        raise ReturnRefused("A return is accepted or queried.")
    if state == ReturnState.QUERIED and not comment.strip():
        raise ReturnRefused("Say what you are asking, so that the organisation can answer.")


def check_figures(*, reported: Reported, eligible: int | None, compliant: int | None) -> None:
    """Refuse figures that say two things at once, or too little to be sent."""
    if reported == Reported.FIGURES:
        if not eligible or compliant is None:
            raise PolicyError(
                "Enter how many staff need the course and how many are compliant, or choose nil."
            )
        if compliant > eligible:
            raise PolicyError("There cannot be more compliant staff than eligible staff.")
