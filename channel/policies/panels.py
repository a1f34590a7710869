"""What Channel refuses about panels and their seats."""

from __future__ import annotations

from datetime import date

from channel import queries
from channel.enums import Capacity
from channel.models import Panel
from channel.permissions import ChannelPermission
from channel.policies.refusals import ChannelRefused
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def require_leader(panel: Panel, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person leads the panel."""
    access = council_access(by, panel.council)
    if not queries.led_panels(access).filter(pk=panel.pk).exists():
        raise ChannelRefused("Only the panel’s chair or secretary can do this.")


def require_chair(panel: Panel, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person chairs the panel."""
    access = council_access(by, panel.council)
    if not queries.chaired_panels(access).filter(pk=panel.pk).exists():
        raise ChannelRefused("Only the panel’s chair can do this.")


def require_seat(panel: Panel, person: User, words: str) -> None:
    """Raise :class:`ChannelRefused` unless the person sits on the panel and still holds a role of Channel."""
    holds_role = council_access(person, panel.council).may(ChannelPermission.VIEW_CHANNEL)
    if not holds_role or not queries.seats_of(panel).filter(person=person).exists():
        raise ChannelRefused(words)


def require_role_for(capacity: Capacity, person: User, council: Council) -> None:
    """A seat is for people to whom the council's administrator has given a role of Channel."""
    if not council_access(person, council).may(ChannelPermission.VIEW_CHANNEL):
        raise ChannelRefused(
            "This person has no role of Channel in this council. "
            f"An administrator gives the role first; then they can sit as {capacity.label.lower()}."
        )


def require_place_of(capacity: Capacity, district: Council | None, police_area: str) -> None:
    """A district attender comes for a district, a police representative for an area, nobody else for either.

    Raises:
        ChannelRefused: where one is missing, or stands on another seat.
    """
    if (capacity == Capacity.DISTRICT) != (district is not None):
        raise ChannelRefused(
            "Choose the district whose residents they come for."
            if capacity == Capacity.DISTRICT
            else "Only a district attender’s seat names a district."
        )
    if (capacity == Capacity.POLICE) != bool(police_area.strip()):
        raise ChannelRefused(
            "Enter the police area whose residents they come for."
            if capacity == Capacity.POLICE
            else "Only a police representative’s seat names a police area."
        )


def require_last_day(capacity: Capacity, first: date, last: date | None) -> None:
    """Raise :class:`ChannelRefused` for a case manager without a last day, or one before the first day."""
    if capacity == Capacity.CASE_MANAGER and last is None:
        raise ChannelRefused("Enter the last day. A case manager sits for a limited time.")
    if last is not None and last < first:
        raise ChannelRefused("The last day must be on or after the first day.")
