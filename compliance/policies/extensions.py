"""When more time may be asked for, and who may decide so."""

from __future__ import annotations

from datetime import date

from compliance.enums import ExtensionState
from compliance.models import Action, ExtensionRequest
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date


def check_extension_asked(*, action: Action, wished_on: date, reason: str) -> None:
    """Raise PolicyError unless more time may be asked for an action: open, for a later day, with a reason."""
    if not action.is_open:
        raise PolicyError("The action is closed, so its due date cannot move.")
    if wished_on <= action.due_on:
        raise PolicyError(f"The new date must be later than the present one, {british_date(action.due_on)}.")
    if not reason.strip():
        raise PolicyError("Enter why more time is needed.")


def check_extension_decided(
    *, request: ExtensionRequest, by: User, approve: bool, granted_on: date | None, note: str
) -> None:
    """Raise PolicyError unless this person may decide this request so: open, and not one's own (OP-6)."""
    if not request.is_open:
        raise PolicyError(
            f"This request is {ExtensionState(request.state).label.lower()} already. Nothing was changed."
        )
    if request.asked_by_id == by.pk:
        raise PolicyError("You asked for this yourself, so somebody else decides it.")
    if not approve and not note.strip():
        raise PolicyError("Enter why the request is refused.")
    if approve and granted_on is None:
        raise PolicyError("Enter the date that you approve.")
    if approve and granted_on is not None and not request.due_on < granted_on <= request.wished_on:
        raise PolicyError(
            f"The date must be after {british_date(request.due_on)} and not later than the one asked for, "
            f"{british_date(request.wished_on)}."
        )
