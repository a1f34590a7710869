"""Plan the meetings of a board, change, cancel and hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.enums import AgendaKind, AttendanceState, MeetingState
from partnerships.models import AgendaItem, Attendance, Board, Meeting, MeetingArrangements
from partnerships.policies.editing import require_editor
from partnerships.policies.meeting_dates import papers_due
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meeting_seats import attendance_of, key_of
from partnerships.queries.meetings import arrangements_of
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.web.dates import british_date

LABELS = {
    "held_on": "Date",
    "starts_at": "Time",
    "place": "Place",
    "papers_due_on": "Papers due",
    "standing_items": "Standing items",
    "days_before_papers": "Days before the meeting",
    "chaired_by": "Chair",
}
MOST_MEETINGS = 24
"""A year of a board that meets twice a month."""


@dataclass(frozen=True)
class AttendanceRow:
    """What is recorded of one agency: an organisation or a council, whichever is given."""

    state: str
    people: str = ""
    organisation_id: UUID | None = None
    agency_id: int | None = None


def lock_meeting(meeting: Meeting) -> Meeting:
    """Read a meeting anew and hold it until the transaction ends.

    Raises:
        PartnershipRefused: if its minutes are approved.
    """
    locked = (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("board__council", "council")
        .get(council=meeting.council_id, pk=meeting.pk)
    )
    if locked.is_approved:
        raise PartnershipRefused(
            "The minutes of this meeting are approved, so everything recorded of it stays as it is."
        )
    return locked


def arrange_meetings(
    *,
    board: Board,
    by: User | None,
    version: int,
    standing_items: Sequence[str],
    days_before_papers: int,
    place: str = "",
    starts_at: time | None = None,
) -> MeetingArrangements:
    """Say how a board meets. Agendas that are there already stay as they are.

    Args:
        version: of the arrangements as the person saw them; 0 while there are none.

    Raises:
        StaleVersion: if somebody saved since.
        PartnershipRefused: without a standing item.
    """
    require_editor(by, board.council)
    titles = [title.strip() for title in standing_items if title.strip()]
    if not titles:
        raise PartnershipRefused("Enter at least one standing item.")
    wanted = {
        "standing_items": titles,
        "days_before_papers": days_before_papers,
        "place": place.strip(),
        "starts_at": starts_at,
    }
    with transaction.atomic():
        Board.objects.select_for_update(no_key=True).get(council=board.council_id, pk=board.pk)
        stored = MeetingArrangements.objects.filter(council=board.council_id, board=board).first()
        if stored is None:
            stored = MeetingArrangements.objects.create(council_id=board.council_id, board=board, **wanted)
        else:
            require_version(stored, version, wanted, LABELS)
            if not save_next(stored, wanted):
                return stored
        record(action="partnerships.meetings_arranged", subject=board)
    return stored


def plan_meetings(
    *,
    board: Board,
    by: User | None,
    days: Sequence[date],
    place: str | None = None,
    starts_at: time | None = None,
) -> list[Meeting]:
    """Plan meetings on these days, each with the board's standing items: all of them or none.

    The earliest meeting to come takes over what the last one held left open.

    Args:
        place, starts_at: of all of them; left out, as the board usually meets.

    Raises:
        PartnershipRefused: without a day, for a day on which the board meets already, or for a closed board.
    """
    require_editor(by, board.council)
    wanted = sorted(set(days))
    if not wanted:
        raise PartnershipRefused("Select at least one date.")
    if len(wanted) > MOST_MEETINGS:
        raise PartnershipRefused(f"Plan at most {MOST_MEETINGS} meetings at once.")
    with transaction.atomic():
        locked = Board.objects.select_for_update(no_key=True).get(council=board.council_id, pk=board.pk)
        if not locked.is_open:
            raise PartnershipRefused("This board is closed, so it holds no more meetings.")
        _check_free(locked, wanted)
        habits = arrangements_of(locked)
        meetings = [
            Meeting.objects.create(
                council_id=board.council_id,
                board=locked,
                held_on=day,
                starts_at=starts_at or habits.starts_at,
                place=habits.place if place is None else place.strip(),
                papers_due_on=papers_due(day, habits.days_before_papers),
            )
            for day in wanted
        ]
        AgendaItem.objects.bulk_create(
            AgendaItem(
                council_id=board.council_id,
                meeting=meeting,
                position=position,
                title=title,
                kind=AgendaKind.STANDING,
            )
            for meeting in meetings
            for position, title in enumerate(habits.standing_items, start=1)
        )
        for meeting in meetings:
            record(
                action="partnerships.meeting_planned",
                subject=meeting,
                details={"board": board.pk, "held_on": meeting.held_on},
            )
        carry_items(locked)
    return meetings


def change_meeting(
    *,
    meeting: Meeting,
    by: User | None,
    version: int,
    held_on: date,
    starts_at: time | None,
    place: str,
    papers_due_on: date | None,
) -> Meeting:
    """Move a planned meeting, or change where it is and when papers are due.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for a meeting that was held or cancelled, a day that is taken, or papers that are
            due after the meeting.
    """
    require_editor(by, meeting.council)
    wanted = {
        "held_on": held_on,
        "starts_at": starts_at,
        "place": place.strip(),
        "papers_due_on": papers_due_on,
    }
    if papers_due_on is not None and papers_due_on > held_on:
        raise PartnershipRefused("Papers must be due on or before the day of the meeting.")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_version(locked, version, wanted, LABELS)
        if locked.state != MeetingState.PLANNED:
            raise PartnershipRefused("Only a meeting that is still planned can be moved.")
        if held_on != locked.held_on:
            _check_free(locked.board, [held_on])
        changed = save_next(locked, wanted)
        if changed:
            record(action="partnerships.meeting_changed", subject=locked, details={"fields": changed})
    return locked


def cancel_meeting(*, meeting: Meeting, by: User | None, reason: str) -> Meeting:
    """Cancel a planned meeting; it stays listed with the reason.

    What was carried over to it goes on the agenda of the meeting that now comes next.

    Raises:
        PartnershipRefused: for one that was held, or without a reason.
    """
    require_editor(by, meeting.council)
    if not reason.strip():
        raise PartnershipRefused("Enter why the meeting is cancelled.")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        if locked.state != MeetingState.PLANNED:
            raise PartnershipRefused("Only a meeting that is still planned can be cancelled.")
        save_next(locked, {"state": MeetingState.CANCELLED, "cancelled_because": reason.strip()})
        record(action="partnerships.meeting_cancelled", subject=locked)
        carry_items(locked.board)
    return locked


def record_attendance(
    *, meeting: Meeting, by: User | None, version: int, chaired_by: str, rows: Sequence[AttendanceRow]
) -> Meeting:
    """Record who came; a planned meeting becomes one that was held.

    The board's quorum of the day is kept with the meeting. What is open goes on the next agenda.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: before the day of the meeting, for a cancelled one, where nobody is recorded, or
            for an agency without a seat.
    """
    require_editor(by, meeting.council)
    if not rows:
        raise PartnershipRefused("Record at least one agency.")
    if any(row.state not in AttendanceState.values for row in rows):
        raise PartnershipRefused("Select how each agency was represented.")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_version(locked, version, {"chaired_by": chaired_by.strip()}, LABELS)
        if locked.state == MeetingState.CANCELLED:
            raise PartnershipRefused("This meeting was cancelled.")
        if locked.held_on > timezone.localdate():
            raise PartnershipRefused(
                f"The meeting is on {british_date(locked.held_on)}. Record attendance on that day or later."
            )
        _check_seated(locked, rows)
        Attendance.objects.filter(council=locked.council_id, meeting=locked).delete()
        Attendance.objects.bulk_create(
            Attendance(
                council_id=locked.council_id,
                meeting=locked,
                organisation_id=row.organisation_id,
                agency_id=row.agency_id,
                state=row.state,
                people=row.people.strip(),
            )
            for row in rows
        )
        wanted: dict[str, object] = {"chaired_by": chaired_by.strip(), "state": MeetingState.HELD}
        if locked.state == MeetingState.PLANNED:
            wanted["quorum"] = locked.board.quorum
        save_next(locked, wanted, always=True)
        record(action="partnerships.attendance_recorded", subject=locked, details={"agencies": len(rows)})
        carry_items(locked.board)
    return locked


def carry_items(board: Board) -> int:
    """Put what the last meeting held left open on the next agenda, once. Returns how many items."""
    held = (
        Meeting.objects.filter(council=board.council_id, board=board, state=MeetingState.HELD)
        .order_by("-held_on")
        .first()
    )
    if held is None:
        return 0
    following = (
        Meeting.objects.filter(
            council=board.council_id, board=board, state=MeetingState.PLANNED, held_on__gt=held.held_on
        )
        .order_by("held_on")
        .first()
    )
    if following is None:
        return 0
    agenda = list(AgendaItem.objects.filter(council=board.council_id, meeting=following))
    known = {item.carried_from_id for item in agenda}
    last = max((item.position for item in agenda), default=0)
    left = [
        item
        for item in AgendaItem.objects.filter(council=board.council_id, meeting=held, carry_over=True)
        if item.pk not in known
    ]
    AgendaItem.objects.bulk_create(
        AgendaItem(
            council_id=board.council_id,
            meeting=following,
            position=last + place,
            title=item.title,
            lead=item.lead,
            kind=AgendaKind.CARRIED,
            carried_from=item,
        )
        for place, item in enumerate(left, start=1)
    )
    return len(left)


def _check_seated(meeting: Meeting, rows: Sequence[AttendanceRow]) -> None:
    if any(row.organisation_id is not None and row.agency_id is not None for row in rows):
        raise PartnershipRefused("Each agency is an organisation or a council, not both.")
    keys = [key_of(row.organisation_id, row.agency_id) for row in rows]
    if len(set(keys)) < len(keys):
        raise PartnershipRefused("Record each agency once.")
    if set(keys) - {line.agency.key for line in attendance_of(meeting)}:
        raise PartnershipRefused("Only agencies that have a seat on the board are recorded.")


def _check_free(board: Board, days: Sequence[date]) -> None:
    taken = (
        Meeting.objects.filter(council=board.council_id, board=board, held_on__in=days)
        .exclude(state=MeetingState.CANCELLED)
        .order_by("held_on")
        .values_list("held_on", flat=True)
    )
    if taken:
        raise PartnershipRefused(
            f"{board.name} already meets on {', '.join(british_date(day) for day in taken)}."
        )
