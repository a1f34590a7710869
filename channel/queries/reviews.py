"""Reads of what falls due about cases: reviews of plans, further assessments, reviews after closure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from channel.case_choices import FOLLOW_UPS, ReviewKind
from channel.models import CaseReview, ChannelCase
from channel.permissions import ChannelPermission
from channel.queries.statements import prepared_panels
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.scope import council_scope


def follow_up_days(exited_on: date) -> dict[ReviewKind, date]:
    """The days on which the reviews after a closure fall due; the last of a shorter month."""
    days = {}
    for kind, months in FOLLOW_UPS.items():
        years, month = divmod(exited_on.month - 1 + months, 12)
        year = exited_on.year + years
        days[kind] = date(year, month + 1, min(exited_on.day, monthrange(year, month + 1)[1]))
    return days


def reviews_of(case: ChannelCase) -> QuerySet[CaseReview]:
    """The reviews of a case in the order of their days; of a closed one, what was held and the follow-ups."""
    found = CaseReview.objects.filter(council=case.council_id, case=case)
    return (
        found.filter(Q(done_on__isnull=False) | Q(kind__in=sorted(FOLLOW_UPS))) if case.is_closed else found
    )


def reviews_to_hold(access: CouncilAccess) -> QuerySet[CaseReview]:
    """Reviews that wait, of cases that the person prepares. A closed case waits for its follow-ups alone."""
    return (
        CaseReview.objects.open()
        .filter(council=access.council, case__panel__in=prepared_panels(access).order_by())
        .select_related("case")
        .order_by("due_on", "pk")
    )


def first_reviews_to_hold(access: CouncilAccess) -> dict[UUID, date]:
    """The day of the earliest review that waits for each case that the person prepares."""
    days: dict[UUID, date] = {}
    for case_id, due_on in reviews_to_hold(access).values_list("case", "due_on"):
        days.setdefault(case_id, due_on)
    return days


def case_reviews_due(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """How many cases wait for a review, and the first day; for chair and secretary, one line a council.

    No reference stands there: a list of what waits asks for no second factor and records no reading (RC-3).
    Channel has no rows across councils, so each council is asked in a scope of its own.
    """
    items: list[DueItem] = []
    for access in mine.accesses:
        if not access.may(ChannelPermission.LEAD_PANEL):
            continue
        with council_scope(user_id=mine.user.pk, council=access.council):
            waiting = first_reviews_to_hold(access)
        if waiting:
            items.append(
                DueItem(
                    council=access.council,
                    due_on=min(waiting.values()),
                    reference="Channel",
                    title=f"reviews of {len(waiting)} {'case' if len(waiting) == 1 else 'cases'}",
                    task="Record a review",
                    href=reverse("channel-cases", args=[access.council.slug]),
                    kind="channel_review",
                    statutory=True,
                    restricted=True,
                )
            )
    return items
