"""The rooms of the partnership: groups that the sub-navigation names, and the pages of each."""

from __future__ import annotations

from partnerships.permissions import PartnershipsPermission
from partnerships.registers import ACTIVITY
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.areas import Area, AreaGroup, Areas, areas_of

GROUPS: tuple[AreaGroup, ...] = (
    AreaGroup(
        "Organisations",
        (
            Area("Organisations", "partnership", PartnershipsPermission.VIEW_PARTNERSHIP),
            Area("Audits of partners", "partner-audits", PartnershipsPermission.VIEW_PARTNER_AUDITS),
            Area("Districts", "districts", PartnershipsPermission.VIEW_PARTNERSHIP, counties_only=True),
        ),
    ),
    AreaGroup(
        "Boards and meetings",
        (
            Area("Boards and groups", "boards", PartnershipsPermission.VIEW_PARTNERSHIP),
            Area("Meetings", "meetings", PartnershipsPermission.VIEW_PARTNERSHIP),
            Area("Governance", "governance", PartnershipsPermission.VIEW_PARTNERSHIP),
        ),
    ),
    AreaGroup(
        "Agreements and registers",
        (Area("Registers", "partnership-registers", PartnershipsPermission.VIEW_PARTNERSHIP),),
    ),
    AreaGroup(
        "Activity",
        tuple(Area(each.title, "register-entries", each.view, slug=each.slug) for each in ACTIVITY),
    ),
    AreaGroup(
        "Funding",
        (
            Area("Grants", "grants", PartnershipsPermission.VIEW_GRANTS),
            Area("Designation and threat level", "designations", PartnershipsPermission.VIEW_PARTNERSHIP),
        ),
    ),
)
"""In the order of the sub-navigation. A new noun adds one line with the route of its first page."""


def areas(access: CouncilAccess, current: str = "", slug: str = "") -> Areas | None:
    """The rooms that the person may enter, as :func:`prevent_portal.web.areas.areas_of` tells them."""
    return areas_of("Partnership", GROUPS, access, current, slug)
