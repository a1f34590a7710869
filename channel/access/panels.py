"""The only way to a panel."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import Panel, Seat
from prevent_portal.accounts.access import CouncilAccess


def led_panel_for(access: CouncilAccess, panel_id: UUID) -> Panel:
    """Return a panel that the person leads, or raise Http404."""
    panel = queries.led_panels(access).filter(pk=panel_id).first()
    if panel is None:
        raise Http404
    return panel


def chaired_panel_for(access: CouncilAccess, panel_id: UUID) -> Panel:
    """Return a panel that the person chairs, or raise Http404."""
    panel = queries.chaired_panels(access).filter(pk=panel_id).first()
    if panel is None:
        raise Http404
    return panel


def seat_for(access: CouncilAccess, seat_id: UUID) -> Seat:
    """Return a seat of a panel that the person chairs, or raise Http404."""
    seat = (
        Seat.objects.select_related("panel__council", "person")
        .filter(council=access.council, pk=seat_id, panel__in=queries.chaired_panels(access).order_by())
        .first()
    )
    if seat is None:
        raise Http404
    return seat
