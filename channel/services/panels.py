"""Set up a panel and say who sits on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from channel.enums import Agency, Capacity
from channel.models import Panel, Seat
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused, require_role_for
from channel.policies.panels import require_chair, require_last_day, require_place_of
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


@dataclass(frozen=True)
class Place:
    """For whom somebody sits on a panel, and whose residents they come for.

    Args:
        district: of a district attender, and of nobody else.
        police_area: of a police representative, and of nobody else.
    """

    agency: Agency = Agency.COUNCIL
    district: Council | None = None
    police_area: str = ""


def seat_person(
    *,
    panel: Panel,
    person: User,
    capacity: Capacity,
    by: User,
    place: Place | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Seat:
    """Give a person a seat on the panel. A member's seat alone opens no case.

    Raises:
        ChannelRefused: if ``by`` does not chair the panel, the person has no role of Channel or a seat
            already, a district attender has no district, a police representative no area, or a case manager
            no last day.
    """
    require_chair(panel, by)
    require_role_for(capacity, person, panel.council)
    where = place or Place()
    require_place_of(capacity, where.district, where.police_area)
    first = starts_on or timezone.localdate()
    require_last_day(capacity, first, ends_on)
    try:
        with transaction.atomic():
            # Two seats of one person could end on different days, and nobody would know which holds.
            Panel.objects.select_for_update(no_key=True).get(council=panel.council_id, pk=panel.pk)
            if _overlapping(panel, person, first, ends_on):
                raise ChannelRefused("This person sits on the panel already. End that seat first.")
            seat = Seat.objects.create(
                council=panel.council,
                panel=panel,
                person=person,
                capacity=capacity,
                agency=where.agency,
                district=where.district,
                police_area=where.police_area.strip(),
                starts_on=first,
                ends_on=ends_on,
                created_by=by,
            )
            record(
                action="channel.seat_given",
                subject=seat,
                details={
                    "user": person.pk,
                    "capacity": capacity.value,
                    "district": where.district.slug if where.district else "",
                    "ends_on": ends_on,
                },
                restricted=True,
            )
    except IntegrityError as error:
        raise ChannelRefused("This person sits on the panel already. End that seat first.") from error
    return seat


def end_seat(*, seat: Seat, by: User, on: date | None = None) -> Seat:
    """End a seat after a day, or at once when no day is given; the next request already finds nothing.

    Raises:
        ChannelRefused: if ``by`` does not chair the panel, the seat has ended, the day lies before its first,
            or nobody would chair the panel any more.
    """
    require_chair(seat.panel, by)
    with transaction.atomic():
        # One chair after another could leave otherwise, each seeing the other still there.
        Panel.objects.select_for_update(no_key=True).get(council=seat.council_id, pk=seat.panel_id)
        locked = Seat.objects.select_for_update().get(council=seat.council_id, pk=seat.pk)
        if locked.ended_at is not None:
            raise ChannelRefused("This seat has ended already.")
        if on is not None and on < locked.starts_on:
            raise ChannelRefused("The last day must be on or after the first day.")
        if locked.capacity == Capacity.CHAIR and not _others_chair(locked):
            raise ChannelRefused("The panel needs a chair. Give somebody else the chair’s seat first.")
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


def _overlapping(panel: Panel, person: User, first: date, last: date | None) -> bool:
    held = Seat.objects.filter(council=panel.council_id, panel=panel, person=person, ended_at__isnull=True)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    return (held.filter(starts_on__lte=last) if last is not None else held).exists()


def _others_chair(seat: Seat) -> bool:
    """Whether somebody else chairs the panel today and on."""
    return (
        Seat.objects.live()
        .filter(council=seat.council_id, panel=seat.panel_id, capacity=Capacity.CHAIR, ends_on__isnull=True)
        .exclude(pk=seat.pk)
        .exists()
    )
