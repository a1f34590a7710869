"""Plan, open and close a panel's meetings, and say which cases they discuss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from channel import queries
from channel.enums import ListedFor, StatementKind
from channel.models import ChannelCase, ChannelMeeting, MeetingCase, Panel
from channel.policies import ChannelRefused, require_case_of, require_leader, require_preparer
from channel.queries.meetings import agenda_of
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.working_days import is_working_day


def plan_meeting(*, panel: Panel, starts_at: datetime, by: User, place: str = "") -> ChannelMeeting:
    """Put a meeting into the panel's calendar."""
    require_leader(panel, by)
    with transaction.atomic():
        meeting = ChannelMeeting.objects.create(
            council=panel.council, panel=panel, starts_at=starts_at, place=place.strip(), created_by=by
        )
        record(
            action="channel.meeting_planned",
            subject=meeting,
            details={"starts_at": starts_at},
            restricted=True,
        )
    return meeting


def plan_year(
    *, panel: Panel, days: Sequence[date], at: time, by: User, place: str = ""
) -> list[ChannelMeeting]:
    """Put a year's meetings into the panel's calendar; a day on which one is planned already stays as it is.

    Raises:
        ChannelRefused: if ``by`` does not lead the panel, for no day, or for one that is no working day.
    """
    require_leader(panel, by)
    if not days:
        raise ChannelRefused("Select at least one date.")
    if any(not is_working_day(day) for day in days):
        raise ChannelRefused("A panel meets on working days. Choose another date.")
    with transaction.atomic():
        Panel.objects.select_for_update(no_key=True).get(council=panel.council_id, pk=panel.pk)
        planned = {
            timezone.localdate(meeting.starts_at)
            for meeting in ChannelMeeting.objects.filter(
                council=panel.council_id, panel=panel, cancelled_at__isnull=True
            ).only("starts_at", "council_id")
        }
        return [
            plan_meeting(
                panel=panel, starts_at=timezone.make_aware(datetime.combine(day, at)), place=place, by=by
            )
            for day in sorted(set(days) - planned)
        ]


def move_meeting(*, meeting: ChannelMeeting, starts_at: datetime, place: str, by: User) -> ChannelMeeting:
    """Hold a planned meeting at another time or in another place.

    Raises:
        ChannelRefused: if it was opened or cancelled, or for a day that is no working day.
    """
    require_leader(meeting.panel, by)
    if not is_working_day(timezone.localdate(starts_at)):
        raise ChannelRefused("A panel meets on working days. Choose another date.")
    with transaction.atomic():
        locked = _planned(meeting)
        locked.starts_at = starts_at
        locked.place = place.strip()
        locked.save(update_fields=["starts_at", "place"])
        record(
            action="channel.meeting_moved",
            subject=locked,
            details={"starts_at": starts_at},
            restricted=True,
        )
    return locked


def cancel_meeting(*, meeting: ChannelMeeting, by: User) -> ChannelMeeting:
    """Say that a planned meeting is not held. Its list stays, for the next meeting to take over.

    Raises:
        ChannelRefused: if it was opened or cancelled.
    """
    require_leader(meeting.panel, by)
    with transaction.atomic():
        locked = _planned(meeting)
        locked.cancelled_at = timezone.now()
        locked.save(update_fields=["cancelled_at"])
        record(action="channel.meeting_cancelled", subject=locked, restricted=True)
    return locked


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
        if locked.cancelled_at is not None:
            raise ChannelRefused("This meeting is cancelled. Plan another one.")
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


def list_case(
    *,
    meeting: ChannelMeeting,
    case: ChannelCase,
    by: User,
    listed_for: ListedFor = ListedFor.DISCUSSION,
) -> MeetingCase:
    """Put a case at the end of the agenda; people with a grant on it can read it once they have signed.

    Listed already, it stays in its place, for what is said now.

    Raises:
        ChannelRefused: if the meeting is over or cancelled, or the case belongs to another panel.
    """
    require_preparer(meeting.panel, by)
    require_case_of(meeting, case)
    with transaction.atomic():
        locked = _with_agenda(meeting)
        listed, created = MeetingCase.objects.get_or_create(
            council=meeting.council,
            meeting=meeting,
            case=case,
            defaults={
                "listed_by": by,
                "listed_for": listed_for,
                "position": 1 + max((one.position for one in agenda_of(locked)), default=0),
            },
        )
        if not created:
            if listed.listed_for == listed_for:
                return listed
            listed.listed_for = listed_for
            listed.save(update_fields=["listed_for"])
        record(
            action="channel.case_listed",
            subject=case,
            details={"meeting": meeting.pk, "reference": case.reference, "for": listed_for.value},
            restricted=True,
        )
    return listed


def unlist_case(*, meeting: ChannelMeeting, case: ChannelCase, by: User) -> None:
    """Take a case off the agenda; nobody reads it at this meeting any more.

    Raises:
        ChannelRefused: if it is not on the agenda, or the meeting is over or cancelled.
    """
    require_preparer(meeting.panel, by)
    with transaction.atomic():
        locked = _with_agenda(meeting)
        gone, _ = MeetingCase.objects.filter(council=locked.council_id, meeting=locked, case=case).delete()
        if not gone:
            raise ChannelRefused("This case is not on the agenda.")
        record(
            action="channel.case_unlisted",
            subject=case,
            details={"meeting": meeting.pk, "reference": case.reference},
            restricted=True,
        )


def move_up(*, meeting: ChannelMeeting, case: ChannelCase, by: User) -> None:
    """Discuss a case before the one that stands above it on the agenda. The first stays the first.

    Raises:
        ChannelRefused: if it is not on the agenda, or the meeting is over or cancelled.
    """
    require_preparer(meeting.panel, by)
    with transaction.atomic():
        agenda = agenda_of(_with_agenda(meeting))
        place = next((index for index, one in enumerate(agenda) if one.case_id == case.pk), None)
        if place is None:
            raise ChannelRefused("This case is not on the agenda.")
        if not place:
            return
        agenda[place - 1], agenda[place] = agenda[place], agenda[place - 1]
        for position, one in enumerate(agenda, start=1):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
        record(
            action="channel.case_moved_up",
            subject=case,
            details={"meeting": meeting.pk, "reference": case.reference},
            restricted=True,
        )


def record_list_read(*, meeting: ChannelMeeting, references: Sequence[str], by: User) -> None:
    """Log that `by` has read the references that a meeting lists, or could list (AL-1)."""
    with transaction.atomic():
        record(
            action="channel.case_list_read",
            subject=meeting,
            details={"cases": list(references)},
            restricted=True,
        )


def _planned(meeting: ChannelMeeting) -> ChannelMeeting:
    locked = _locked(meeting)
    if locked.cancelled_at is not None:
        raise ChannelRefused("This meeting is cancelled already.")
    if locked.opened_at is not None:
        raise ChannelRefused("This meeting was opened already.")
    return locked


def _with_agenda(meeting: ChannelMeeting) -> ChannelMeeting:
    """Lock a meeting whose agenda may still change."""
    locked = _locked(meeting)
    if locked.cancelled_at is not None:
        raise ChannelRefused("This meeting is cancelled. Choose another one.")
    if locked.opened_at is not None and not queries.is_open(locked):
        raise ChannelRefused("This meeting is over. Choose another one.")
    return locked


def _locked(meeting: ChannelMeeting) -> ChannelMeeting:
    return (
        ChannelMeeting.objects.select_for_update(of=("self",))
        .select_related("council", "panel")
        .get(council=meeting.council_id, pk=meeting.pk)
    )
