"""Tables of partnerships, one module per noun."""

from partnerships.models.boards import Board, BoardParticipant
from partnerships.models.links import CouncilOrganisation
from partnerships.models.meetings import Meeting
from partnerships.models.organisations import (
    Organisation,
    OrganisationCode,
    OrganisationGroupPermission,
    OrganisationUserPermission,
)

__all__ = [
    "Board",
    "BoardParticipant",
    "CouncilOrganisation",
    "Meeting",
    "Organisation",
    "OrganisationCode",
    "OrganisationGroupPermission",
    "OrganisationUserPermission",
]
