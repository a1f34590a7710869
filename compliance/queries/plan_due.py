"""What waits for whoever may change plans: requests for more time, and reviews that fall due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse

from compliance.models import ExtensionRequest, PlanReviewer
from compliance.permissions import CompliancePermission
from compliance.queries.extensions import waiting_for
from compliance.queries.plan_reviews import falling_due, running_pairs
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting

LOOK_AHEAD = timedelta(days=30)
"""How long before a review falls due its coordinators hear of it: long enough to get papers out."""


def extensions_to_decide(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Requests for more time that the person may decide: not the person's own (OP-6)."""
    councils = mine.where(CompliancePermission.EDIT_PLANS)
    if not councils:
        return

    def items(requests: list[ExtensionRequest]) -> Iterator[DueItem]:
        for asked in requests:
            council = councils[asked.council_id]
            yield DueItem(
                council=council,
                due_on=min(asked.due_on, today + timedelta(days=7)),
                reference=asked.action.reference,
                title=asked.action.title,
                task="Decide on more time",
                href=reverse("extension", args=[council.slug, asked.pk]),
                kind="extension",
            )

    yield Waiting(
        waiting_for(mine.user, councils), ("council", "due_on", "action__number", "action__title"), items
    )


def reviews_to_hold(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Reviews of plans that fall due within the month or are late."""
    councils = mine.where(CompliancePermission.EDIT_PLANS)
    if not councils:
        return

    def items(pairs: list[PlanReviewer]) -> Iterator[DueItem]:
        for pair, due_on in falling_due(pairs, today + LOOK_AHEAD):
            council = councils[pair.council_id]
            yield DueItem(
                council=council,
                due_on=due_on,
                reference="Plan review",
                title=f"{pair.plan.title}: {pair.board.name}",
                task="Record the review",
                href=reverse("plan-reviews", args=[council.slug, pair.plan_id]),
                kind="plan_review",
            )

    fields = (
        "council", "starts_on", "ends_on", "cadence", "last_on", "plan__title", "plan__starts_on",
        "plan__ends_on", "board__name",
    )  # fmt: skip
    yield Waiting(running_pairs(councils, today), fields, items)
