"""Log progress on an action."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from compliance.enums import ActionRating, ActionStatus
from compliance.models import Action, ProgressEntry
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending, check_status_change
from compliance.queries.plans import PROGRESS_FILES
from compliance.services.plans import lock_action, touch
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.documents.services.documents import attach_file


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
        entry = ProgressEntry.objects.create(
            council=locked.council,
            action=locked,
            note=note.strip(),
            rating=rating,
            rating_before=locked.rating,
            status=status,
            status_before=locked.status,
            by=by,
            token=token,
        )
        locked.rating = rating
        locked.status = status
        if status != entry.status_before:
            locked.completed_on = timezone.localdate() if status == ActionStatus.COMPLETE else None
        touch(locked, by=by, fields=["rating", "status", "completed_on"])
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
