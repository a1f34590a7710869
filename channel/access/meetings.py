"""The only way to a meeting."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import ChannelMeeting
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import CouncilAccess


def meeting_for(access: CouncilAccess, meeting_id: UUID) -> ChannelMeeting:
    """Return a meeting of one of the person's panels.

    Raises:
        Http404: if there is none, or the person does not sit on its panel today.
    """
    meeting = queries.meetings_of_own_panels(access).filter(pk=meeting_id).first()
    if meeting is None:
        raise Http404
    return meeting


def led_meeting_for(access: CouncilAccess, meeting_id: UUID) -> ChannelMeeting:
    """Return a meeting of a panel that the person leads, or raise Http404."""
    access.require(ChannelPermission.LEAD_PANEL)
    meeting = (
        queries.meetings_of_own_panels(access)
        .filter(pk=meeting_id, panel__in=queries.led_panels(access).order_by())
        .first()
    )
    if meeting is None:
        raise Http404
    return meeting


def prepared_meeting_for(access: CouncilAccess, meeting_id: UUID) -> ChannelMeeting:
    """Return a meeting of a panel whose cases the person prepares, or raise Http404."""
    access.require(ChannelPermission.LEAD_PANEL)
    meeting = (
        queries.meetings_of_own_panels(access)
        .filter(pk=meeting_id, panel__in=queries.prepared_panels(access).order_by())
        .first()
    )
    if meeting is None:
        raise Http404
    return meeting
