"""What compliance says on a council's overview: the checklist, action plans, scrutiny, reports and risks."""

from __future__ import annotations

from datetime import date

from compliance.access import visible_actions
from compliance.permissions import CompliancePermission
from compliance.queries import (
    overview_checklist,
    overview_plans,
    overview_reports,
    overview_scrutiny,
)
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web import overview_parts
from prevent_portal.web.overview_parts import Data, OwnPart, Part


def announce() -> None:
    """Fill the kernel's registry; called once, when the app is ready."""
    may = CompliancePermission
    overview_parts.register(
        Part("compliance.checklist", may.VIEW_CHECKLIST, overview_checklist.checklist_part),
        Part("compliance.actions", may.VIEW_PLANS, overview_plans.actions_part),
        Part(
            "compliance.recommendations",
            may.VIEW_UNPUBLISHED_REVIEWS,
            overview_scrutiny.recommendations_part,
        ),
        Part("compliance.risks", may.VIEW_PUBLISHED_RISKS, overview_reports.risks_part, is_dated=False),
        Part("compliance.drafts", may.VIEW_DRAFT_REPORTS, overview_reports.drafts_part),
        Part("compliance.final_reports", may.VIEW_REPORTS, overview_reports.final_part),
        Part(
            "compliance.chase_items",
            may.MODERATE_CHECKLIST,
            overview_checklist.chase_items_part,
            only_now=True,
        ),
        Part(
            "compliance.chase_actions",
            may.EDIT_PLANS,
            overview_plans.chase_actions_part,
            only_now=True,
        ),
    )
    overview_parts.register_own(
        OwnPart(
            "compliance.published",
            may.VIEW_REPORTS,
            overview_reports.published_part,
            unless=may.VIEW_OVERVIEW,
        ),
        OwnPart(
            "compliance.own_recommendations",
            may.VIEW_SCRUTINY,
            overview_scrutiny.own_recommendations_part,
            unless=may.VIEW_UNPUBLISHED_REVIEWS,
        ),
        OwnPart("compliance.own_actions", may.VIEW_OWN_ACTIONS, _own_actions_part, unless=may.VIEW_PLANS),
    )


def _own_actions_part(access: CouncilAccess, today: date) -> Data:
    """The actions that somebody owns who sees no others."""
    return overview_plans.own_actions_part(visible_actions(access), today)
