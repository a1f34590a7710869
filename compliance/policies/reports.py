"""When a report may be made final, and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.enums import ReportState
from compliance.models import Report, ReportSection
from compliance.queries.report_content import unwritten
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError


def check_can_be_final(report: Report, sections: Sequence[ReportSection], by: User) -> None:
    """Raise PolicyError, in words that say what to do, unless the report may be made final by this person."""
    if report.state == ReportState.FINAL:
        raise PolicyError("This report is final already.")
    if report.state != ReportState.FROZEN:
        raise PolicyError("Freeze the figures first.")
    if report.frozen_by_id == by.pk:
        raise PolicyError("You froze the figures, so somebody else makes the report final.")
    missing = unwritten(sections)
    if missing:
        names = ", ".join(f"“{section.heading}”" for section in missing)
        raise PolicyError(f"Write these sections first: {names}.")
