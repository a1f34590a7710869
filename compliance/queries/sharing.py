"""Reads of shares: what a council lets others read, and, in the shared scope, what others let it read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from compliance.enums import OPEN_STATUSES, ActionStatus, SummaryState
from compliance.models import (
    Action,
    ActionLead,
    ActionPlan,
    DueDateMove,
    PlanShare,
    ProgressEntry,
    RiskShare,
    RiskSummary,
)
from compliance.models.plans import overdue
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.models import display_name
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

RISKS_TITLE = "Risk assessment, publishable part"
ENDS_SOON = timedelta(days=30)
"""From when a share that ends is something to do."""


@dataclass(frozen=True)
class ShareLine:
    """One share as its owner sees it."""

    share: PlanShare | RiskShare
    title: str
    receiver: str
    state: str
    granted_by: str
    is_open: bool


@dataclass(frozen=True)
class ReceivedLine:
    """One thing that another council lets this one read today."""

    id: UUID
    kind: str
    title: str
    owner: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class SharedCounts:
    """Actions of a shared plan by state."""

    total: int
    open: int
    complete: int
    overdue: int


def receivers(council: Council, today: date) -> list[tuple[str, list[Council]]]:
    """Councils that a thing can be shared with: those on the portal, the near ones first."""
    joined = Council.objects.joined().current(today).exclude(pk=council.pk).order_by("name")
    county = council.parent_id
    near: list[Council] = []
    others: list[Council] = []
    for one in joined:
        is_near = one.parent_id == council.pk or (county is not None and county in (one.pk, one.parent_id))
        (near if is_near else others).append(one)
    groups = [("County and districts", near), ("Other councils", others)]
    return [(label, found) for label, found in groups if found]


def share_state(share: PlanShare | RiskShare, today: date) -> str:
    """In words, such as "Ended early on 3 May 2026"."""
    if share.ended_at is not None:
        return f"Ended early on {british_date(share.ended_at)}"
    if share.ends_on < today:
        return f"Ended on {british_date(share.ends_on)}"
    if share.starts_on > today:
        return "Not yet begun"
    return "Being shared"


def _line(share: PlanShare | RiskShare, today: date) -> ShareLine:
    return ShareLine(
        share=share,
        title=share.plan.title if isinstance(share, PlanShare) else RISKS_TITLE,
        receiver=share.receiver.name,
        state=share_state(share, today),
        granted_by=display_name(share.granted_by) if share.granted_by else "The portal",
        is_open=share.is_open(today),
    )


def plan_shares(council: Council, today: date, plan: ActionPlan | None = None) -> list[ShareLine]:
    """Every share of the council's plans, or of one, open ones first: one query."""
    shares = PlanShare.objects.filter(council=council).select_related("plan", "receiver", "granted_by")
    if plan is not None:
        shares = shares.filter(plan=plan)
    lines = [_line(share, today) for share in shares.order_by("-granted_at", "-pk")]
    return sorted(lines, key=lambda line: not line.is_open)


def risk_shares(council: Council, today: date) -> list[ShareLine]:
    """Every share of the council's publishable risks, open ones first: one query."""
    shares = RiskShare.objects.filter(council=council).select_related("receiver", "granted_by")
    lines = [_line(share, today) for share in shares.order_by("-granted_at", "-pk")]
    return sorted(lines, key=lambda line: not line.is_open)


# In the shared scope -----------------------------------------------------------------------------------


def received(council: Council) -> list[ReceivedLine]:
    """What other councils let this one read today, by council. Needs the shared scope: two queries."""
    plans = PlanShare.objects.filter(receiver=council).select_related("plan", "council")
    risks = RiskShare.objects.filter(receiver=council).select_related("council")
    lines = [_received(share, "plan", share.plan.title) for share in plans]
    lines += [_received(share, "risks", RISKS_TITLE) for share in risks]
    return sorted(lines, key=lambda line: (line.owner, line.title, line.id))


def _received(share: PlanShare | RiskShare, kind: str, title: str) -> ReceivedLine:
    return ReceivedLine(share.pk, kind, title, share.council.name, share.starts_on, share.ends_on)


def shared_counts(share: PlanShare, today: date) -> SharedCounts:
    """Actions of a shared plan by state: one query. Needs the shared scope."""
    found = Action.objects.filter(council=share.council_id, plan=share.plan_id).aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(status__in=OPEN_STATUSES)),
        complete=Count("pk", filter=Q(status=ActionStatus.COMPLETE)),
        overdue=Count("pk", filter=overdue(today)),
    )
    return SharedCounts(**found)


NO_ACTIONS = SharedCounts(total=0, open=0, complete=0, overdue=0)


def counts_of_shared(shares: Iterable[PlanShare], today: date) -> dict[UUID, SharedCounts]:
    """Actions by state of many shared plans, by the plan's key: one query. Needs the shared scope."""
    pairs = {(share.council_id, share.plan_id) for share in shares}
    rows = (
        Action.objects.filter(council__in={one for one, _ in pairs}, plan__in={plan for _, plan in pairs})
        .order_by()
        .values("plan")
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=Q(status__in=OPEN_STATUSES)),
            complete=Count("pk", filter=Q(status=ActionStatus.COMPLETE)),
            overdue=Count("pk", filter=overdue(today)),
        )
        .values_list("plan", "total", "open", "complete", "overdue")
    )
    return {plan: SharedCounts(*counts) for plan, *counts in rows}


def shared_actions(share: PlanShare) -> QuerySet[Action]:
    """Actions of a shared plan by objective, with lead organisations and without people."""
    return (
        Action.objects.filter(council=share.council_id, plan=share.plan_id)
        .select_related("objective")
        .prefetch_related(
            Prefetch(
                "leads",
                ActionLead.objects.filter(council=share.council_id)
                .select_related("organisation")
                .order_by("organisation__name"),
            )
        )
        .order_by("objective__number", "number")
    )


def lead_names(action: Action) -> str:
    """Who leads on a shared action, as organisations; a person's name never leaves by a share."""
    return "; ".join(lead.organisation.name for lead in action.leads.all())


def shared_log(share: PlanShare, action: Action, limit: int = 50) -> list[ProgressEntry]:
    """The newest lines of a shared action's log, without who wrote them."""
    return list(
        ProgressEntry.objects.filter(council=share.council_id, action=action)
        .defer("by", "token")
        .order_by("-at", "-pk")[:limit]
    )


def shared_moves(share: PlanShare, action: Action) -> list[DueDateMove]:
    """How the due date of a shared action has moved, newest first, without who moved it."""
    return list(
        DueDateMove.objects.filter(council=share.council_id, action=action).defer("by").order_by("-at")
    )


def shared_summaries(share: RiskShare) -> list[RiskSummary]:
    """The approved summaries of another council's risks, without who wrote or approved them."""
    return list(
        RiskSummary.objects.filter(council=share.council_id, state=SummaryState.APPROVED)
        .only("id", "council", "heading", "text", "approved_at")
        .order_by("heading", "pk")
    )


# Reminders ---------------------------------------------------------------------------------------------


def ending_shares(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Shares that end within a month, for everybody who may renew them, in every council of theirs."""
    councils = mine.where(CompliancePermission.SHARE_WITH_COUNCILS)
    if not councils:
        return

    def of_plans(shares: list[PlanShare]) -> Iterable[DueItem]:
        return [
            _due(councils[share.council_id], share, share.plan.title, "plan-share-renew") for share in shares
        ]

    def of_risks(shares: list[RiskShare]) -> Iterable[DueItem]:
        return [_due(councils[share.council_id], share, RISKS_TITLE, "risk-share-renew") for share in shares]

    soon: dict[str, Any] = {
        "council__in": list(councils),
        "ended_at__isnull": True,
        "ends_on__range": (today, today + ENDS_SOON),
    }
    fields = ("council", "ends_on", "receiver__name")
    yield Waiting(PlanShare.objects.filter(**soon), (*fields, "plan__title"), of_plans)
    yield Waiting(RiskShare.objects.filter(**soon), fields, of_risks)


def _due(council: Council, share: PlanShare | RiskShare, title: str, url_name: str) -> DueItem:
    return DueItem(
        council=council,
        due_on=share.ends_on,
        reference="Sharing",
        title=f"{title}, shared with {share.receiver.name}",
        task="Renew the sharing, or let it end",
        href=reverse(url_name, args=[council.slug, share.pk]),
        kind="share",
    )
