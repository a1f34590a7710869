"""Panels, statements, meetings, and restricted case summaries with their named grants.

Every table here has a second wall beside the council's: restrictive row-level-security policies that the
database derives from the person of the transaction (migrations/0002_walls.py and later ones). A row that a
person may not know of does not exist for them, whatever a query forgets.
"""

from channel.models.break_glass import BreakGlass
from channel.models.cases import ChannelCase, new_reference
from channel.models.consent import ConsentStep
from channel.models.decisions import CaseDecision, CaseReview, CaseReviewQuerySet
from channel.models.figures import FigureProfile, FigureRelease, ReleasedFigure
from channel.models.files import PanelFile
from channel.models.grants import (
    CaseGroupPermission,
    CaseUserPermission,
    CaseUserPermissionManager,
    CaseUserPermissionQuerySet,
)
from channel.models.meetings import Attendance, ChannelMeeting, MeetingCase
from channel.models.panels import Panel, Seat, SeatQuerySet
from channel.models.retention import Destruction, LegalHold, RetentionDecision
from channel.models.statements import Acknowledgement, Signature, StatementVersion

__all__ = [
    "Acknowledgement",
    "Attendance",
    "BreakGlass",
    "CaseDecision",
    "CaseGroupPermission",
    "CaseReview",
    "CaseReviewQuerySet",
    "CaseUserPermission",
    "CaseUserPermissionManager",
    "CaseUserPermissionQuerySet",
    "ChannelCase",
    "ChannelMeeting",
    "ConsentStep",
    "Destruction",
    "FigureProfile",
    "FigureRelease",
    "LegalHold",
    "MeetingCase",
    "Panel",
    "PanelFile",
    "ReleasedFigure",
    "RetentionDecision",
    "Seat",
    "SeatQuerySet",
    "Signature",
    "StatementVersion",
    "new_reference",
]
