"""The only way to an object of Channel: object and right in one call, the same 404 otherwise (RC-3)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import ChannelCase, ChannelMeeting, Panel
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


def led_panel_for(access: CouncilAccess, panel_id: UUID) -> Panel:
    """Return a panel that the person leads, or raise Http404."""
    panel = queries.led_panels(access).filter(pk=panel_id).first()
    if panel is None:
        raise Http404
    return panel


def case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person may read now. Reading it is logged by ``services.cases.read_case``.

    Raises:
        Http404: if there is none, or it is not theirs to see; nothing tells which.
    """
    case = (
        queries.readable_cases(access)
        .select_related("residence", "panel")
        .filter(reference=reference)
        .first()
    )
    if case is None:
        raise Http404
    return case


def prepared_case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person prepares as chair or secretary, or raise Http404."""
    case = (
        queries.readable_cases(access)
        .filter(reference=reference, panel__in=queries.prepared_panels(access).order_by())
        .first()
    )
    if case is None:
        raise Http404
    return case
