"""The rooms of reports: groups that the sub-navigation names, and the pages of each."""

from __future__ import annotations

from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.areas import Area, AreaGroup, Areas, areas_of

REPORT_GROUPS: tuple[AreaGroup, ...] = (
    AreaGroup(
        "Reports",
        (
            Area("Reports", "reports", CompliancePermission.VIEW_REPORTS),
            Area("Archive", "report-archive", CompliancePermission.VIEW_REPORTS),
        ),
    ),
    AreaGroup(
        "Committees",
        (Area("Committees", "report-schedules", CompliancePermission.EDIT_REPORT_TEMPLATES),),
    ),
    AreaGroup(
        "Templates",
        (
            Area("Templates", "report-templates", CompliancePermission.EDIT_REPORT_TEMPLATES),
            Area("Legal texts", "report-legal-texts", CompliancePermission.EDIT_REPORT_TEMPLATES),
        ),
    ),
)
"""In the order of the sub-navigation. A new noun adds one line with the route of its first page."""


def report_areas(access: CouncilAccess, current: str = "") -> Areas | None:
    """The rooms that the person may enter, as :func:`prevent_portal.web.areas.areas_of` tells them."""
    return areas_of("Reports", REPORT_GROUPS, access, current)
