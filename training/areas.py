"""The rooms of the training area: groups that the sub-navigation names, and the pages of each."""

from __future__ import annotations

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.areas import Area, AreaGroup, Areas, areas_of
from training.permissions import TrainingPermission

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


def own_returns_words(access: CouncilAccess) -> str:
    """What the page of one's own returns is called: a coordinator sends those of the council's services."""
    if access.may(TrainingPermission.RECORD_SERVICES):
        return "Returns of our services"
    return "Your returns"


def areas(access: CouncilAccess, current: str = "") -> Areas | None:
    """The rooms that the person may enter, as :func:`prevent_portal.web.areas.areas_of` tells them."""
    return areas_of("Training", GROUPS, access, current)
