"""Ask for a later due date, decide on it, take it back. One person asks, another decides (OP-6)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import ExtensionState
from compliance.models import Action, DueDateMove, ExtensionRequest
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from compliance.policies.extensions import check_extension_asked, check_extension_decided
from compliance.services.plans import lock_action, touch
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.web.dates import british_date


def request_extension(
    *, action: Action, by: User, version: int, wished_on: date, reason: str, token: UUID
) -> ExtensionRequest:
    """Ask for a later due date. Nothing moves until somebody else approves it.

    Args:
        token: of the form; the same token again returns the request that is there and changes nothing.
        version: of the action as the person saw it.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both dates.
        PolicyError: for a closed action, a date that is not later, no reason, or where a request is open.
    """
    with transaction.atomic():
        locked = lock_action(action)
        sent = ExtensionRequest.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.action_id == locked.pk, same_person=sent.asked_by_id == by.pk)
            return sent
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference("wished_on", "Due date", british_date(locked.due_on), british_date(wished_on))
                ],
            )
        check_extension_asked(action=locked, wished_on=wished_on, reason=reason)
        if ExtensionRequest.objects.filter(
            council=locked.council_id, action=locked, state=ExtensionState.OPEN
        ).exists():
            raise PolicyError("A request for this action waits for a decision already.")
        request = ExtensionRequest.objects.create(
            council=locked.council,
            action=locked,
            due_on=locked.due_on,
            wished_on=wished_on,
            reason=reason.strip(),
            asked_by=by,
            token=token,
        )
        record(action="compliance.extension_asked", subject=locked, details={"request": request.pk})
    return request


def decide_extension(
    *,
    request: ExtensionRequest,
    by: User,
    approve: bool,
    granted_on: date | None = None,
    note: str = "",
) -> ExtensionRequest:
    """Approve a request, for the date wished or an earlier one, or refuse it with a reason.

    An approval moves the due date in force; the first one stays, and the move is counted (rule 11).

    Raises:
        PolicyError: from the person who asked, for a request that is decided, or a date that was not asked
            for; without a reason for a refusal; for an action that was closed meanwhile.
    """
    with transaction.atomic():
        action = lock_action(request.action)
        locked = ExtensionRequest.objects.select_for_update(no_key=True).get(
            council=request.council_id, pk=request.pk
        )
        granted = (granted_on or locked.wished_on) if approve else None
        check_extension_decided(request=locked, by=by, approve=approve, granted_on=granted, note=note)
        if approve and not action.is_open:
            raise PolicyError("The action is closed, so its due date cannot move.")
        locked.state = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
        locked.granted_on = granted
        locked.note = note.strip()
        locked.decided_by = by
        locked.decided_at = timezone.now()
        locked.save(update_fields=["state", "granted_on", "note", "decided_by", "decided_at"])
        if granted is not None:
            DueDateMove.objects.create(
                council=action.council,
                action=action,
                moved_from=action.due_on,
                moved_to=granted,
                reason=locked.reason,
                request=locked,
                by=by,
            )
            action.due_on = granted
            action.times_moved += 1
            touch(action, by=by, fields=["due_on", "times_moved"])
        word = "approved" if approve else "refused"
        record(action=f"compliance.extension_{word}", subject=action, details={"request": locked.pk})
    return locked


def withdraw_extension(*, request: ExtensionRequest, by: User) -> ExtensionRequest:
    """Take one's own request back while nobody has decided it.

    Raises:
        PolicyError: for somebody else's request, or one that is decided.
    """
    with transaction.atomic():
        locked = ExtensionRequest.objects.select_for_update(no_key=True).get(
            council=request.council_id, pk=request.pk
        )
        if locked.asked_by_id != by.pk:
            raise PolicyError("Only the person who asked can take the request back.")
        if not locked.is_open:
            raise PolicyError(
                f"This request is {ExtensionState(locked.state).label.lower()} already. Nothing was changed."
            )
        take_back(locked)
    return locked


def take_back(request: ExtensionRequest) -> None:
    """Close an open, locked request without a decision."""
    request.state = ExtensionState.WITHDRAWN
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "decided_at"])
    record(action="compliance.extension_withdrawn", subject=request.action, details={"request": request.pk})


def take_back_of_closed(action: Action) -> None:
    """Close the open request of an action that has just been closed: nothing is left to decide."""
    for request in (
        ExtensionRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("action")
        .filter(council=action.council_id, action=action, state=ExtensionState.OPEN)
    ):
        take_back(request)
