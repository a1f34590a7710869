"""Make the picture of a council, and keep that of a quarter that has ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import JSONField
from django.utils import timezone

from compliance.models import CouncilPosition, KeptPosition
from compliance.queries.positions import head_of, stored_position, worked_out
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import next_working_day
from prevent_portal.web.overview_parts import told_at, told_now
from prevent_portal.web.quarters import Quarter

_STORE = """
INSERT INTO compliance_councilposition AS stored (id, council_id, as_at, made_at, head, parts)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (council_id) DO UPDATE
SET as_at = excluded.as_at, made_at = excluded.made_at, head = excluded.head, parts = excluded.parts
WHERE stored.made_at < excluded.made_at
"""


def present_position(*, council: Council) -> CouncilPosition:
    """The picture of the council as it stands: the stored one while it holds, else a new one, stored.

    It is made for nobody in particular, so in the service's scope. Two at once make two, and the later stays.
    It is no act of anybody's: nothing is recorded.
    """
    now = timezone.now()
    found = stored_position(council, now)
    if found is not None:
        return found
    with service_scope(council=council):
        # The head first: what is recorded while the parts are read makes the picture old, not wrong.
        head = head_of(council)
        today = timezone.localdate(now)
        made = CouncilPosition(
            council=council, as_at=today, made_at=now, head=head, parts=told_now(council, today)
        )
        with connection.cursor() as cursor:
            parts = JSONField().get_db_prep_value(made.parts, connection)
            cursor.execute(_STORE, [made.pk, council.pk, today, now, head, parts])
    return made


def worked_out_position(*, council: Council, quarter: Quarter) -> dict[str, Any]:
    """The parts of a quarter of which nothing was kept, from rows that carry dates. Stores nothing."""
    with service_scope(council=council):
        return worked_out(council, quarter)


def keep_quarter(*, council: Council, quarter: Quarter, is_late: bool = False) -> bool:
    """Keep the picture of a quarter that has ended; it is never changed. Returns whether it is new.

    Args:
        is_late: long after the quarter: only what carries dates is kept, and the page says so.
    """
    parts = told_at(council, quarter.end, worked_out=is_late)
    kept = KeptPosition(council=council, quarter_end=quarter.end, parts=parts, worked_out=is_late)
    made = KeptPosition.objects.bulk_create([kept], ignore_conflicts=True)
    stored = KeptPosition.objects.filter(council=council, pk=made[0].pk).exists()
    if stored:
        record(
            action="compliance.position_kept",
            subject=kept,
            details={"quarter_end": quarter.end, "worked_out": is_late},
        )
    return stored


def keep_due(*, council: Council, today: date) -> bool:
    """Keep the picture of the quarter that ended last, from the first working day after it. Safe at any time.

    A portal that was off for longer than a month keeps what carries dates alone.
    """
    quarter = Quarter.of(today).previous
    if today < next_working_day(Quarter.of(today).start):
        return False
    if KeptPosition.objects.filter(council=council, quarter_end=quarter.end).exists():
        return False
    if council.joined_on is None or council.joined_on > quarter.end:
        return False
    return keep_quarter(council=council, quarter=quarter, is_late=(today - quarter.end).days > 31)
