"""Reads of many actions at once: filters' choices, boards, and lists of a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from compliance.enums import ActionStatus
from compliance.models import Action, ActionLead, ActionPlan, Objective
from compliance.queries.plans import objectives_of
from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

RATING_ORDER = Case(
    When(rating="red", then=Value(0)),
    When(rating="amber", then=Value(1)),
    When(rating="green", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)
"""Red before amber before green before what is not rated."""

BOARD_STATUSES = (
    ActionStatus.NOT_STARTED,
    ActionStatus.IN_PROGRESS,
    ActionStatus.ON_HOLD,
    ActionStatus.COMPLETE,
)
"""Columns of the board. What was withdrawn is counted beside it."""


def choices_of(council: Council, actions: QuerySet[Action]) -> tuple[Sequence[User], Sequence[Organisation]]:
    """The owners and lead organisations of these actions, by name: two queries."""
    owners = User.objects.filter(pk__in=actions.order_by().values("owner")).order_by("name", "email")
    leads = Organisation.objects.filter(
        pk__in=ActionLead.objects.filter(council=council, action__in=actions.order_by().values("pk")).values(
            "organisation"
        )
    ).order_by("name")
    return list(owners), list(leads)


def plans_holding(council: Council, actions: QuerySet[Action]) -> list[ActionPlan]:
    """The plans in which these actions stand, newest first."""
    return list(
        ActionPlan.objects.filter(council=council, pk__in=actions.order_by().values("plan")).order_by(
            "-starts_on", "title"
        )
    )


@dataclass
class BoardCell:
    """The actions of one objective in one status: the first few, and how many there are."""

    status: ActionStatus
    actions: list[Action] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.actions)


@dataclass
class BoardRow:
    """One objective of the board with its cells."""

    objective: Objective
    cells: list[BoardCell]
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells)


def board_of(plan: ActionPlan, actions: QuerySet[Action], *, most: int) -> list[BoardRow]:
    """A plan's actions by objective and status, at most so many in a cell: three queries for any number."""
    rows = {
        objective.pk: BoardRow(objective, [BoardCell(status) for status in BOARD_STATUSES])
        for objective in objectives_of(plan)
    }
    cells: dict[tuple[UUID, str], BoardCell] = {
        (key, cell.status.value): cell for key, row in rows.items() for cell in row.cells
    }
    of_plan = actions.filter(plan=plan)
    for found in of_plan.order_by().values("objective", "status").annotate(n=Count("pk")):
        if found["status"] == ActionStatus.WITHDRAWN:
            rows[found["objective"]].withdrawn = found["n"]
        else:
            cells[found["objective"], found["status"]].total = found["n"]
    placed = of_plan.order_by().annotate(
        place=Window(
            RowNumber(), partition_by=[F("objective"), F("status")], order_by=[F("due_on"), F("number")]
        )
    )
    first = placed.filter(place__lte=most).exclude(status=ActionStatus.WITHDRAWN).values("pk")
    for action in (
        Action.objects.filter(council=plan.council_id, pk__in=first)
        .select_related("owner")
        .with_leads()
        .order_by("due_on", "number")
    ):
        cells[action.objective_id, action.status].actions.append(action)
    return list(rows.values())
