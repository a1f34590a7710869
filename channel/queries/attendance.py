"""Reads of attendance: who sat on the panel on the day of a meeting, and who came, by agency."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from channel.enums import Agency, AttendanceState, Capacity
from channel.models import Attendance, ChannelMeeting, Panel, Seat, Signature
from channel.queries.panels import seats_on


@dataclass(frozen=True)
class Expected:
    """One seat at a meeting: what is recorded, and whether its holder signed the statement there."""

    seat: Seat
    state: AttendanceState | None
    signed: bool


@dataclass(frozen=True)
class AgencyLine:
    """How often an agency was represented at the meetings of which its attendance is recorded."""

    agency: Agency
    meetings: int
    present: int

    @property
    def missed(self) -> int:
        return self.meetings - self.present


def attendance_of(meeting: ChannelMeeting) -> QuerySet[Attendance]:
    """What is recorded of a meeting; its chair and secretary alone see it."""
    return (
        Attendance.objects.filter(council=meeting.council_id, meeting=meeting)
        .select_related("seat__person", "seat__district")
        .order_by("agency", "seat__person__name", "pk")
    )


def expected_at(meeting: ChannelMeeting) -> list[Expected]:
    """Everybody who sat on the panel on the day, by agency and name."""
    recorded = {one.seat_id: AttendanceState(one.state) for one in attendance_of(meeting)}
    signed = set(
        Signature.objects.filter(council=meeting.council_id, meeting=meeting).values_list("person", flat=True)
    )
    return [
        Expected(seat, recorded.get(seat.pk), seat.person_id in signed)
        for seat in seats_on(meeting.panel, timezone.localdate(meeting.starts_at))
    ]


def signed_by(meeting: ChannelMeeting) -> QuerySet[Signature]:
    """Who signed a meeting's statement, and which version; for those who prepare its cases."""
    return (
        Signature.objects.filter(council=meeting.council_id, meeting=meeting)
        .select_related("person", "statement")
        .order_by("signed_at", "pk")
    )


def police_present(meeting: ChannelMeeting) -> bool:
    """Whether attendance says that a police representative came (section 37)."""
    return (
        attendance_of(meeting).filter(seat__capacity=Capacity.POLICE, state=AttendanceState.PRESENT).exists()
    )


def attendance_by_agency(panel: Panel, first: date, last: date) -> list[AgencyLine]:
    """How often each agency came to the meetings that were held in a period, by name of the agency.

    An agency was there if one of its seats was. A meeting of which nothing is recorded of an agency does not
    count for it: nothing recorded is not absence (rule 10 of the product).
    """
    recorded = (
        Attendance.objects.filter(
            council=panel.council_id,
            meeting__panel=panel,
            meeting__opened_at__isnull=False,
            meeting__starts_at__date__gte=first,
            meeting__starts_at__date__lte=last,
        )
        .order_by()
        .values_list("agency", "meeting", "state")
    )
    present: dict[tuple[str, object], bool] = {}
    for agency, meeting, state in recorded:
        came = state == AttendanceState.PRESENT
        present[agency, meeting] = present.get((agency, meeting), False) or came
    held = Counter(agency for agency, _ in present)
    came_to = Counter(agency for (agency, _), came in present.items() if came)
    return [
        AgencyLine(agency, held[agency], came_to[agency])
        for agency in sorted(Agency, key=lambda one: one.label)
        if held[agency]
    ]
