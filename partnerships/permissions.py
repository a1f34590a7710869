"""What people may do with organisations, boards and meetings."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName

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


class PartnershipsPermission(PermissionName):
    VIEW_PARTNERSHIP = "view_partnership", "See organisations, boards and meetings"
    EDIT_PARTNERSHIP = "edit_partnership", "Change organisations, boards and meetings"


PARTNERSHIPS_GRANTS: dict[PermissionName, frozenset[Role]] = {
    PartnershipsPermission.VIEW_PARTNERSHIP: _MEMBERS_OF_L1,
    PartnershipsPermission.EDIT_PARTNERSHIP: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
}
