"""How long a fresh proof of the second factor opens Channel (AU-2, RC-2).

Outside a meeting a proof counts for fifteen minutes and lapses after ten idle ones. The proof made when
signing a meeting's statement lasts that meeting, its cases only, and three hours at most: nobody has to take
out a telephone in the middle of a discussion.
"""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from prevent_portal.accounts import second_factor

FRESH = timedelta(minutes=15)
IDLE = timedelta(minutes=10)
MEETING = timedelta(hours=3)

_SEEN = "channel.seen"


def is_fresh(request: HttpRequest) -> bool:
    """Whether the second factor was proved within fifteen minutes, and no ten idle ones have passed since."""
    if not second_factor.proved(request):
        return False
    if second_factor.fresh(request, within=IDLE):
        return True
    return second_factor.fresh(request, within=FRESH) and _seconds_idle(request) < IDLE.total_seconds()


def note_activity(request: HttpRequest) -> None:
    """Remember that the person is at work in Channel."""
    request.session[_SEEN] = time.time()


def hold_for_meeting(request: HttpRequest, meeting_id: UUID) -> None:
    """Let the proof that the person signed with last this meeting."""
    second_factor.keep(request, _name(meeting_id))


def is_held(request: HttpRequest, meeting_id: UUID) -> bool:
    """Whether this session signed for the meeting within three hours. Whether it is open is asked apart."""
    return second_factor.proved(request) and second_factor.kept(request, _name(meeting_id), within=MEETING)


def _seconds_idle(request: HttpRequest) -> float:
    return time.time() - float(request.session.get(_SEEN, 0))


def _name(meeting_id: UUID) -> str:
    return f"channel.meeting.{meeting_id}"
