"""In what state a report can be handed in and signed, and by whom of those named."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.enums import ReportState
from compliance.models import Report
from compliance.queries.sign_offs import AUTHOR, Place, Standing
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.refusals import PolicyError


def check_can_be_handed_in(report: Report, standing: Standing, obstacles: Sequence[str], by: User) -> None:
    """Raise PolicyError unless the author may hand the report in for signature now."""
    if not standing.places:
        raise PolicyError("This report’s template names nobody who signs, so it is not handed in.")
    if report.state == ReportState.FINAL:
        raise PolicyError("This report is final already.")
    if report.author_id != by.pk:
        raise PolicyError("The author hands the report in.")
    if report.state != ReportState.FROZEN:
        raise PolicyError("Freeze the figures first, so that everybody signs the same ones.")
    if standing.version is not None:
        raise PolicyError("The report is handed in already, and nothing in it has changed since.")
    unnamed = [place.sign_off.title for place in standing.places if place.sign_off.person_id is None]
    if unnamed:
        names = ", ".join(f"“{title}”" for title in unnamed)
        raise PolicyError(f"Name who signs as {names} first.")
    if obstacles:
        raise PolicyError(obstacles[0])


def check_can_be_signed(report: Report, standing: Standing, by: User) -> Place:
    """The place that the person signs now.

    Raises:
        PolicyError: in words that say whose turn it is, or why theirs has not come.
    """
    place = next(
        (
            place
            for place in standing.places
            if place.sign_off.person_id == by.pk and place.sign_off.position != AUTHOR
        ),
        None,
    )
    if place is None:
        raise PolicyError("You are not one of those who sign this report.")
    if report.author_id == by.pk:
        raise PolicyError("You wrote this report, so somebody else signs it.")
    if report.state == ReportState.FINAL:
        raise PolicyError("This report is final already.")
    if standing.version is None:
        raise PolicyError(
            "There is nothing to sign yet: the author has not handed the report in, or has changed it since."
        )
    if place.state == "signed":
        raise PolicyError("You have signed this report already.")
    if not place.is_next:
        before = standing.next
        title = before.sign_off.title if before else ""
        raise PolicyError(f"It is not your turn yet: “{title}” signs before you.")
    return place
