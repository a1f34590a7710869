"""Reads of plans and actions: finished lines for pages, reports and the API."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from compliance.enums import OPEN_STATUSES, ActionRating, ActionStatus
from compliance.models import Action, ActionPlan, DueDateMove, Objective, ProgressEntry
from compliance.models.plans import overdue
from partnerships.models import Organisation
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.documents.queries import FileLink, files_of
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

PROGRESS_FILES = "compliance.progress"
"""The kind under which files hang on lines of progress."""


@dataclass(frozen=True)
class PlanLine:
    """A plan with the counts of its list."""

    id: UUID
    title: str
    kind: str
    starts_on: date
    ends_on: date
    actions: int
    open: int
    overdue: int
    complete: int


@dataclass(frozen=True)
class ActionCounts:
    """Actions by state. ``overdue`` are among the open ones."""

    total: int
    not_started: int
    in_progress: int
    on_hold: int
    complete: int
    withdrawn: int
    overdue: int
    moved: int
    red: int
    amber: int
    green: int

    @property
    def open(self) -> int:
        return self.not_started + self.in_progress + self.on_hold


@dataclass(frozen=True)
class ProgressLine:
    """One line of an action's log with its files."""

    entry: ProgressEntry
    by: str
    files: list[FileLink]


def plan_lines(council: Council, today: date) -> list[PlanLine]:
    """Every plan of the council with its counts, newest first: one query."""
    plans = (
        ActionPlan.objects.filter(council=council)
        .select_related("district")
        .annotate(
            n_all=Count("actions"),
            n_open=Count("actions", filter=Q(actions__status__in=OPEN_STATUSES)),
            n_overdue=Count("actions", filter=overdue(today, "actions__")),
            n_complete=Count("actions", filter=Q(actions__status=ActionStatus.COMPLETE)),
        )
    )
    return [
        PlanLine(
            id=plan.pk,
            title=plan.title,
            kind=kind_words(plan),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            actions=plan.n_all,
            open=plan.n_open,
            overdue=plan.n_overdue,
            complete=plan.n_complete,
        )
        for plan in plans
    ]


def action_counts(council: Council, today: date, plan: ActionPlan | None = None) -> ActionCounts:
    """How many actions are in each state, of the council or of one plan: one query."""
    actions = Action.objects.filter(council=council)
    if plan is not None:
        actions = actions.filter(plan=plan)
    by_status = {status.value: Count("pk", filter=Q(status=status)) for status in ActionStatus}
    by_rating = {
        rating.value: Count("pk", filter=Q(rating=rating, status__in=OPEN_STATUSES))
        for rating in (ActionRating.RED, ActionRating.AMBER, ActionRating.GREEN)
    }
    found = actions.aggregate(
        total=Count("pk"),
        overdue=Count("pk", filter=overdue(today)),
        moved=Count("pk", filter=Q(times_moved__gt=0)),
        **by_status,
        **by_rating,
    )
    return ActionCounts(**found)


def objectives_of(plan: ActionPlan) -> list[Objective]:
    return list(Objective.objects.filter(council=plan.council_id, plan=plan).order_by("number"))


def kind_words(plan: ActionPlan) -> str:
    """Whose plan it is, such as "District's own plan: Charnwood" or "Part of a community safety plan: …"."""
    parts = [plan.district.name if plan.district else "", plan.part_of]
    named = ", ".join(part for part in parts if part)
    return f"{plan.get_kind_display()}: {named}" if named else plan.get_kind_display()


def districts_of(council: Council) -> list[Council]:
    """The districts of a county, by name; none for every other council."""
    return list(Council.objects.filter(parent=council).order_by("name"))


def progress_of(council: Council, action: Action, limit: int = 50) -> list[ProgressLine]:
    """The newest lines of an action's log with their files: three queries whatever their number."""
    entries = list(
        ProgressEntry.objects.filter(council=council, action=action)
        .select_related("by")
        .order_by("-at", "-pk")[:limit]
    )
    files = files_of(council, PROGRESS_FILES, [entry.pk for entry in entries])
    return [
        ProgressLine(entry, display_name(entry.by) if entry.by else "The portal", files.get(entry.pk, []))
        for entry in entries
    ]


def progress_things(access: CouncilAccess, entry_ids: Collection[UUID]) -> dict[UUID, Thing]:
    """How lines of progress are called where a document says what it hangs on: one query."""
    entries = ProgressEntry.objects.filter(council=access.council, pk__in=entry_ids).select_related("action")
    return {
        entry.pk: Thing(
            f"Progress on {entry.action.reference} {entry.action.title}",
            reverse("action", args=[access.council.slug, entry.action_id]),
        )
        for entry in entries
    }


def moves_of(council: Council, action: Action) -> list[DueDateMove]:
    return list(
        DueDateMove.objects.filter(council=council, action=action)
        .select_related("by", "request__asked_by")
        .order_by("-at")
    )


def times_words(times: int) -> str:
    """How often a date moved, as people say it."""
    return {0: "not moved", 1: "moved once", 2: "moved twice"}.get(times, f"moved {times} times")


def due_words(action: Action, today: date) -> str:
    """A due date that moved is shown as moved, and a first date that passed as overdue (rule 11).

    "Due 31 March 2026" · "Due 31 March 2026, moved twice, now 30 June 2026" ·
    "Overdue: due 31 March 2026, moved twice, now 30 June 2026"
    """
    words = moved_words(action)
    return f"Overdue: {words}" if action.is_overdue(today) else f"{words[0].upper()}{words[1:]}"


def moved_words(action: Action) -> str:
    """Such as "due 31 March 2026, moved twice, now 30 June 2026"."""
    words = f"due {british_date(action.first_due_on)}"
    if action.times_moved:
        words += f", {times_words(action.times_moved)}, now {british_date(action.due_on)}"
    return words


def possible_owners(council: Council) -> list[User]:
    """People with a live membership of the council, by name."""
    return list(people_with(council))


def possible_leads(council: Council, today: date) -> list[Organisation]:
    """Organisations linked to the council on a day, by name."""
    return sorted(linked_organisations(council, today).values(), key=lambda organisation: organisation.name)
