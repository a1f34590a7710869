"""Reads of periods, holds, reviews of cases whose period is over, and certificates (RC-7)."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from django.db.models import Case, QuerySet, Value, When

from channel.enums import DEFAULT_RETENTION_YEARS, DestructionState
from channel.models import ChannelCase, Destruction, LegalHold, RetentionDecision
from channel.permissions import ChannelPermission
from channel.queries.definers import answers_of, column_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council


def retention_decision(council: Council) -> RetentionDecision | None:
    """The council's last decision how long cases are kept, None where it decided nothing."""
    return (
        RetentionDecision.objects.filter(council=council)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
        .first()
    )


def retention_years(council: Council) -> int:
    """How many years after the person left a case is kept, in a scope that shows the decisions."""
    decision = retention_decision(council)
    return decision.years if decision else DEFAULT_RETENTION_YEARS


def destructions(access: CouncilAccess) -> QuerySet[Destruction]:
    """Reviews of the panels that the person leads, or all for an auditor: what waits first, oldest on top.

    They come without their panels: an auditor sees none, and a join would hide the reviews with them.
    """
    if not access.may(ChannelPermission.REVIEW_RETENTION):
        return Destruction.objects.none()
    waiting = Case(
        When(state=DestructionState.PROPOSED, then=Value(0)),
        When(state=DestructionState.DUE, then=Value(1)),
        default=Value(2),
    )
    return (
        Destruction.objects.filter(council=access.council)
        .select_related("proposed_by", "decided_by")
        .order_by(waiting, "due_on", "reference")
    )


def live_hold(case: ChannelCase) -> LegalHold | None:
    """The hold that stands on a case, if there is one."""
    return (
        LegalHold.objects.filter(council=case.council_id, case=case, lifted_at__isnull=True)
        .select_related("placed_by")
        .first()
    )


def is_held(council: Council, record: UUID) -> bool:
    """Whether a hold stands on the case of a review, as far as the scope shows holds."""
    return LegalHold.objects.filter(council=council, case=record, lifted_at__isnull=True).exists()


def raise_destructions() -> list[tuple[UUID, int]]:
    """Raise a review for each case of the council whose period is over: how many, by panel.

    For the nightly job, in its scope of the council; the database refuses it to anybody else.
    """
    found = answers_of("SELECT panel, raised FROM channel_raise_destructions()")
    return [(panel, count) for panel, count in found]


def chairs_to_tell(panel: UUID) -> list[str]:
    """The addresses of a panel's chairs, for the nightly job."""
    return sorted(column_of("SELECT channel_retention_chairs(%s)", panel))


def destroy_rows(destruction: Destruction) -> dict[str, int]:
    """Delete the case of a proposed destruction with all that points to it; the database asks for the rest.

    Returns:
        How many rows of each table are gone.

    Raises:
        django.db.Error: if it is held, its period is not over, or the person proposed it themselves.
    """
    (counts,) = column_of("SELECT channel_destroy_case(%s)::text", destruction.pk)
    return dict(json.loads(counts))


def years_later(day: date, years: int) -> date:
    """The last day of a period: 29 February ends on 28 February, and the case goes the day after."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
