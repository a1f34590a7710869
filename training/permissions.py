"""What people may do with training returns."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName


class TrainingPermission(PermissionName):
    VIEW_COVERAGE = "view_training_coverage", "See training coverage of every organisation of the council"
    REVIEW_RETURNS = "review_training_returns", "Accept or query training returns"
    RUN_ROUNDS = "run_training_rounds", "Run rounds of returns; keep the council's own courses and targets"
    RECORD_SERVICES = "record_training_services", "Record the training of the council's own services"
    SUBMIT_RETURNS = "submit_training_returns", "Send and read the returns of one's own organisation"
    SET_LINES = "set_training_lines", "Set by how much a return must change to be named"
    VIEW_IMPROVEMENT = "view_improvement_plans", "See the improvement plans of every organisation"
    EDIT_IMPROVEMENT = "edit_improvement_plans", "Agree and close improvement plans"
    VIEW_OWN_IMPROVEMENT = "view_own_improvement_plans", "See the improvement plans of one's own organisation"
    REPORT_IMPROVEMENT = "report_improvement", "Report on improvement plans that are one's own"
    RECORD_SCHOOLS = "record_school_training", "Record the training of schools and settings"
    VIEW_SESSIONS = "view_training_sessions", "See sessions, facilitators, plans, requests and surveys"
    WRITE_SESSIONS = "write_training_sessions", "Keep sessions, facilitators, delivery plans and surveys"
    ANSWER_REQUESTS = "answer_training_requests", "Answer the requests of organisations for training"
    ASK_FOR_TRAINING = "ask_for_training", "Ask for training of one's own organisation"


_READERS_OF_L2 = frozenset(
    {
        Role.COORDINATOR,
        Role.SAFETY_OFFICER,
        Role.REPORT_AUTHOR,
        Role.CABINET_MEMBER,
        Role.AUDITOR,
    }
)
"""An improvement plan is agreed in confidence between a council and an organisation."""

TRAINING_GRANTS: dict[PermissionName, frozenset[Role]] = {
    TrainingPermission.VIEW_COVERAGE: frozenset(
        {
            Role.COORDINATOR,
            Role.ADMINISTRATOR,
            Role.SAFETY_OFFICER,
            Role.EDUCATION_OFFICER,
            Role.REPORT_AUTHOR,
            Role.BOARD_MEMBER,
            Role.CABINET_MEMBER,
            Role.AUDITOR,
        }
    ),
    TrainingPermission.REVIEW_RETURNS: frozenset({Role.COORDINATOR}),
    TrainingPermission.RUN_ROUNDS: frozenset({Role.COORDINATOR}),
    TrainingPermission.RECORD_SERVICES: frozenset({Role.COORDINATOR}),
    TrainingPermission.SUBMIT_RETURNS: frozenset(
        {Role.COORDINATOR, Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD}
    ),
    TrainingPermission.SET_LINES: frozenset({Role.COORDINATOR}),
    TrainingPermission.VIEW_IMPROVEMENT: _READERS_OF_L2,
    TrainingPermission.EDIT_IMPROVEMENT: frozenset({Role.COORDINATOR}),
    TrainingPermission.VIEW_OWN_IMPROVEMENT: _READERS_OF_L2 | {Role.PARTNER_LEAD},
    TrainingPermission.REPORT_IMPROVEMENT: frozenset(
        {Role.COORDINATOR, Role.SAFETY_OFFICER, Role.PARTNER_LEAD}
    ),
    TrainingPermission.RECORD_SCHOOLS: frozenset({Role.COORDINATOR, Role.EDUCATION_OFFICER}),
    TrainingPermission.VIEW_SESSIONS: frozenset(
        {
            Role.COORDINATOR,
            Role.ADMINISTRATOR,
            Role.SAFETY_OFFICER,
            Role.EDUCATION_OFFICER,
            Role.REPORT_AUTHOR,
            Role.BOARD_MEMBER,
            Role.CABINET_MEMBER,
            Role.AUDITOR,
        }
    ),
    TrainingPermission.WRITE_SESSIONS: frozenset(
        {Role.COORDINATOR, Role.SAFETY_OFFICER, Role.EDUCATION_OFFICER}
    ),
    TrainingPermission.ANSWER_REQUESTS: frozenset({Role.COORDINATOR}),
    TrainingPermission.ASK_FOR_TRAINING: frozenset({Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD}),
}
"""A coordinator sends the returns of the council's own services by the same page as a partner."""
