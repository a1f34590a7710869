"""What people may do with action plans, the duty checklist and scrutiny reviews (roles of the product)."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName

_READERS_OF_L1 = frozenset(
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
_OWNERS_ONLY = frozenset({Role.PARTNER_LEAD, Role.PANEL_MEMBER})
"""Partner people: of the plans they see the actions they own, and nothing else."""

_OFFICERS = frozenset({Role.COORDINATOR, Role.SAFETY_OFFICER, Role.EDUCATION_OFFICER})

RESPONDENT_ROLES = _OFFICERS | {Role.PARTNER_LEAD, Role.PARTNER_SUBMITTER, Role.PANEL_MEMBER}
"""Roles of people who may be asked for checklist items. Partners see those they are asked for, no others."""

RISK_AUDIENCE_ROLES = frozenset(
    {
        Role.COORDINATOR,
        Role.SAFETY_OFFICER,
        Role.CHANNEL_CHAIR,
        Role.REPORT_AUTHOR,
        Role.BOARD_MEMBER,
        Role.CABINET_MEMBER,
    }
)
"""Roles with which one may come to be on the audience of a local risk; by the role alone nobody reads one."""


class CompliancePermission(PermissionName):
    VIEW_OVERVIEW = "view_overview", "Read the council's overview"
    VIEW_OWN_OVERVIEW = "view_own_overview", "Read an overview of what concerns oneself"
    SET_UP_COUNCIL = "set_up_council", "Follow the guided start of a new council"
    VIEW_PLANS = "view_plans", "Read every action plan"
    VIEW_OWN_ACTIONS = "view_own_actions", "Read the actions one owns"
    LOG_PROGRESS = "log_progress", "Log progress on the actions one owns"
    EDIT_PLANS = "edit_plans", "Change plans, and log progress on every action"
    SHARE_WITH_COUNCILS = "share_with_councils", "Let other councils read plans and publishable risks"
    READ_SHARED = "read_shared", "Read what other councils share with the council"
    VIEW_CHECKLIST = "view_checklist", "Read the duty checklist"
    VIEW_OWN_ITEMS = "view_own_items", "Read the checklist items one is asked for"
    ANSWER_OWN_ITEMS = "answer_own_items", "Answer the checklist items one owns"
    ANSWER_CHECKLIST = "answer_checklist", "Answer every checklist item"
    RUN_ROUNDS = "run_rounds", "Open and close rounds of the duty checklist, and word its local items"
    MODERATE_CHECKLIST = (
        "moderate_checklist",
        "Ask people for checklist items, return or accept answers, moderate and agree scores",
    )
    VIEW_SCRUTINY = "view_scrutiny", "Read scrutiny reviews and their recommendations"
    VIEW_UNPUBLISHED_REVIEWS = "view_unpublished_reviews", "Read scrutiny reviews before they are published"
    EDIT_SCRUTINY = "edit_scrutiny", "Write scrutiny reviews, and put them up for closure"
    REPORT_ON_RECOMMENDATIONS = (
        "report_on_recommendations",
        "Log progress on the recommendations one reports on, and propose that they are complete",
    )
    CONFIRM_RECOMMENDATIONS = (
        "confirm_recommendations",
        "Record what a committee decided about recommendations and reviews",
    )
    VIEW_REPORTS = "view_reports", "Read final committee reports"
    VIEW_DRAFT_REPORTS = "view_draft_reports", "Read committee reports before they are final"
    EDIT_OWN_REPORTS = "edit_own_reports", "Write, freeze and render the reports one is the author of"
    EDIT_REPORTS = "edit_reports", "Write, freeze and render every report"
    FINALISE_REPORTS = "finalise_reports", "Make a report final that somebody else has frozen"
    ADVISE_REPORTS = (
        "advise_reports",
        "Read and write the report sections on which one's advice was sought",
    )
    SIGN_REPORTS = "sign_reports", "Sign the reports of which one is a signatory"
    PUBLISH_REPORTS = "publish_reports", "Publish final reports for everybody, and withdraw them"
    EDIT_REPORT_TEMPLATES = "edit_report_templates", "Change report templates and schedules"
    VIEW_PUBLISHED_RISKS = "view_published_risks", "Read what may be published of the local risk"
    VIEW_RISKS = "view_risks", "Read the local risks on whose audience one is"
    REVIEW_OWN_RISKS = "review_own_risks", "Review the local risks one owns, on their audience"
    EDIT_RISKS = "edit_risks", "Add local risks, keep those on whose audience one is, and name it"
    APPROVE_RISK_SUMMARIES = (
        "approve_risk_summaries",
        "Approve somebody else's publishable summary of a risk, on its audience",
    )
    APPOINT_RISK_KEEPER = "appoint_risk_keeper", "Name who keeps the risk register when nobody does"


COMPLIANCE_GRANTS: dict[PermissionName, frozenset[Role]] = {
    CompliancePermission.VIEW_OVERVIEW: _READERS_OF_L1,
    CompliancePermission.VIEW_OWN_OVERVIEW: frozenset(
        {Role.COUNCILLOR, Role.DEMOCRATIC_SERVICES, Role.PARTNER_LEAD, Role.PARTNER_SUBMITTER}
    ),
    CompliancePermission.SET_UP_COUNCIL: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    CompliancePermission.VIEW_PLANS: _READERS_OF_L1,
    CompliancePermission.VIEW_OWN_ACTIONS: _READERS_OF_L1 | _OWNERS_ONLY,
    CompliancePermission.LOG_PROGRESS: _OFFICERS | _OWNERS_ONLY,
    CompliancePermission.EDIT_PLANS: frozenset({Role.COORDINATOR}),
    CompliancePermission.SHARE_WITH_COUNCILS: frozenset({Role.COORDINATOR}),
    CompliancePermission.READ_SHARED: _READERS_OF_L1,
    CompliancePermission.VIEW_CHECKLIST: _READERS_OF_L1,
    CompliancePermission.VIEW_OWN_ITEMS: _READERS_OF_L1 | RESPONDENT_ROLES,
    CompliancePermission.ANSWER_OWN_ITEMS: RESPONDENT_ROLES,
    CompliancePermission.ANSWER_CHECKLIST: frozenset({Role.COORDINATOR}),
    CompliancePermission.RUN_ROUNDS: frozenset({Role.COORDINATOR}),
    CompliancePermission.MODERATE_CHECKLIST: frozenset({Role.COORDINATOR}),
    CompliancePermission.VIEW_SCRUTINY: _READERS_OF_L1 | {Role.COUNCILLOR, Role.DEMOCRATIC_SERVICES},
    CompliancePermission.VIEW_UNPUBLISHED_REVIEWS: _READERS_OF_L1,
    CompliancePermission.EDIT_SCRUTINY: frozenset({Role.COORDINATOR}),
    CompliancePermission.REPORT_ON_RECOMMENDATIONS: _OFFICERS,
    CompliancePermission.CONFIRM_RECOMMENDATIONS: frozenset({Role.COORDINATOR, Role.DEMOCRATIC_SERVICES}),
    CompliancePermission.VIEW_REPORTS: _READERS_OF_L1 | {Role.COUNCILLOR, Role.DEMOCRATIC_SERVICES},
    CompliancePermission.VIEW_DRAFT_REPORTS: _READERS_OF_L1 - {Role.BOARD_MEMBER},
    CompliancePermission.EDIT_OWN_REPORTS: frozenset({Role.COORDINATOR, Role.REPORT_AUTHOR}),
    CompliancePermission.EDIT_REPORTS: frozenset({Role.COORDINATOR}),
    CompliancePermission.FINALISE_REPORTS: frozenset({Role.COORDINATOR, Role.CABINET_MEMBER}),
    CompliancePermission.ADVISE_REPORTS: _OFFICERS | {Role.CONSULTEE, Role.REPORT_AUTHOR},
    CompliancePermission.SIGN_REPORTS: frozenset(
        {Role.COORDINATOR, Role.REPORT_AUTHOR, Role.CABINET_MEMBER, Role.BOARD_MEMBER}
    ),
    CompliancePermission.PUBLISH_REPORTS: frozenset({Role.COORDINATOR, Role.DEMOCRATIC_SERVICES}),
    CompliancePermission.EDIT_REPORT_TEMPLATES: frozenset({Role.COORDINATOR}),
    CompliancePermission.VIEW_PUBLISHED_RISKS: _READERS_OF_L1,
    CompliancePermission.VIEW_RISKS: RISK_AUDIENCE_ROLES,
    CompliancePermission.REVIEW_OWN_RISKS: frozenset({Role.COORDINATOR, Role.SAFETY_OFFICER}),
    CompliancePermission.EDIT_RISKS: frozenset({Role.COORDINATOR}),
    CompliancePermission.APPROVE_RISK_SUMMARIES: frozenset(
        {Role.COORDINATOR, Role.BOARD_MEMBER, Role.CABINET_MEMBER}
    ),
    CompliancePermission.APPOINT_RISK_KEEPER: frozenset({Role.ADMINISTRATOR}),
}
