"""Signing a report off asks for two factors (AU-1)."""

from __future__ import annotations

from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from prevent_portal.accounts.enums import SECOND_FACTOR_ROLES


def test_every_role_that_makes_a_report_final_demands_a_second_factor() -> None:
    assert COMPLIANCE_GRANTS[CompliancePermission.FINALISE_REPORTS] <= SECOND_FACTOR_ROLES
