"""In what state a thing may be changed, one module for each noun. Who may is permissions.

The kernel words refusals; services and pages of compliance read them from here, beside their policies.
"""

from __future__ import annotations

from prevent_portal.tenancy.refusals import (
    AlreadySent,
    Difference,
    PolicyError,
    StaleVersion,
    check_same_sending,
)

__all__ = ["AlreadySent", "Difference", "PolicyError", "StaleVersion", "check_same_sending"]
