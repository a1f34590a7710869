"""What waits for whoever may change plans: requests for more time, and reviews that fall due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse

from compliance.permissions import CompliancePermission
from compliance.queries.extensions import waiting_for
from compliance.queries.plan_reviews import reviews_due
from prevent_portal.accounts.access import accesses_of
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council

LOOK_AHEAD = timedelta(days=30)
"""How long before a review falls due its coordinators hear of it: long enough to get papers out."""


def _edited(user: User) -> dict[int, Council]:
    """The councils where the person may change plans: two statements for any number of councils."""
    return {
        access.council.pk: access.council
        for access in accesses_of(user)
        if access.may(CompliancePermission.EDIT_PLANS)
    }


def extensions_to_decide(user: User, today: date) -> Iterable[DueItem]:
    """Requests for more time that the person may decide: not the person's own (OP-6)."""
    councils = _edited(user)
    if not councils:
        return
    for asked in waiting_for(user, councils):
        council = councils[asked.council_id]
        yield DueItem(
            council=council,
            due_on=min(asked.due_on, today + timedelta(days=7)),
            reference=asked.action.reference,
            title=asked.action.title,
            task="Decide on more time",
            href=reverse("extension", args=[council.slug, asked.pk]),
        )


def reviews_to_hold(user: User, today: date) -> Iterable[DueItem]:
    """Reviews of plans that fall due within the month or are late."""
    councils = _edited(user)
    if not councils:
        return
    for pair, due_on in reviews_due(councils, today, today + LOOK_AHEAD):
        council = councils[pair.council_id]
        yield DueItem(
            council=council,
            due_on=due_on,
            reference="Plan review",
            title=f"{pair.plan.title}: {pair.board.name}",
            task="Record the review",
            href=reverse("plan-reviews", args=[council.slug, pair.plan_id]),
        )
