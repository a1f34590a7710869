"""Tables of partnerships, one module per noun."""

from partnerships.models.boards import Board, BoardParticipant, BoardTerms, GovernanceLine
from partnerships.models.designations import Designation, ThreatLevel
from partnerships.models.grants import Claim, ClaimLine, ClaimStep, ClaimStepLine, Grant, GrantHead
from partnerships.models.links import CouncilOrganisation
from partnerships.models.meetings import (
    AgendaItem,
    ArisingAction,
    Attendance,
    BoardPack,
    BoardPackFile,
    Decision,
    Meeting,
    MeetingArrangements,
    MinutesRevision,
    Paper,
    PaperReader,
)
from partnerships.models.organisations import (
    Organisation,
    OrganisationCode,
    OrganisationGroupPermission,
    OrganisationUserPermission,
)
from partnerships.models.seats import Seat, SeatHolder

__all__ = [
    "AgendaItem",
    "ArisingAction",
    "Attendance",
    "Board",
    "BoardPack",
    "BoardPackFile",
    "BoardParticipant",
    "BoardTerms",
    "Claim",
    "ClaimLine",
    "ClaimStep",
    "ClaimStepLine",
    "CouncilOrganisation",
    "Decision",
    "Designation",
    "GovernanceLine",
    "Grant",
    "GrantHead",
    "Meeting",
    "MeetingArrangements",
    "MinutesRevision",
    "Organisation",
    "OrganisationCode",
    "OrganisationGroupPermission",
    "OrganisationUserPermission",
    "Paper",
    "PaperReader",
    "Seat",
    "SeatHolder",
    "ThreatLevel",
]
