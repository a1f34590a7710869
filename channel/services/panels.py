"""Set up a panel and say who sits on it."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from channel.enums import Capacity
from channel.models import Panel, Seat
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused, require_leader, require_role_for
from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def found_panel(*, council: Council, name: str, by: User) -> Panel:
    """Set up a panel and take its chair; the caller holds the role of Channel chair.

    Raises:
        ChannelRefused: if they do not, or the name is taken.
    """
    if not has_permission(by, ChannelPermission.FOUND_PANEL, council):
        raise ChannelRefused("Only a Channel chair can set up a panel.")
    try:
        with transaction.atomic():
            panel = Panel.objects.create(council=council, name=name, created_by=by)
            Seat.objects.create(
                council=council, panel=panel, person=by, capacity=Capacity.CHAIR, created_by=by
            )
            record(action="channel.panel_founded", subject=panel, restricted=True)
    except IntegrityError as error:
        raise ChannelRefused("There is a panel of this name already.") from error
    return panel


def seat_person(
    *,
    panel: Panel,
    person: User,
    capacity: Capacity,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Seat:
    """Give a person a seat on the panel. A member's seat alone opens no case.

    Raises:
        ChannelRefused: if ``by`` does not lead the panel, or the person has no role of Channel or a seat.
    """
    require_leader(panel, by)
    require_role_for(capacity, person, panel.council)
    try:
        with transaction.atomic():
            seat = Seat.objects.create(
                council=panel.council,
                panel=panel,
                person=person,
                capacity=capacity,
                starts_on=starts_on or timezone.localdate(),
                ends_on=ends_on,
                created_by=by,
            )
            record(
                action="channel.seat_given",
                subject=seat,
                details={"user": person.pk, "capacity": capacity.value, "ends_on": ends_on},
                restricted=True,
            )
    except IntegrityError as error:
        raise ChannelRefused("This person sits on the panel already.") from error
    return seat


def end_seat(*, seat: Seat, by: User, on: date | None = None) -> Seat:
    """End a seat after a day, or at once when no day is given; the next request already finds nothing."""
    require_leader(seat.panel, by)
    with transaction.atomic():
        locked = Seat.objects.select_for_update().get(council=seat.council_id, pk=seat.pk)
        locked.ends_on = on
        locked.ended_at = timezone.now() if on is None else None
        locked.save(update_fields=["ends_on", "ended_at"])
        record(
            action="channel.seat_ended",
            subject=locked,
            details={"user": locked.person_id, "ends_on": on},
            restricted=True,
        )
    return locked
