"""Open rounds of the duty checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from compliance.models import Assessment, Edition, EditionItem, ItemAnswer
from compliance.policies import PolicyError
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def open_assessment(
    *,
    council: Council,
    by: User,
    edition: Edition,
    period: str,
    period_start: date,
    period_end: date,
    parts: Sequence[str] = (),
) -> Assessment:
    """Open a round with one empty answer per item of the edition, or of the parts of it that are named.

    Raises:
        PolicyError: if the period ends before it starts, or there is a round for this edition and start.
    """
    if period_end < period_start:
        raise PolicyError("The period must end on or after the day it starts.")
    with transaction.atomic():
        assessment, created = Assessment.objects.get_or_create(
            council=council,
            edition=edition,
            period_start=period_start,
            defaults={
                "period": period,
                "period_end": period_end,
                "opened_by": by,
                "parts": list(parts),
            },
        )
        if not created:
            raise PolicyError("There is already a round for this edition and period.")
        items = EditionItem.objects.filter(edition=edition).order_by("order")
        if parts:
            items = items.filter(part__in=parts)
        ItemAnswer.objects.bulk_create(
            ItemAnswer(council=council, assessment=assessment, item=item) for item in items
        )
        record(action="compliance.assessment_opened", subject=assessment)
    return assessment
