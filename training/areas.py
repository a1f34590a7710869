"""The rooms of the training area, as the sub-navigation names them."""

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


AREAS: tuple[Area, ...] = (
    Area("Coverage", "training", TrainingPermission.VIEW_COVERAGE),
    Area("Rounds", "training-rounds", TrainingPermission.VIEW_COVERAGE),
    Area("Courses", "training-courses", TrainingPermission.VIEW_COVERAGE),
    Area("Improvement plans", "improvement-plans", TrainingPermission.VIEW_OWN_IMPROVEMENT),
    Area("Schools", "schools", TrainingPermission.VIEW_COVERAGE),
    Area("Sessions", "training-sessions", TrainingPermission.VIEW_SESSIONS),
    Area("Requests", "training-requests", TrainingPermission.VIEW_SESSIONS),
    Area("Facilitators", "facilitators", TrainingPermission.VIEW_SESSIONS),
    Area("Delivery plans", "delivery-plans", TrainingPermission.VIEW_SESSIONS),
    Area("Surveys", "knowledge-surveys", TrainingPermission.VIEW_SESSIONS),
)
"""In the order of the sub-navigation. A new noun adds one line with the route of its first page."""


def areas(access: CouncilAccess, current: str = "") -> list[Link]:
    """The rooms that the person may enter, for ``templates/training/_areas.html``.

    Args:
        current: the ``url_name`` of the room that the page lies in.
    """
    return [
        Link(area.text, reverse(area.url_name, args=[access.council.slug]), current=area.url_name == current)
        for area in AREAS
        if access.may(area.permission)
    ]
