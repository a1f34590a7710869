"""Reads of attendance: which agencies have seats at a meeting, who came, and attendance over a year."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Prefetch

from partnerships.enums import AttendanceState, MeetingState
from partnerships.models import Attendance, Board, Meeting, Seat, SeatHolder
from partnerships.queries.boards import live_on

THERE = (AttendanceState.PRESENT, AttendanceState.SUBSTITUTE)
"""A substitute stands for its agency."""


@dataclass(frozen=True)
class Agency:
    """An organisation or a council that has a seat; ``key`` names it in forms, files and the API."""

    key: str
    name: str
    posts: str = ""


@dataclass(frozen=True)
class Attended:
    """How one agency was represented at a meeting. ``state`` is empty while nothing is recorded."""

    agency: Agency
    state: str
    people: str

    @property
    def words(self) -> str:
        return AttendanceState(self.state).label if self.state else "Not recorded"


@dataclass(frozen=True)
class YearLine:
    """One agency's attendance over a year, out of the meetings for which anything was recorded of it."""

    agency: Agency
    present: int
    substitute: int
    apologies: int
    absent: int

    @property
    def meetings(self) -> int:
        return self.present + self.substitute + self.apologies + self.absent

    @property
    def share(self) -> Fraction:
        """Meetings at which the agency was there, in per cent."""
        return Fraction(100 * (self.present + self.substitute), self.meetings)


def key_of(organisation_id: UUID | None, agency_id: int | None) -> str:
    """How forms and files name an agency: one key for organisations and councils."""
    return f"organisation:{organisation_id}" if organisation_id else f"council:{agency_id}"


def agencies_on(board: Board, day: date) -> list[Agency]:
    """The agencies with a seat on a board on a day, and the posts that sit there, by name: two queries."""
    seats = (
        Seat.objects.filter(live_on(day), council=board.council_id, board=board)
        .select_related("organisation", "agency")
        .prefetch_related(
            Prefetch(
                "holders",
                SeatHolder.objects.filter(live_on(day), council=board.council_id).order_by("is_substitute"),
                to_attr="sitting",
            )
        )
    )
    names: dict[str, str] = {}
    posts: dict[str, list[str]] = {}
    for seat in seats:
        key = key_of(seat.organisation_id, seat.agency_id)
        names[key] = str(seat.organisation or seat.agency)
        sitting = [holder.post for holder in seat.sitting if not holder.is_substitute]
        posts.setdefault(key, []).extend(sitting or ([seat.post] if seat.post else []))
    return sorted(
        (Agency(key, name, ", ".join(posts[key])) for key, name in names.items()), key=lambda each: each.name
    )


def attendance_of(meeting: Meeting) -> list[Attended]:
    """Every agency with a seat on the day and whoever else was recorded, by name: three queries."""
    recorded = {
        key_of(row.organisation_id, row.agency_id): row
        for row in Attendance.objects.filter(council=meeting.council_id, meeting=meeting).select_related(
            "organisation", "agency"
        )
    }
    agencies = {each.key: each for each in agencies_on(meeting.board, meeting.held_on)}
    for key, row in recorded.items():
        agencies.setdefault(key, Agency(key, str(row.organisation or row.agency)))
    lines = []
    for key, agency in agencies.items():
        found = recorded.get(key)
        lines.append(Attended(agency, found.state if found else "", found.people if found else ""))
    return sorted(lines, key=lambda line: line.agency.name)


def agencies_there(lines: Iterable[Attended]) -> int:
    """How many agencies were at a meeting, by a member or a substitute."""
    return sum(line.state in THERE for line in lines)


def quorum_words(lines: Collection[Attended], quorum: int | None) -> str:
    """A warning where fewer agencies were there than the terms ask for, else nothing."""
    if quorum is None:
        return ""
    there = agencies_there(lines)
    if there >= quorum:
        return ""
    return (
        f"The meeting was not quorate: {there} of the {quorum} agencies that must be there came. "
        "What it decided needs to be confirmed at a quorate meeting."
    )


def year_of_attendance(board: Board, starts_on: date, ends_on: date) -> list[YearLine]:
    """Attendance by agency at the meetings held in a span of days, by name: one query."""
    counts: dict[str, dict[str, int]] = {}
    agencies: dict[str, Agency] = {}
    rows = Attendance.objects.filter(
        council=board.council_id,
        meeting__board=board,
        meeting__state=MeetingState.HELD,
        meeting__held_on__range=(starts_on, ends_on),
    ).select_related("organisation", "agency")
    for row in rows:
        key = key_of(row.organisation_id, row.agency_id)
        agencies[key] = Agency(key, str(row.organisation or row.agency))
        held = counts.setdefault(key, {})
        held[row.state] = held.get(row.state, 0) + 1
    return sorted(
        (
            YearLine(agency, *(counts[key].get(state.value, 0) for state in AttendanceState))
            for key, agency in agencies.items()
        ),
        key=lambda line: line.agency.name,
    )
