"""The rooms of the training area: groups that the sub-navigation names, and the pages of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.web.components import Link
from training.permissions import TrainingPermission


@dataclass(frozen=True)
class Area:
    """One room: its name, a route that takes the council's slug alone, and who may enter."""

    text: str
    url_name: str
    permission: PermissionName


@dataclass(frozen=True)
class AreaGroup:
    """Rooms that belong to one job. The first that a person may enter is where the group leads."""

    text: str
    areas: tuple[Area, ...]


GROUPS: tuple[AreaGroup, ...] = (
    AreaGroup(
        "Coverage",
        (
            Area("Partners and services", "training", TrainingPermission.VIEW_COVERAGE),
            Area("Schools", "schools", TrainingPermission.VIEW_COVERAGE),
        ),
    ),
    AreaGroup(
        "Rounds and returns",
        (
            Area("Rounds", "training-rounds", TrainingPermission.VIEW_COVERAGE),
            Area("What is expected", "training-expected", TrainingPermission.VIEW_COVERAGE),
            Area("Returns of our services", "own-returns", TrainingPermission.RECORD_SERVICES),
            Area("Staff registers", "registers", TrainingPermission.RECORD_SERVICES),
        ),
    ),
    AreaGroup(
        "Sessions",
        (
            Area("Sessions", "training-sessions", TrainingPermission.VIEW_SESSIONS),
            Area("Requests", "training-requests", TrainingPermission.VIEW_SESSIONS),
            Area("Facilitators", "facilitators", TrainingPermission.VIEW_SESSIONS),
            Area("Surveys", "knowledge-surveys", TrainingPermission.VIEW_SESSIONS),
        ),
    ),
    AreaGroup(
        "Plans",
        (
            Area("Improvement plans", "improvement-plans", TrainingPermission.VIEW_OWN_IMPROVEMENT),
            Area("Delivery plans", "delivery-plans", TrainingPermission.VIEW_SESSIONS),
        ),
    ),
    AreaGroup(
        "Courses and rules",
        (
            Area("Courses and targets", "training-courses", TrainingPermission.VIEW_COVERAGE),
            Area("What counts", "training-what-counts", TrainingPermission.VIEW_COVERAGE),
            Area("Which changes are named", "training-lines", TrainingPermission.SET_LINES),
        ),
    ),
)
"""In the order of the sub-navigation. A new noun adds one line with the route of its first page."""


@dataclass(frozen=True)
class Areas:
    """What ``templates/training/_areas.html`` shows: the groups, and the rooms of the group one is in."""

    groups: list[Link]
    group: str
    rooms: list[Link]


def areas(access: CouncilAccess, current: str = "") -> Areas | None:
    """The rooms that the person may enter; None where there is one alone, which needs no navigation.

    Args:
        current: the ``url_name`` of the room that the page lies in.
    """
    slug = access.council.slug
    groups: list[Link] = []
    rooms: list[Link] = []
    here = ""
    count = 0
    for group in GROUPS:
        own = [area for area in group.areas if access.may(area.permission)]
        if not own:
            continue
        count += len(own)
        is_current = any(area.url_name == current for area in own)
        groups.append(Link(group.text, reverse(own[0].url_name, args=[slug]), current=is_current))
        if is_current:
            here = group.text
            rooms = [
                Link(area.text, reverse(area.url_name, args=[slug]), current=area.url_name == current)
                for area in own
            ]
    return Areas(groups, here, rooms if len(rooms) > 1 else []) if count > 1 else None
