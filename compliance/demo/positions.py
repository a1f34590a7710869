"""Pictures of past quarters in the demo, as though the portal had kept each when it ended."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from compliance.models import KeptPosition
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.working_days import next_working_day
from prevent_portal.web.overview_parts import told_at
from prevent_portal.web.quarters import Quarter

KEPT = 3
"""Quarters back; one more is left out, so that the page also shows what it works out."""


def load_positions(council: Council) -> None:
    """Keep the last quarters of a council, from what carries dates, unless some are kept."""
    if KeptPosition.objects.filter(council=council).exists():
        return
    quarter = Quarter.of(timezone.localdate())
    for _ in range(KEPT):
        morning = datetime.combine(next_working_day(quarter.start), time(0, 5))
        quarter = quarter.previous
        KeptPosition.objects.create(
            council=council,
            quarter_end=quarter.end,
            kept_at=timezone.make_aware(morning),
            parts=told_at(council, quarter.end, worked_out=True),
        )
