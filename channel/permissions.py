"""What people may do in Channel. A permission opens the room; a case opens by a named grant only (RC-3)."""

from __future__ import annotations

from prevent_portal.accounts.enums import CHANNEL_ROLES, Role
from prevent_portal.accounts.permissions import PermissionName

PANEL_ROLES = CHANNEL_ROLES
"""Roles that can come to read a case."""

NAMED_ROLES = CHANNEL_ROLES - {Role.DISTRICT_ATTENDER, Role.POLICE_REPRESENTATIVE}
"""Roles that read cases granted by name. A district attender and a police representative read cases of
residents of their own area instead, whatever is granted to them (rule 3 of the product)."""

STANDING_ROLES = NAMED_ROLES - {Role.CASE_MANAGER}
"""Roles for which a grant may have no last day. A case manager's has one, whatever seat they are given."""

SECOND_PEOPLE = frozenset({Role.CHANNEL_CHAIR, Role.AUDITOR})
"""Roles that let an operator read a case in an emergency, and that destroy what somebody else proposed. A
panel's administrator reviews and proposes, and does neither (OP-6)."""


class ChannelPermission(PermissionName):
    VIEW_CHANNEL = "view_channel", "Come into the Channel panel's room, to the meetings of one's own panels"
    LEAD_PANEL = "lead_panel", "Prepare cases, meetings and grants of a panel that one leads"
    FOUND_PANEL = "found_panel", "Set up a Channel panel and take its chair"
    SEAT_PEOPLE = "seat_people", "Say who sits on a panel that one chairs"
    EXPORT_PDF = "export_channel_pdf", "Take a panel's agenda, record or figures out as PDF"
    EXPORT_WORKBOOK = "export_channel_workbook", "Take a panel's record or figures out as a workbook"
    VIEW_PERFORMANCE = "view_channel_performance", "Read how a panel that one chairs performs, exactly"
    PROPOSE_FIGURES = "propose_channel_figures", "Propose figures about cases of a panel that one leads"
    APPROVE_FIGURES = (
        "approve_channel_figures",
        "Approve figures that somebody else proposed, and decide how they print",
    )
    VIEW_FIGURES = "view_channel_figures", "Read released figures about Channel cases"
    BREAK_GLASS = "break_glass", "Read a case in an emergency, for half an hour, before everybody's eyes"
    REVIEW_BREAK_GLASS = "review_break_glass", "Approve and review what others read in an emergency"
    DECIDE_RETENTION = "decide_retention", "Decide how long cases are kept"
    REVIEW_RETENTION = "review_retention", "Look at cases whose period is over, and at certificates"


CHANNEL_GRANTS: dict[PermissionName, frozenset[Role]] = {
    ChannelPermission.VIEW_CHANNEL: PANEL_ROLES,
    ChannelPermission.LEAD_PANEL: frozenset({Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR}),
    ChannelPermission.FOUND_PANEL: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.SEAT_PEOPLE: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.EXPORT_PDF: frozenset({Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR}),
    # The administrator takes no bulk out: neither workbooks nor figures (the product's role table).
    ChannelPermission.EXPORT_WORKBOOK: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.VIEW_PERFORMANCE: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.PROPOSE_FIGURES: frozenset({Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR}),
    ChannelPermission.APPROVE_FIGURES: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.VIEW_FIGURES: frozenset(
        {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR, Role.BOARD_MEMBER, Role.REPORT_AUTHOR}
    ),
    ChannelPermission.BREAK_GLASS: CHANNEL_ROLES,
    ChannelPermission.REVIEW_BREAK_GLASS: frozenset(
        {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR, Role.AUDITOR}
    ),
    ChannelPermission.DECIDE_RETENTION: frozenset({Role.CHANNEL_CHAIR}),
    ChannelPermission.REVIEW_RETENTION: frozenset(
        {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR, Role.AUDITOR}
    ),
}
