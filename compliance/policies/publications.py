"""When a report may be published for everybody."""

from __future__ import annotations

from compliance.enums import ReportState
from compliance.models import Publication, Report
from prevent_portal.tenancy.refusals import PolicyError


def check_can_be_published(
    report: Report, publication: Publication | None, correction: Publication | None
) -> None:
    """Raise PolicyError unless the report is final, and neither it nor a correction of it was published.

    Args:
        correction: what was published of a report that puts this one right, withdrawn or not.
    """
    if report.state != ReportState.FINAL:
        raise PolicyError("Only a final report is published.")
    if publication is None:
        if correction is not None:
            raise PolicyError(
                f"{correction.report.reference} puts this report right and was published, so this one is not."
            )
        return
    if publication.withdrawn_at is not None:
        raise PolicyError("This report was withdrawn. Correct it, and publish the correction.")
    raise PolicyError("This report is published already.")
