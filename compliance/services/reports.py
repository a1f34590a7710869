"""Freeze the figures of a report, and make it final."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import (
    Report,
)
from compliance.policies import PolicyError
from compliance.policies.reports import check_can_be_final
from compliance.queries.reports import live_blocks, sections_of
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def locked_report(report: Report) -> Report:
    """The report, locked, unless it is final."""
    locked = Report.objects.select_for_update(no_key=True).get(council=report.council_id, pk=report.pk)
    if locked.state == ReportState.FINAL:
        raise PolicyError("This report is final, so it stays as it is.")
    return locked


def freeze(*, report: Report, by: User) -> Report:
    """Take the figures as they are today; from now on the report shows these.

    Raises:
        PolicyError: if they are frozen already.
    """
    with transaction.atomic():
        locked = locked_report(report)
        if locked.state != ReportState.DRAFT:
            raise PolicyError("The figures of this report are frozen already.")
        today = timezone.localdate()
        blocks = live_blocks(locked.council, locked, sections_of(locked), today)
        locked.state = ReportState.FROZEN
        locked.as_at = today
        locked.snapshot = {key: [block.as_json() for block in own] for key, own in blocks.items()}
        locked.frozen_at = timezone.now()
        locked.frozen_by = by
        locked.save(update_fields=["state", "as_at", "snapshot", "frozen_at", "frozen_by"])
        record(action="compliance.report_frozen", subject=locked, details={"as_at": today})
    return locked


def thaw(*, report: Report, by: User) -> Report:
    """Let the figures of a frozen report live again, until it is frozen anew. Documents made of it stay.

    Raises:
        PolicyError: unless the report is frozen and not final.
    """
    with transaction.atomic():
        locked = locked_report(report)
        if locked.state != ReportState.FROZEN:
            raise PolicyError("The figures of this report are not frozen.")
        locked.state = ReportState.DRAFT
        locked.as_at = None
        locked.snapshot = None
        locked.frozen_at = None
        locked.frozen_by = None
        locked.save(update_fields=["state", "as_at", "snapshot", "frozen_at", "frozen_by"])
        record(action="compliance.report_thawed", subject=locked, details={"by": by.pk})
    return locked


def finalise(*, report: Report, by: User) -> Report:
    """Make a frozen report final: nothing in it changes afterwards (rule 12 of the product).

    Raises:
        PolicyError: if it is not frozen, a required section is empty, or the person froze it (OP-6).
    """
    with transaction.atomic():
        locked = locked_report(report)
        check_can_be_final(locked, sections_of(locked), by)
        locked.state = ReportState.FINAL
        locked.final_at = timezone.now()
        locked.final_by = by
        locked.save(update_fields=["state", "final_at", "final_by"])
        record(action="compliance.report_finalised", subject=locked)
    return locked
