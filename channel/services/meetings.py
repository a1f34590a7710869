"""Plan, open and close a panel's meetings, and say which cases they discuss."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from channel import queries
from channel.enums import StatementKind
from channel.models import ChannelCase, ChannelMeeting, MeetingCase, Panel
from channel.policies import ChannelRefused, require_case_of, require_leader, require_preparer
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def plan_meeting(*, panel: Panel, starts_at: datetime, by: User) -> ChannelMeeting:
    """Put a meeting into the panel's calendar."""
    require_leader(panel, by)
    with transaction.atomic():
        meeting = ChannelMeeting.objects.create(
            council=panel.council, panel=panel, starts_at=starts_at, created_by=by
        )
        record(
            action="channel.meeting_planned",
            subject=meeting,
            details={"starts_at": starts_at},
            restricted=True,
        )
    return meeting


def open_meeting(*, meeting: ChannelMeeting, by: User) -> ChannelMeeting:
    """Open a meeting: from now its statement can be signed and its cases read. An open one stays as it is.

    Raises:
        ChannelRefused: if it is over, another meeting of the panel is open, or there is no statement to sign.
    """
    require_leader(meeting.panel, by)
    with transaction.atomic():
        locked = _locked(meeting)
        if queries.is_open(locked):
            return locked
        if locked.opened_at is not None:
            raise ChannelRefused("This meeting is over. Plan another one to go on.")
        if queries.current_statement(locked.council, StatementKind.MEETING) is None:
            raise ChannelRefused("Publish a confidentiality statement first: people sign it at the meeting.")
        locked.opened_at = timezone.now()
        locked.save(update_fields=["opened_at"])
        record(action="channel.meeting_opened", subject=locked, restricted=True)
    return locked


def close_meeting(*, meeting: ChannelMeeting, by: User) -> ChannelMeeting:
    """Close a meeting: its cases are closed to everybody but chair and secretary from this moment.

    Raises:
        ChannelRefused: if it was never opened.
    """
    require_leader(meeting.panel, by)
    with transaction.atomic():
        locked = _locked(meeting)
        if locked.opened_at is None:
            raise ChannelRefused("This meeting has not been opened.")
        if locked.closed_at is not None:
            return locked
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
        record(action="channel.meeting_closed", subject=locked, restricted=True)
    return locked


def list_case(*, meeting: ChannelMeeting, case: ChannelCase, by: User) -> MeetingCase:
    """Put a case on the meeting's list; people with a grant on it can read it once they have signed.

    Raises:
        ChannelRefused: if the meeting is over, or the case belongs to another panel.
    """
    require_preparer(meeting.panel, by)
    require_case_of(meeting, case)
    with transaction.atomic():
        locked = _locked(meeting)
        if locked.opened_at is not None and not queries.is_open(locked):
            raise ChannelRefused("This meeting is over. Choose another one.")
        listed, created = MeetingCase.objects.get_or_create(
            council=meeting.council, meeting=meeting, case=case, defaults={"listed_by": by}
        )
        if created:
            record(
                action="channel.case_listed",
                subject=case,
                details={"meeting": meeting.pk, "reference": case.reference},
                restricted=True,
            )
    return listed


def record_list_read(
    *,
    meeting: ChannelMeeting,
    cases: list[ChannelCase],
    by: User,
) -> None:
    """Log that a person has read the references on a meeting's list (AL-1)."""
    with transaction.atomic():
        record(
            action="channel.case_list_read",
            subject=meeting,
            details={"cases": [case.reference for case in cases]},
            restricted=True,
        )


def _locked(meeting: ChannelMeeting) -> ChannelMeeting:
    return (
        ChannelMeeting.objects.select_for_update(of=("self",))
        .select_related("council", "panel")
        .get(council=meeting.council_id, pk=meeting.pk)
    )
