"""What people may do with organisations, boards and meetings."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName

PARTNER_ROLES = frozenset({Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD})
"""Roles of people who belong to a partner and not to the council."""

_MEMBERS_OF_L1 = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.COORDINATOR,
        Role.SAFETY_OFFICER,
        Role.EDUCATION_OFFICER,
        Role.CHANNEL_CHAIR,
        Role.REPORT_AUTHOR,
        Role.BOARD_MEMBER,
        Role.CABINET_MEMBER,
        Role.AUDITOR,
    }
)

_READERS_OF_L2 = frozenset(
    {
        Role.COORDINATOR,
        Role.SAFETY_OFFICER,
        Role.CHANNEL_CHAIR,
        Role.REPORT_AUTHOR,
        Role.CABINET_MEMBER,
        Role.AUDITOR,
    }
)
"""Who reads what is partnership-confidential, money included. An administrator only as granted."""


_READERS_OF_ACKNOWLEDGEMENTS = frozenset({Role.COORDINATOR, Role.CHANNEL_CHAIR, Role.AUDITOR})
"""Who keeps the promises, who leads the panel that rests on them, and who reads its access log anyway.

That somebody sits on Channel is nobody else's business; whoever has promised sees the own promise elsewhere.
"""


class PartnershipsPermission(PermissionName):
    """Held on a council through a role in it."""

    VIEW_PARTNERSHIP = "view_partnership", "See organisations, boards and meetings"
    EDIT_PARTNERSHIP = "edit_partnership", "Change organisations, boards and meetings"
    VIEW_BOARD_PAPERS = "view_board_papers", "Read every board's papers, also on boards one does not sit on"
    VIEW_PARTNER_AUDITS = (
        "view_partner_audits",
        "See audits of partners: the council's readers all of them, a partner's Prevent lead its own",
    )
    EDIT_PARTNER_AUDITS = "edit_partner_audits", "Record audits of partners, and close their findings"
    VIEW_GRANTS = "view_grants", "See grants and claims"
    VIEW_ACKNOWLEDGEMENTS = (
        "view_acknowledgements",
        "See who has promised to keep confidential what Channel and the partnership hear",
    )
    EDIT_GRANTS = "edit_grants", "Change grants and submit claims"


class OrganisationPermission(PermissionName):
    """Held on one Organisation by a named person, through guardian; never through a role or on the model.

    Its content type is Organisation, so it lives in that model's ``Meta.permissions`` and not in the registry
    of roles (accounts.grants), whose names are held on Council.
    """

    SUBMIT_RETURNS = "submit_returns", "Send training returns for the organisation and read its own"


PARTNERSHIPS_GRANTS: dict[PermissionName, frozenset[Role]] = {
    PartnershipsPermission.VIEW_PARTNERSHIP: _MEMBERS_OF_L1,
    PartnershipsPermission.EDIT_PARTNERSHIP: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    PartnershipsPermission.VIEW_BOARD_PAPERS: _READERS_OF_L2,
    PartnershipsPermission.VIEW_PARTNER_AUDITS: _READERS_OF_L2 | {Role.PARTNER_LEAD},
    PartnershipsPermission.EDIT_PARTNER_AUDITS: frozenset({Role.COORDINATOR}),
    PartnershipsPermission.VIEW_GRANTS: _READERS_OF_L2,
    PartnershipsPermission.VIEW_ACKNOWLEDGEMENTS: _READERS_OF_ACKNOWLEDGEMENTS,
    PartnershipsPermission.EDIT_GRANTS: frozenset({Role.COORDINATOR}),
}
