"""Reads of panels and of who sits on them."""

from __future__ import annotations

from django.db.models import QuerySet

from channel.enums import LEADING
from channel.models import Panel, Seat
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import CouncilAccess


def own_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Panels on which the person sits today, with a live role of Channel."""
    if not access.may(ChannelPermission.VIEW_CHANNEL):
        return Panel.objects.none()
    seats = Seat.objects.live().filter(council=access.council, person=access.user)
    return Panel.objects.filter(council=access.council, pk__in=seats.values("panel"))


def led_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Panels that the person leads as chair or secretary."""
    if not access.may(ChannelPermission.LEAD_PANEL):
        return Panel.objects.none()
    seats = Seat.objects.live().filter(
        council=access.council, person=access.user, capacity__in=sorted(LEADING)
    )
    return Panel.objects.filter(council=access.council, pk__in=seats.values("panel"))


def seats_of(panel: Panel) -> QuerySet[Seat]:
    """Who sits on a panel today; its chair and secretary see all, others only themselves."""
    return (
        Seat.objects.live()
        .filter(council=panel.council_id, panel=panel)
        .select_related("person")
        .order_by("person__name", "pk")
    )
