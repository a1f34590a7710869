"""Reads of meetings: which boards meet next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from partnerships.models import Meeting
from partnerships.queries.boards import boards_seen_by
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class NextMeeting:
    """One meeting to come. ``host`` names the other council whose joint board it is, else it is empty."""

    id: UUID
    board: str
    held_on: date
    place: str
    papers_due_on: date | None
    host: str


def next_meetings(council: Council, today: date, limit: int = 5) -> list[NextMeeting]:
    """The next meetings of the council's own boards and of the joint boards it takes part in.

    Args:
        council: the council of the current scope.
        today: meetings of this day count.
        limit: at most so many, the earliest first.
    """
    meetings = (
        Meeting.objects.filter(boards_seen_by(council, today, "board__"), held_on__gte=today)
        .select_related("board", "council")
        .order_by("held_on", "board__name", "pk")
        .distinct()[:limit]
    )
    return [
        NextMeeting(
            id=meeting.pk,
            board=meeting.board.name,
            held_on=meeting.held_on,
            place=meeting.place,
            papers_due_on=meeting.papers_due_on,
            host="" if meeting.council_id == council.pk else meeting.council.name,
        )
        for meeting in meetings
    ]
