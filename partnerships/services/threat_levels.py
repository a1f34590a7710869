"""Write the national threat level, as the owner of the tables: no council and no page may."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from partnerships.enums import ThreatLevelName
from partnerships.models import ThreatLevel
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.web.dates import british_date

SHIPPED = Path(__file__).resolve().parent.parent / "national_threat_levels.csv"


@dataclass(frozen=True)
class ShippedLevel:
    """One line of the history that comes with the portal."""

    starts_on: date
    level: ThreatLevelName
    source: str
    source_url: str


def shipped_levels() -> Iterator[ShippedLevel]:
    """The history that comes with the portal, the earliest first."""
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield ShippedLevel(
                date.fromisoformat(row["starts_on"]),
                ThreatLevelName(row["level"]),
                row["source"],
                row["source_url"],
            )


def sync_threat_levels(*, using: str, **kwargs: Any) -> None:
    """Add the shipped lines that are missing, after each migrate. What the operator wrote stays.

    Does nothing where the table is not there, as while the migration is unapplied.
    """
    if ThreatLevel._meta.db_table not in connections[using].introspection.table_names():
        return
    known = set(ThreatLevel.objects.using(using).values_list("starts_on", flat=True))
    ThreatLevel.objects.using(using).bulk_create(
        ThreatLevel(
            level=line.level, starts_on=line.starts_on, source=line.source, source_url=line.source_url
        )
        for line in shipped_levels()
        if line.starts_on not in known
    )


def set_threat_level(
    *, using: str, level: ThreatLevelName, starts_on: date, source: str, source_url: str, today: date
) -> ThreatLevel:
    """Record the national level from a day on, or correct the line of that day.

    Args:
        using: the alias of the owner's login; the app's role is refused by the database.

    Raises:
        PartnershipRefused: without a source, for a day to come, or a level that is in force before or after.
    """
    if not source.strip():
        raise PartnershipRefused("Say where the level is published.")
    if starts_on > today:
        raise PartnershipRefused(
            "A level is recorded once it is in force, so the day cannot be in the future."
        )
    with transaction.atomic(using=using):
        lines = ThreatLevel.objects.using(using).select_for_update()
        before = lines.filter(starts_on__lt=starts_on).order_by("-starts_on").first()
        after = lines.filter(starts_on__gt=starts_on).order_by("starts_on").first()
        for other in (before, after):
            if other is not None and other.level == level:
                raise PartnershipRefused(
                    f"The level is {level.label.lower()} from {british_date(other.starts_on)} already."
                )
        found, _ = ThreatLevel.objects.using(using).update_or_create(
            starts_on=starts_on,
            defaults={"level": level, "source": source.strip(), "source_url": source_url},
        )
    return found
