"""Tables of partnerships, one module per noun."""

from partnerships.models.acting_people import ActingPerson
from partnerships.models.activity import (
    Briefing,
    Communication,
    Engagement,
    HorizonItem,
    MemberBriefing,
    PartnershipEvent,
    Project,
)
from partnerships.models.agreements import (
    Acknowledgement,
    Agreement,
    AgreementParty,
    ImpactAssessment,
)
from partnerships.models.boards import Board, BoardParticipant, BoardTerms, GovernanceLine
from partnerships.models.contacts import Contact
from partnerships.models.designations import Designation, ThreatLevel
from partnerships.models.directory_imports import DirectoryImport
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
from partnerships.models.partner_audits import AuditFinding, PartnerAudit
from partnerships.models.policies import ApprovedDocument, ContractClause, FilteredEstate, Venue
from partnerships.models.registers import RegisterEntry
from partnerships.models.seats import Seat, SeatHolder

__all__ = [
    "Acknowledgement",
    "ActingPerson",
    "AgendaItem",
    "Agreement",
    "AgreementParty",
    "ApprovedDocument",
    "ArisingAction",
    "Attendance",
    "AuditFinding",
    "Board",
    "BoardPack",
    "BoardPackFile",
    "BoardParticipant",
    "BoardTerms",
    "Briefing",
    "Claim",
    "ClaimLine",
    "ClaimStep",
    "ClaimStepLine",
    "Communication",
    "Contact",
    "ContractClause",
    "CouncilOrganisation",
    "Decision",
    "Designation",
    "DirectoryImport",
    "Engagement",
    "FilteredEstate",
    "GovernanceLine",
    "Grant",
    "GrantHead",
    "HorizonItem",
    "ImpactAssessment",
    "Meeting",
    "MeetingArrangements",
    "MemberBriefing",
    "MinutesRevision",
    "Organisation",
    "OrganisationCode",
    "OrganisationGroupPermission",
    "OrganisationUserPermission",
    "Paper",
    "PaperReader",
    "PartnerAudit",
    "PartnershipEvent",
    "Project",
    "RegisterEntry",
    "Seat",
    "SeatHolder",
    "ThreatLevel",
    "Venue",
]
