"""When a report may be published for everybody."""

from __future__ import annotations

from compliance.enums import ReportState
from compliance.models import Publication, Report
from prevent_portal.tenancy.refusals import PolicyError


def check_can_be_published(report: Report, publication: Publication | None) -> None:
    """Raise PolicyError unless the report is final and was not published before."""
    if report.state != ReportState.FINAL:
        raise PolicyError("Only a final report is published.")
    if publication is None:
        return
    if publication.withdrawn_at is not None:
        raise PolicyError("This report was withdrawn. Correct it, and publish the correction.")
    raise PolicyError("This report is published already.")
