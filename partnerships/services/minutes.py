"""Record what a meeting decided, let actions arise, write its minutes and approve them."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from partnerships.enums import MeetingState, MinutesState
from partnerships.models import AgendaItem, ArisingAction, Board, Decision, Meeting, MinutesRevision
from partnerships.policies.editing import require_editor
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meetings import meeting_name, meeting_url
from partnerships.services.meetings import lock_meeting
from partnerships.services.versions import require_version, save_next, take_turns
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.tenancy.refusals import Difference, StaleVersion, check_same_sending
from prevent_portal.web.arising_actions import Origin, raise_action


def record_decision(
    *,
    meeting: Meeting,
    by: User | None,
    text: str,
    item: AgendaItem | None = None,
    document_version: DocumentVersion | None = None,
) -> Decision:
    """Record a decision under the board's next number of the meeting's year.

    Args:
        document_version: the very version of a paper that it is about, with its checksum (rule 11).

    Raises:
        PartnershipRefused: for a meeting that was not held, or whose minutes are approved, or for an item of
            another meeting.
    """
    require_editor(by, meeting.council)
    with transaction.atomic():
        locked = _held(meeting)
        _check_item(locked, item)
        Board.objects.select_for_update(no_key=True).get(council=locked.council_id, pk=locked.board_id)
        year = locked.held_on.year
        last = Decision.objects.filter(council=locked.council_id, board=locked.board_id, year=year).aggregate(
            n=Max("number")
        )["n"]
        decision = Decision.objects.create(
            council=locked.council,
            meeting=locked,
            board=locked.board,
            year=year,
            number=(last or 0) + 1,
            item=item,
            text=text.strip(),
            document_version=document_version,
            document_title=document_version.document.title if document_version else "",
            document_sha256=document_version.sha256 if document_version else "",
            recorded_by=by,
        )
        record(
            action="partnerships.decision_recorded",
            subject=decision,
            details={
                "meeting": locked.pk,
                "reference": decision.reference,
                "sha256": decision.document_sha256,
            },
        )
    return decision


def change_decision(*, decision: Decision, by: User | None, version: int, text: str) -> Decision:
    """Mend the words of a decision until the minutes are approved; its number and its paper stay.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    require_editor(by, decision.meeting.council)
    with transaction.atomic():
        _held(decision.meeting)
        locked = Decision.objects.select_for_update(no_key=True).get(
            council=decision.council_id, pk=decision.pk
        )
        require_version(locked, version, {"text": text.strip()}, {"text": "Decision"})
        if save_next(locked, {"text": text.strip()}):
            record(action="partnerships.decision_changed", subject=locked)
    return locked


def raise_arising_action(
    *,
    meeting: Meeting,
    by: User,
    title: str,
    owner: User | None,
    due_on: date,
    token: UUID,
    item: AgendaItem | None = None,
) -> ArisingAction:
    """Let a real plan action arise at a meeting, with its owner and due date.

    The same token again returns the action that is there.

    Raises:
        PolicyError: if the council has no plan in force, if the person may not
            change plans, for an owner without a role, or a due date before the meeting.
    """
    require_editor(by, meeting.council)
    with transaction.atomic():
        take_turns(meeting.council, token)
        sent = ArisingAction.objects.filter(council=meeting.council_id, token=token).first()
        if sent is not None:
            check_same_sending(
                same_thing=sent.meeting_id == meeting.pk, same_person=sent.raised_by_id == by.pk
            )
            return sent
        locked = _held(meeting)
        _check_item(locked, item)
        if due_on < locked.held_on:
            raise PartnershipRefused("The due date must be on or after the day of the meeting.")
        arisen = raise_action(
            council=locked.council,
            title=title.strip(),
            owner=owner,
            due_on=due_on,
            origin=Origin(meeting_name(locked), meeting_url(locked.council, locked)),
            by=by,
        )
        made = ArisingAction.objects.create(
            council=locked.council,
            meeting=locked,
            item=item,
            action_id=arisen.id,
            reference=arisen.reference,
            title=arisen.title,
            # Councils of a joint board read this too: a name, never an address.
            owner_name=(owner.name or f"Somebody of {locked.council.name}") if owner else "",
            due_on=due_on,
            token=token,
            raised_by=by,
        )
        record(
            action="partnerships.action_arose",
            subject=locked,
            details={"action": arisen.id, "reference": arisen.reference},
        )
    return made


def write_minutes(*, meeting: Meeting, by: User | None, version: int, text: str) -> Meeting:
    """Save the draft of the minutes. What they said before stays in their revisions.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PartnershipRefused: for a meeting that was not held, without a word, or once they are approved.
    """
    require_editor(by, meeting.council)
    written = text.replace("\r\n", "\n").strip()
    if not written:
        raise PartnershipRefused("Enter the minutes.")
    with transaction.atomic():
        locked = _held(meeting)
        if version != locked.minutes_version:
            raise StaleVersion(
                version=locked.minutes_version,
                differences=[Difference("text", "Minutes", locked.minutes, written)],
            )
        if written == locked.minutes:
            return locked
        locked.minutes = written
        locked.minutes_state = MinutesState.DRAFT
        locked.minutes_version += 1
        locked.minutes_by = by
        locked.minutes_at = timezone.now()
        locked.save(update_fields=["minutes", "minutes_state", "minutes_version", "minutes_by", "minutes_at"])
        MinutesRevision.objects.create(
            council=locked.council, meeting=locked, version=locked.minutes_version, text=written, by=by
        )
        record(
            action="partnerships.minutes_written",
            subject=locked,
            details={"version": locked.minutes_version},
        )
    return locked


def approve_minutes(*, meeting: Meeting, by: User | None, version: int, at: Meeting) -> Meeting:
    """Record that a later meeting of the board approved the minutes: from now on nothing of it changes.

    Args:
        version: of the minutes that were approved.
        at: the meeting that approved them.

    Raises:
        StaleVersion: if the minutes were changed since.
        PartnershipRefused: without a draft, or unless ``at`` is a later meeting of the board that was held.
    """
    require_editor(by, meeting.council)
    with transaction.atomic():
        locked = _held(meeting)
        if locked.minutes_state != MinutesState.DRAFT:
            raise PartnershipRefused("Write the minutes first.")
        if version != locked.minutes_version:
            raise StaleVersion(
                version=locked.minutes_version,
                differences=[Difference("text", "Minutes", locked.minutes, "The version that you read")],
            )
        if (
            at.council_id != locked.council_id
            or at.board_id != locked.board_id
            or at.state != MeetingState.HELD
            or at.held_on <= locked.held_on
        ):
            raise PartnershipRefused(
                "Minutes are approved at a later meeting of the same board that was held. Record its "
                "attendance first."
            )
        locked.minutes_state = MinutesState.APPROVED
        locked.approved_at = at
        locked.approval_recorded_by = by
        locked.approval_recorded_at = timezone.now()
        locked.minutes_sha256 = hashlib.sha256(locked.minutes.encode()).hexdigest()
        locked.save(
            update_fields=[
                "minutes_state",
                "approved_at",
                "approval_recorded_by",
                "approval_recorded_at",
                "minutes_sha256",
            ]
        )
        record(
            action="partnerships.minutes_approved",
            subject=locked,
            details={"at": at.pk, "sha256": locked.minutes_sha256},
        )
    return locked


def _check_item(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and (item.council_id, item.meeting_id) != (meeting.council_id, meeting.pk):
        raise PartnershipRefused("Choose an item of this meeting’s agenda.")


def _held(meeting: Meeting) -> Meeting:
    locked = lock_meeting(meeting)
    if locked.state != MeetingState.HELD:
        raise PartnershipRefused("Record who attended first: this meeting has not been held yet.")
    return locked
