"""What people may do with training returns."""

from __future__ import annotations

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName


class TrainingPermission(PermissionName):
    VIEW_COVERAGE = "view_training_coverage", "See training coverage of every organisation of the council"
    REVIEW_RETURNS = "review_training_returns", "Accept or query training returns"
    RECORD_SERVICES = "record_training_services", "Record the training of the council's own services"
    SUBMIT_RETURNS = "submit_training_returns", "Send and read the returns of one's own organisation"


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
    TrainingPermission.RECORD_SERVICES: frozenset({Role.COORDINATOR}),
    TrainingPermission.SUBMIT_RETURNS: frozenset(
        {Role.COORDINATOR, Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD}
    ),
}
"""A coordinator sends the returns of the council's own services by the same page as a partner."""
