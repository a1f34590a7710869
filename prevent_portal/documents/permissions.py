"""What people may do with evidence. What each may read is the rule of the things that it hangs on."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName

_OFFICERS = frozenset({Role.COORDINATOR, Role.SAFETY_OFFICER, Role.EDUCATION_OFFICER, Role.REPORT_AUTHOR})
_READERS = _OFFICERS | {
    Role.ADMINISTRATOR,
    Role.CHANNEL_CHAIR,
    Role.BOARD_MEMBER,
    Role.CABINET_MEMBER,
    Role.AUDITOR,
    Role.COUNCILLOR,
    Role.PANEL_MEMBER,
    Role.PARTNER_LEAD,
    Role.PARTNER_SUBMITTER,
}

PARTNER_ROLES = frozenset({Role.PANEL_MEMBER, Role.PARTNER_LEAD, Role.PARTNER_SUBMITTER})
"""People of partner organisations: they learn no name of anybody else in the council."""


class DocumentsPermission(PermissionName):
    VIEW_EVIDENCE = "view_evidence", "Open the evidence library: what hangs on things one may read"
    ADD_EVIDENCE = "add_evidence", "Put evidence into the library before it hangs on anything"
    MANAGE_EVIDENCE = "manage_evidence", "Change evidence of others, and see what hangs on nothing"


DOCUMENTS_GRANTS: dict[PermissionName, frozenset[Role]] = {
    DocumentsPermission.VIEW_EVIDENCE: _READERS,
    DocumentsPermission.ADD_EVIDENCE: _OFFICERS,
    DocumentsPermission.MANAGE_EVIDENCE: frozenset({Role.COORDINATOR}),
}
