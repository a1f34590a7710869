"""When a report may be made final or corrected, and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.enums import ReportState
from compliance.models import Report
from compliance.queries.sign_offs import Standing
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError

_WHO = "a coordinator or cabinet member who neither wrote it nor froze its figures"


def check_can_be_final(report: Report, standing: Standing, obstacles: Sequence[str], by: User) -> None:
    """Raise PolicyError, in words that say what to do, unless the report may be made final by this person."""
    if report.state == ReportState.FINAL:
        raise PolicyError("This report is final already.")
    if report.state != ReportState.FROZEN:
        raise PolicyError("Freeze the figures first.")
    if report.frozen_by_id == by.pk:
        raise PolicyError(f"You froze the figures, so somebody else makes the report final: {_WHO}.")
    if report.author_id == by.pk:
        raise PolicyError(f"You wrote this report, so somebody else makes it final: {_WHO}.")
    if obstacles:
        raise PolicyError(obstacles[0])
    missing = [place for place in standing.places if place.state != "signed"]
    if missing:
        titles = ", ".join(f"“{place.sign_off.title}”" for place in missing)
        raise PolicyError(f"These have not signed what the report says now: {titles}.")


def check_can_be_corrected(report: Report, correction: Report | None) -> None:
    """Raise PolicyError unless the report is final and nothing corrects it yet."""
    if report.state != ReportState.FINAL:
        raise PolicyError("Only a final report is corrected. Change this one instead.")
    if correction is not None:
        raise PolicyError(f"{correction.reference} corrects this report already. Correct that one.")
