"""Log progress on an action, or on many at once in a review meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from compliance.enums import ActionRating, ActionStatus
from compliance.models import Action, ProgressEntry
from compliance.policies import AlreadySent, Difference, PolicyError, StaleVersion, check_same_sending
from compliance.policies.actions import RefusedRow, RowsRefused, check_status_change
from compliance.queries.plans import PROGRESS_FILES
from compliance.services.extensions import take_back_of_closed
from compliance.services.plans import lock_action, touch
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council

MOST_ROWS = 50
"""Actions that one bulk update may change: a page of its form."""


def log_progress(
    *,
    action: Action,
    by: User,
    note: str,
    rating: str,
    status: str,
    version: int,
    token: UUID,
    edits_plans: bool = False,
    upload: UploadedFile[Any] | None = None,
) -> ProgressEntry:
    """Add a line to an action's log and set its rating and status.

    Args:
        token: of the form; the same token again returns the line that is there and changes nothing.
        version: of the action as the person saw it.
        edits_plans: whether the person may also withdraw the action.
        upload: evidence, kept with the line or not at all.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a note, or for a status that does not follow from the present one.
        prevent_portal.documents.policies.FileRefused: with a sentence about the file.
    """
    with transaction.atomic():
        locked = lock_action(action)
        sent = ProgressEntry.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.action_id == locked.pk, same_person=sent.by_id == by.pk)
            return sent
        if not note.strip():
            raise PolicyError("Enter what has happened.")
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=_differences(locked, note, rating, status))
        check_status_change(locked.status, status, edits_plans=edits_plans)
        entry = _enter(locked, by=by, note=note, rating=rating, status=status, token=token)
        if upload is not None:
            attach_file(
                council=locked.council,
                by=by,
                upload=upload,
                title="",
                kind=PROGRESS_FILES,
                object_id=entry.pk,
            )
        record(action="compliance.progress_logged", subject=locked, details={"entry": entry.pk})
    return entry


@dataclass(frozen=True)
class ProgressRow:
    """What one row of a bulk update says of an action, and the version it was seen in."""

    action: Action
    version: int
    rating: str
    status: str
    note: str


def log_progress_on_many(
    *, council: Council, by: User, rows: Sequence[ProgressRow], token: UUID, edits_plans: bool = False
) -> list[ProgressEntry]:
    """Log progress on several actions: all of the rows or none.

    Only rows that say something are written: those with a note, or another rating or status than the action
    has. The same token again returns the lines that are there and changes nothing.

    Raises:
        RowsRefused: with every row that cannot be applied and why, stale ones included; nothing is applied.
        AlreadySent: if the token came before with other rows.
        PolicyError: for more than :data:`MOST_ROWS` rows.
    """
    if len(rows) > MOST_ROWS:
        raise PolicyError(f"Change at most {MOST_ROWS} actions at once.")
    with transaction.atomic():
        locked = {
            action.pk: action
            for action in Action.objects.select_for_update(of=("self",), no_key=True)
            .select_related("owner")
            .filter(council=council, pk__in=[row.action.pk for row in rows])
            .order_by("pk")
        }
        tokens = {row.action.pk: uuid5(token, str(row.action.pk)) for row in rows}
        sent = list(ProgressEntry.objects.filter(council=council, token__in=list(tokens.values())))
        if sent:
            return _check_sent(sent, rows, by)
        problems = []
        changed = []
        for row in rows:
            action = locked[row.action.pk]
            if row.rating == row.action.rating and row.status == row.action.status and not row.note.strip():
                continue
            problem = _problem_of(row, action, edits_plans)
            if problem is not None:
                problems.append(problem)
            changed.append(row)
        if problems:
            raise RowsRefused(problems)
        entries = []
        for row in changed:
            action = locked[row.action.pk]
            entry = _enter(
                action, by=by, note=row.note, rating=row.rating, status=row.status, token=tokens[action.pk]
            )
            record(action="compliance.progress_logged", subject=action, details={"entry": entry.pk})
            entries.append(entry)
    return entries


def _check_sent(sent: list[ProgressEntry], rows: Sequence[ProgressRow], by: User) -> list[ProgressEntry]:
    """The lines that this very sending made before, else AlreadySent."""
    said = {(row.action.pk, row.note.strip(), row.rating, row.status) for row in rows if row.note.strip()}
    made = {(entry.action_id, entry.note, entry.rating, entry.status) for entry in sent}
    if said != made or any(entry.by_id != by.pk for entry in sent):
        raise AlreadySent("This form was sent before with other answers. Open the page again.")
    return sent


def _problem_of(row: ProgressRow, action: Action, edits_plans: bool) -> RefusedRow | None:
    if row.version != action.version:
        return RefusedRow(
            action_id=action.pk,
            reference=action.reference,
            words=f"Somebody else saved {action.reference} while you were writing.",
            version=action.version,
            differences=tuple(_differences(action, row.note, row.rating, row.status)),
        )
    try:
        if not row.note.strip():
            raise PolicyError(f"Enter what has happened on {action.reference}.")
        check_status_change(action.status, row.status, edits_plans=edits_plans)
    except PolicyError as problem:
        return RefusedRow(action_id=action.pk, reference=action.reference, words=str(problem))
    return None


def _enter(action: Action, *, by: User, note: str, rating: str, status: str, token: UUID) -> ProgressEntry:
    """Write a line of a locked action's log, and what it says of the action itself."""
    entry = ProgressEntry.objects.create(
        council=action.council,
        action=action,
        note=note.strip(),
        rating=rating,
        rating_before=action.rating,
        status=status,
        status_before=action.status,
        by=by,
        token=token,
    )
    action.rating = rating
    action.status = status
    if status != entry.status_before:
        action.completed_on = timezone.localdate() if status == ActionStatus.COMPLETE else None
    touch(action, by=by, fields=["rating", "status", "completed_on"])
    if not action.is_open:
        take_back_of_closed(action)
    return entry


def _differences(action: Action, note: str, rating: str, status: str) -> list[Difference]:
    found = []
    last = ProgressEntry.objects.filter(council=action.council_id, action=action).select_related("by").first()
    if last is not None:
        who = display_name(last.by) if last.by else "the portal"
        found.append(Difference("note", f"Latest note, by {who}", last.note, note))
    if action.rating != rating:
        found.append(
            Difference("rating", "Rating", ActionRating(action.rating).label, ActionRating(rating).label)
        )
    if action.status != status:
        found.append(
            Difference("status", "Status", ActionStatus(action.status).label, ActionStatus(status).label)
        )
    return found
