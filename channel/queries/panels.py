"""Reads of panels and of who sits on them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from channel.enums import LEADING, Capacity
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


def chaired_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Panels that the person chairs."""
    if not access.may(ChannelPermission.SEAT_PEOPLE):
        return Panel.objects.none()
    seats = Seat.objects.live().filter(council=access.council, person=access.user, capacity=Capacity.CHAIR)
    return Panel.objects.filter(council=access.council, pk__in=seats.values("panel"))


def seats_on(panel: Panel, day: date) -> list[Seat]:
    """Who sat on a panel on a day, by agency and name; for its chair and secretary.

    A seat that was ended at once counts on the day of its end: its holder may have come that morning.
    """
    seats = (
        Seat.objects.filter(council=panel.council_id, panel=panel, starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .filter(Q(ended_at__isnull=True) | Q(ended_at__date__gte=day))
        .select_related("person")
        .order_by("agency", "person__name", "pk")
    )
    return list(seats)


def past_seats(panel: Panel) -> QuerySet[Seat]:
    """Seats of a panel that have ended, the last one first."""
    today = timezone.localdate()
    return (
        Seat.objects.filter(council=panel.council_id, panel=panel)
        .filter(Q(ended_at__isnull=False) | Q(ends_on__lt=today))
        .select_related("person", "district")
        .order_by("-starts_on", "pk")
    )


def coming_seats(panel: Panel) -> QuerySet[Seat]:
    """Seats of a panel that begin on a later day."""
    return (
        Seat.objects.filter(
            council=panel.council_id, panel=panel, starts_on__gt=timezone.localdate(), ended_at__isnull=True
        )
        .select_related("person", "district")
        .order_by("starts_on", "pk")
    )


def seats_of(panel: Panel) -> QuerySet[Seat]:
    """Who sits on a panel today; its chair and secretary see all, others only themselves."""
    return (
        Seat.objects.live()
        .filter(council=panel.council_id, panel=panel)
        .select_related("person", "district")
        .order_by("person__name", "pk")
    )
