"""Write plans, objectives and actions."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from compliance.enums import ActionStatus, Priority
from compliance.models import Action, ActionPlan, DueDateMove, Objective, PlanReviewer
from compliance.policies import Difference, PolicyError, StaleVersion, check_move
from partnerships.enums import Cadence
from partnerships.models import Board, Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def create_plan(
    *, council: Council, by: User, title: str, kind: str, purpose: str, starts_on: date, ends_on: date
) -> ActionPlan:
    """Create an empty plan.

    Raises:
        PolicyError: for a title that is taken, or an end before the start.
    """
    if ends_on < starts_on:
        raise PolicyError("The plan must end on or after the day it starts.")
    with transaction.atomic():
        _serialise(council)
        if ActionPlan.objects.filter(council=council, title=title).exists():
            raise PolicyError("There is already a plan with this title.")
        plan = ActionPlan.objects.create(
            council=council,
            title=title,
            kind=kind,
            purpose=purpose,
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=by,
        )
        record(action="compliance.plan_created", subject=plan)
    return plan


def add_reviewer(*, plan: ActionPlan, by: User, board: Board, cadence: Cadence) -> PlanReviewer:
    """Have a board review the plan, so often."""
    with transaction.atomic():
        reviewer, created = PlanReviewer.objects.get_or_create(
            council=plan.council, plan=plan, board=board, defaults={"cadence": cadence}
        )
        if created:
            record(action="compliance.plan_reviewer_added", subject=plan, details={"board": board.pk})
    return reviewer


def add_objective(*, plan: ActionPlan, by: User, title: str, outcome: str = "") -> Objective:
    """Add an objective at the end of the plan."""
    with transaction.atomic():
        ActionPlan.objects.select_for_update(no_key=True).get(council=plan.council, pk=plan.pk)
        last = Objective.objects.filter(council=plan.council, plan=plan).aggregate(n=Max("number"))["n"] or 0
        objective = Objective.objects.create(
            council=plan.council, plan=plan, number=last + 1, title=title, outcome=outcome
        )
        record(action="compliance.objective_added", subject=objective, details={"plan": plan.pk})
    return objective


def add_action(
    *,
    objective: Objective,
    by: User,
    title: str,
    due_on: date,
    measure: str = "",
    owner: User | None = None,
    lead_organisation: Organisation | None = None,
    priority: str = Priority.MEDIUM,
) -> Action:
    """Add an action; the due date given now is the first one for good (rule 11 of the product)."""
    with transaction.atomic():
        _serialise(objective.council)
        last = Action.objects.filter(council=objective.council).aggregate(n=Max("number"))["n"] or 0
        action = Action.objects.create(
            council=objective.council,
            plan=objective.plan,
            objective=objective,
            number=last + 1,
            title=title,
            measure=measure,
            owner=owner,
            lead_organisation=lead_organisation,
            priority=priority,
            status=ActionStatus.NOT_STARTED,
            first_due_on=due_on,
            due_on=due_on,
            updated_by=by,
        )
        record(action="compliance.action_added", subject=action, details={"plan": action.plan_id})
    return action


def change_action(
    *,
    action: Action,
    by: User,
    version: int,
    title: str,
    measure: str,
    owner: User | None,
    lead_organisation: Organisation | None,
    priority: str,
) -> Action:
    """Change an action's words, owner, lead or priority.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    wanted = {
        "title": title,
        "measure": measure,
        "owner": owner,
        "lead_organisation": lead_organisation,
        "priority": priority,
    }
    with transaction.atomic():
        locked = lock_action(action)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(
                        name,
                        _LABELS[name],
                        _words(name, getattr(locked, name)),
                        _words(name, wanted[name]),
                    )
                    for name in changed
                ],
            )
        if changed:
            for name in changed:
                setattr(locked, name, wanted[name])
            touch(locked, by=by, fields=changed)
            record(action="compliance.action_changed", subject=locked, details={"fields": changed})
    return locked


def move_due_date(*, action: Action, by: User, version: int, due_on: date, reason: str) -> Action:
    """Move the due date in force. The first one stays, and the move is counted (rule 11 of the product).

    Raises:
        PolicyError: if the action is closed, the date is the same or no reason is given.
        StaleVersion: if somebody saved since ``version``.
    """
    with transaction.atomic():
        locked = lock_action(action)
        if not locked.is_open:
            raise PolicyError("The action is closed, so its due date cannot move.")
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[Difference("due_on", "Due date", f"{locked.due_on}", f"{due_on}")],
            )
        check_move(due_on=locked.due_on, moved_to=due_on, reason=reason)
        DueDateMove.objects.create(
            council=locked.council,
            action=locked,
            moved_from=locked.due_on,
            moved_to=due_on,
            reason=reason,
            by=by,
        )
        locked.due_on = due_on
        locked.times_moved += 1
        touch(locked, by=by, fields=["due_on", "times_moved"])
        record(action="compliance.due_date_moved", subject=locked)
    return locked


def lock_action(action: Action) -> Action:
    """Read the action anew and hold it until the transaction ends."""
    return (
        Action.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner", "lead_organisation")
        .get(council=action.council_id, pk=action.pk)
    )


def touch(action: Action, *, by: User, fields: list[str]) -> None:
    """Save the named fields of a locked action as its next version."""
    action.version += 1
    action.updated_at = timezone.now()
    action.updated_by = by
    action.save(update_fields=[*fields, "version", "updated_at", "updated_by"])


def _serialise(council: Council) -> None:
    """Let one person at a time take the council's next number; readers and foreign keys do not wait."""
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)


_LABELS = {
    "title": "Title",
    "measure": "How anybody can tell that it is done",
    "owner": "Owner",
    "lead_organisation": "Lead organisation",
    "priority": "Priority",
}


def _words(name: str, value: object) -> str:
    if value is None:
        return "Nobody" if name == "owner" else "None"
    if isinstance(value, User):
        return display_name(value)
    return Priority(str(value)).label if name == "priority" else str(value)
