"""Reads of the bodies that review a plan, their reviews, and the plan's frozen versions."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from compliance.enums import ActionRating, ActionStatus, Priority
from compliance.models import Action, ActionPlan, PlanReview, PlanReviewer, PlanVersion, ProgressEntry
from compliance.queries.plans import kind_words, objectives_of, times_words
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.BI_MONTHLY: 2,
    Cadence.QUARTERLY: 3,
    Cadence.TERMLY: 4,
    Cadence.SIX_MONTHLY: 6,
    Cadence.ANNUAL: 12,
}
"""How long after a review the next one falls due."""


@dataclass(frozen=True)
class ReviewerLine:
    """A body that reviews a plan, with its last review and when the next falls due."""

    reviewer: PlanReviewer
    board: str
    cadence: str
    last_on: date | None
    next_due: date | None

    @property
    def words(self) -> str:
        return f"{self.board}, {self.cadence.lower()}"


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is too short; never past the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def standing_reviews() -> QuerySet[PlanReview]:
    """Reviews that no later row corrects."""
    return PlanReview.objects.filter(corrected_by__isnull=True)


def with_last_review(reviewers: QuerySet[PlanReviewer]) -> QuerySet[PlanReviewer]:
    """Give each pair ``last_on``, the day of its last review: part of the same statement."""
    last = (
        standing_reviews()
        .filter(council=OuterRef("council"), plan=OuterRef("plan"), board=OuterRef("board"))
        .order_by("-reviewed_on")
        .values("reviewed_on")[:1]
    )
    return reviewers.select_related("board", "plan").annotate(last_on=Subquery(last))


def next_due(pair: PlanReviewer) -> date | None:
    """When the body's next review falls due: so long after the last, or after it or the plan began.

    None once the pair or the plan has ended before that day.
    """
    last: date | None = getattr(pair, "last_on", None)
    began = max(pair.starts_on or pair.plan.starts_on, pair.plan.starts_on)
    due = add_months(max(last, began) if last else began, MONTHS[Cadence(pair.cadence)])
    ends = min(pair.ends_on or pair.plan.ends_on, pair.plan.ends_on)
    return due if due <= ends else None


def reviewer_lines(plan: ActionPlan, *, ended: bool = False) -> list[ReviewerLine]:
    """The bodies that review a plan, by name: one query. With ``ended`` those that no longer do, too."""
    pairs = PlanReviewer.objects.filter(council=plan.council_id, plan=plan)
    if not ended:
        pairs = pairs.filter(ends_on__isnull=True)
    return [
        ReviewerLine(
            reviewer=pair,
            board=pair.board.name,
            cadence=Cadence(pair.cadence).label,
            last_on=getattr(pair, "last_on", None),
            next_due=next_due(pair) if pair.ends_on is None else None,
        )
        for pair in with_last_review(pairs).order_by("ends_on", "board__name", "pk")
    ]


def reviewed_by(plan: ActionPlan) -> list[str]:
    """Sentences such as "Safer Communities Partnership Board, every quarter"."""
    return [line.words for line in reviewer_lines(plan)]


def reviews_of_plan(plan: ActionPlan) -> list[PlanReview]:
    """The reviews of a plan, newest first; :func:`standing` leaves out those that were corrected."""
    return list(
        PlanReview.objects.filter(council=plan.council_id, plan=plan)
        .select_related("board", "by", "version")
        .defer("version__content")
        .order_by("-reviewed_on", "-at")
    )


def possible_boards(council: Council, *, without: Iterable[UUID] = ()) -> QuerySet[Board]:
    """The council's own boards, by name."""
    return Board.objects.filter(council=council).exclude(pk__in=list(without)).order_by("name")


def boards_that_review(plan: ActionPlan) -> QuerySet[Board]:
    """The bodies that review a plan or once did, by name."""
    pairs = PlanReviewer.objects.filter(council=plan.council_id, plan=plan)
    return Board.objects.filter(council=plan.council_id, pk__in=pairs.values("board")).order_by("name")


def versions_of(plan: ActionPlan) -> list[PlanVersion]:
    """The frozen versions of a plan, newest first, without their content."""
    return list(
        PlanVersion.objects.filter(council=plan.council_id, plan=plan)
        .defer("content")
        .select_related("created_by")
        .order_by("-number")
    )


def plan_content(plan: ActionPlan) -> dict[str, Any]:
    """Everything that a plan says at this moment, as it is frozen: four queries.

    It holds nothing of the moment itself, so that an unchanged plan gives the same content again.
    """
    latest = {
        entry.action_id: entry
        for entry in ProgressEntry.objects.filter(council=plan.council_id, action__plan=plan)
        .order_by("action_id", "-at", "-pk")
        .distinct("action_id")
    }
    actions: dict[UUID, list[dict[str, Any]]] = {}
    for action in (
        Action.objects.filter(council=plan.council_id, plan=plan)
        .select_related("owner")
        .with_leads()
        .order_by("number")
    ):
        entry = latest.get(action.pk)
        actions.setdefault(action.objective_id, []).append(
            {
                "id": str(action.pk),
                "reference": action.reference,
                "title": action.title,
                "measure": action.measure,
                "owner": display_name(action.owner) if action.owner else "",
                "leads": list(getattr(action, "lead_names", [])),
                "priority": action.priority,
                "status": action.status,
                "rating": action.rating,
                "first_due_on": action.first_due_on.isoformat(),
                "due_on": action.due_on.isoformat(),
                "times_moved": action.times_moved,
                "completed_on": action.completed_on.isoformat() if action.completed_on else None,
                "latest_note": entry.note if entry else "",
                "latest_note_on": timezone.localdate(entry.at).isoformat() if entry else None,
            }
        )
    return {
        "title": plan.title,
        "kind": kind_words(plan),
        "purpose": plan.purpose,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "objectives": [
            {
                "id": str(objective.pk),
                "number": objective.number,
                "title": objective.title,
                "outcome": objective.outcome,
                "actions": actions.get(objective.pk, []),
            }
            for objective in objectives_of(plan)
        ],
    }


def checksum(content: dict[str, Any]) -> str:
    """SHA-256 of a version's content in canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """One thing that differs between a frozen version and the plan of today."""

    where: str
    what: str
    before: str
    now: str


_PLAN_WORDS = {
    "title": "Title",
    "kind": "Kind of plan",
    "purpose": "Purpose",
    "starts_on": "First day",
    "ends_on": "Last day",
}
_OBJECTIVE_WORDS = {"number": "Place in the plan", "title": "Objective", "outcome": "Outcome"}
_ACTION_WORDS = {
    "title": "Title",
    "measure": "Done when",
    "owner": "Owner",
    "leads": "Lead organisations",
    "priority": "Priority",
    "status": "Status",
    "rating": "Rating",
    "due_on": "Due",
    "times_moved": "Times moved",
    "latest_note": "Latest progress",
}


def changes_between(before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """What changed from one content of a plan to another, in the plan's order."""
    changes = _changed("The plan", _PLAN_WORDS, before, now)
    old_objectives = {one["id"]: one for one in before.get("objectives", ())}
    new_objectives = {one["id"]: one for one in now.get("objectives", ())}
    for key, objective in new_objectives.items():
        where = f"Objective {objective['number']}"
        if key in old_objectives:
            changes += _changed(where, _OBJECTIVE_WORDS, old_objectives[key], objective)
        else:
            changes.append(Change(where, "Added", "", objective["title"]))
    old_actions, new_actions = _actions_of(before), _actions_of(now)
    for key, (objective, action) in new_actions.items():
        if key not in old_actions:
            changes.append(Change(action["reference"], "Added", "", action["title"]))
            continue
        old_objective, old = old_actions[key]
        changes += _changed(action["reference"], _ACTION_WORDS, old, action)
        if old_objective["id"] != objective["id"]:
            changes.append(
                Change(action["reference"], "Objective", old_objective["title"], objective["title"])
            )
    return changes


def _actions_of(content: dict[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    return {
        action["id"]: (objective, action)
        for objective in content.get("objectives", ())
        for action in objective["actions"]
    }


def _changed(where: str, words: dict[str, str], before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    return [
        Change(where, label, printed(name, before.get(name)), printed(name, now.get(name)))
        for name, label in words.items()
        if before.get(name) != now.get(name)
    ]


def printed(name: str, value: Any) -> str:
    """A value of a version's content in the words of the pages."""
    if name == "times_moved":
        return times_words(int(value or 0)).capitalize()
    if value is None or value == "" or value == []:
        return ActionRating.NONE.label if name == "rating" else "Nothing"
    if name.endswith("_on"):
        return british_date(date.fromisoformat(value))
    if name == "leads":
        return ", ".join(value)
    labels: dict[str, Any] = {"status": ActionStatus, "rating": ActionRating, "priority": Priority}
    return str(labels[name](value).label) if name in labels else str(value)


def standing(reviews: Iterable[PlanReview]) -> list[PlanReview]:
    """Those of a plan's reviews that no other of them corrects."""
    reviews = list(reviews)
    corrected = {review.corrects_id for review in reviews}
    return [review for review in reviews if review.pk not in corrected]


def running_pairs(councils: Iterable[int], today: date) -> QuerySet[PlanReviewer]:
    """Pairs of these councils that are not ended, of plans still running, with their last review."""
    return with_last_review(
        PlanReviewer.objects.filter(
            ends_on__isnull=True, council__in=list(councils), plan__ends_on__gte=today
        )
    )


def falling_due(pairs: Iterable[PlanReviewer], until: date) -> list[tuple[PlanReviewer, date]]:
    """Those of these pairs whose next review falls due by a day, and the day."""
    found = [(pair, next_due(pair)) for pair in pairs]
    return [(pair, due) for pair, due in found if due is not None and due <= until]
