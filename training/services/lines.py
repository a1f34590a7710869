"""Set by how much a return must change for an automatic line to name it."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, PolicyError, StaleVersion
from prevent_portal.web.numbers import number
from training.models import LineSetting
from training.models.lines import DEFAULT_POINTS


def set_change_points(*, council: Council, points: Decimal, version: int, by: User) -> LineSetting:
    """Set a council's percentage points.

    Args:
        version: of the setting as the person saw it; 0 where the council had set nothing.

    Raises:
        StaleVersion: if somebody saved since; it holds both numbers.
        PolicyError: unless it is more than 0 and at most 100.
    """
    if not 0 < points <= 100:
        raise PolicyError("Percentage points must be more than 0 and at most 100.")
    with transaction.atomic():
        LineSetting.objects.get_or_create(council=council, defaults={"points": DEFAULT_POINTS, "version": 0})
        setting = LineSetting.objects.select_for_update().get(council=council)
        if version != setting.version:
            raise StaleVersion(
                version=setting.version,
                differences=[
                    Difference("points", "Percentage points", number(setting.points), number(points))
                ],
            )
        before = setting.points if setting.version else None
        setting.points = points
        setting.version += 1
        setting.changed_at = timezone.now()
        setting.changed_by = by
        setting.save(update_fields=["points", "version", "changed_at", "changed_by"])
        record(
            action="training.lines_set",
            subject=setting,
            details={"points": points, "before": before},
        )
    return setting
