"""The rooms of one entry of the menu: groups that the sub-navigation names, and the pages of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.tenancy.enums import Tier
from prevent_portal.web.components import Link


@dataclass(frozen=True)
class Area:
    """One room: its name, its route, and who may enter.

    Args:
        url_name: a route that takes the council's slug, and ``slug`` after it where there is one.
        slug: which of the things that share the route the room is, such as one register.
        counties_only: shown to councils with districts alone.
    """

    text: str
    url_name: str
    permission: PermissionName
    slug: str = ""
    counties_only: bool = False

    def address(self, council: str) -> str:
        return reverse(self.url_name, args=[council, self.slug] if self.slug else [council])


@dataclass(frozen=True)
class AreaGroup:
    """Rooms that belong to one job. The first that a person may enter is where the group leads."""

    text: str
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Areas:
    """What ``templates/components/areas.html`` shows: the groups, and the rooms of the group one is in."""

    name: str
    groups: list[Link]
    group: str
    rooms: list[Link]


def areas_of(
    name: str, all_groups: Sequence[AreaGroup], access: CouncilAccess, current: str, slug: str = ""
) -> Areas | None:
    """The rooms that the person may enter; None where there is one alone, which needs no navigation.

    Args:
        name: what the navigation is called.
        current: the ``url_name`` of the room that the page lies in.
        slug: of the thing that the page shows; where it has a room of its own, that is the room.
    """
    council = access.council.slug
    every = [area for group in all_groups for area in group.areas]
    here_is = next((area for area in every if slug and area.slug == slug), None)
    here_is = here_is or next((area for area in every if area.url_name == current), None)
    groups: list[Link] = []
    rooms: list[Link] = []
    here = ""
    count = 0
    for group in all_groups:
        own = [
            area
            for area in group.areas
            if access.may(area.permission) and (not area.counties_only or access.council.tier == Tier.COUNTY)
        ]
        if not own:
            continue
        count += len(own)
        is_current = here_is in own
        groups.append(Link(group.text, own[0].address(council), current=is_current))
        if is_current:
            here = group.text
            rooms = [Link(area.text, area.address(council), current=area is here_is) for area in own]
    return Areas(name, groups, here, rooms if len(rooms) > 1 else []) if count > 1 else None
