"""Tables of partnerships, one module per noun."""

from partnerships.models.boards import Board, BoardParticipant
from partnerships.models.designations import Designation, ThreatLevel
from partnerships.models.grants import Claim, ClaimLine, ClaimStep, ClaimStepLine, Grant, GrantHead
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
    "Claim",
    "ClaimLine",
    "ClaimStep",
    "ClaimStepLine",
    "CouncilOrganisation",
    "Designation",
    "Grant",
    "GrantHead",
    "Meeting",
    "Organisation",
    "OrganisationCode",
    "OrganisationGroupPermission",
    "OrganisationUserPermission",
    "ThreatLevel",
]
