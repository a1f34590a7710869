"""Record who came to a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from channel.enums import AttendanceState
from channel.models import Attendance, ChannelMeeting
from channel.policies import ChannelRefused, require_leader
from channel.queries.panels import seats_on
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def record_attendance(
    *, meeting: ChannelMeeting, states: Mapping[UUID, AttendanceState], by: User
) -> list[Attendance]:
    """Write down who came, who sent apologies and who was absent; said again, the last word counts.

    Args:
        states: by seat. A seat that is not named stays as it is.

    Raises:
        ChannelRefused: if ``by`` does not lead the panel, the meeting was never opened, or for a seat of
            another panel or another time.
    """
    require_leader(meeting.panel, by)
    with transaction.atomic():
        locked = (
            ChannelMeeting.objects.select_for_update(of=("self",))
            .select_related("panel")
            .get(council=meeting.council_id, pk=meeting.pk)
        )
        if locked.opened_at is None:
            raise ChannelRefused("Attendance is recorded once the meeting is open.")
        seats = {seat.pk: seat for seat in seats_on(locked.panel, timezone.localdate(locked.starts_at))}
        if set(states) - set(seats):
            raise ChannelRefused("Somebody on this page did not sit on the panel on the day of the meeting.")
        written = []
        for seat_id, state in states.items():
            line, _ = Attendance.objects.update_or_create(
                council=meeting.council,
                meeting=locked,
                seat=seats[seat_id],
                defaults={
                    "agency": seats[seat_id].agency,
                    "state": state,
                    "recorded_by": by,
                    "recorded_at": timezone.now(),
                },
            )
            written.append(line)
        record(
            action="channel.attendance_recorded",
            subject=locked,
            details={"seats": len(written)},
            restricted=True,
        )
    return written
