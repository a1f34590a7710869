"""What Channel refuses about meetings."""

from __future__ import annotations

from channel import queries
from channel.models import ChannelCase, ChannelMeeting
from channel.policies.refusals import ChannelRefused


def require_open(meeting: ChannelMeeting) -> None:
    """Raise :class:`ChannelRefused` unless the meeting is open."""
    if not queries.is_open(meeting):
        raise ChannelRefused("This meeting is not open. Its statement can be signed only while it is open.")


def require_case_of(meeting: ChannelMeeting, case: ChannelCase) -> None:
    """A meeting lists its own panel's cases only."""
    if meeting.panel_id != case.panel_id:
        raise ChannelRefused("This case belongs to another panel.")
