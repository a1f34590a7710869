"""Reads of the picture of a council, as it stands and as it was kept."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import BigIntegerField, Func, TextField, Value
from django.utils import timezone

from compliance.models import CouncilPosition, KeptPosition
from prevent_portal.tenancy.models import Council
from prevent_portal.web.overview_parts import Data, told_at
from prevent_portal.web.quarters import Quarter

HOLDS = timedelta(minutes=5)
"""How long a picture holds while nothing is recorded of the council.

What other councils do, such as a trust-wide return or a joint board's meeting, is recorded of them.
"""
FIRST = Quarter(2015, 1)
"""The Prevent duty came into force on 1 July 2015; no quarter before it has a picture."""
OFFERED = 8
"""Past quarters that the overview offers to choose from."""


class HeadOf(Func):
    """The newest open event of a council's trail, as text that says nothing by itself."""

    function = "audit.head_of"
    output_field = TextField()


def stored_position(council: Council, now: datetime) -> CouncilPosition | None:
    """The stored picture, if it still holds: of today, not too old, and nothing recorded since. One query."""
    found = (
        CouncilPosition.objects.filter(council=council)
        .annotate(head_now=HeadOf(Value(council.pk, output_field=BigIntegerField())))
        .first()
    )
    if found is None or found.as_at != timezone.localdate(now) or found.head != found.head_now:
        return None
    return found if found.made_at <= now < found.made_at + HOLDS else None


def head_of(council: Council) -> str:
    """The newest open event of the council's trail. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.head_of(%s)", [council.pk])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def kept_position(council: Council, quarter: Quarter) -> KeptPosition | None:
    """The picture that was kept of a quarter. One query."""
    return KeptPosition.objects.filter(council=council, quarter_end=quarter.end).first()


def worked_out(council: Council, quarter: Quarter) -> dict[str, Data]:
    """The picture of a quarter that was not kept, from the rows that carry dates. Needs a council's scope."""
    return told_at(council, quarter.end, worked_out=True)


def quarter_named(name: str, today: date) -> Quarter | None:
    """The quarter that an address names, such as ``2026-Q2``, if it has ended and is not before the duty."""
    found = re.fullmatch(r"(\d{4})-Q([1-4])", name)
    if found is None:
        return None
    quarter = Quarter(int(found[1]), int(found[2]))
    return quarter if FIRST <= quarter < Quarter.of(today) else None


def name_of(quarter: Quarter) -> str:
    """How addresses name a quarter of a financial year: ``2026-Q2`` is July to September 2026."""
    return f"{quarter.year}-Q{quarter.number}"


def past_quarters(today: date) -> list[Quarter]:
    """The quarters to choose from, the latest first."""
    found = [Quarter.of(today).previous]
    while len(found) < OFFERED:
        found.append(found[-1].previous)
    return found
