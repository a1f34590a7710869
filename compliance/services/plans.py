"""Write plans, objectives and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from compliance.enums import ActionStatus, PlanKind, Priority
from compliance.models import Action, ActionLead, ActionPlan, Objective
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.policies.plans import check_plan
from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


def create_plan(
    *,
    council: Council,
    by: User,
    title: str,
    kind: str,
    purpose: str,
    starts_on: date,
    ends_on: date,
    part_of: str = "",
    district: Council | None = None,
) -> ActionPlan:
    """Create an empty plan.

    Args:
        part_of: title or reference of the community safety plan inside which it stands.
        district: the district of this county whose plan it is, where the county keeps it.

    Raises:
        PolicyError: for a title that is taken, an end before the start, a community safety plan without its
            title, or a district that is none of the county's.
    """
    check_plan(
        council=council, kind=kind, part_of=part_of, district=district, starts_on=starts_on, ends_on=ends_on
    )
    with transaction.atomic():
        serialise(council)
        _check_title(council, title)
        plan = ActionPlan.objects.create(
            council=council,
            title=title,
            kind=kind,
            part_of=part_of,
            district=district,
            purpose=purpose,
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=by,
            updated_by=by,
        )
        record(action="compliance.plan_created", subject=plan)
    return plan


def change_plan(
    *,
    plan: ActionPlan,
    by: User,
    version: int,
    title: str,
    kind: str,
    purpose: str,
    starts_on: date,
    ends_on: date,
    part_of: str = "",
    district: Council | None = None,
) -> ActionPlan:
    """Change what a plan's head says.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: as :func:`create_plan`.
    """
    wanted = {
        "title": title,
        "kind": kind,
        "part_of": part_of,
        "district": district,
        "purpose": purpose,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with transaction.atomic():
        serialise(plan.council)
        locked = lock_plan(plan)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=differences(_PLAN_LABELS, locked, {name: wanted[name] for name in changed}),
            )
        check_plan(
            council=plan.council,
            kind=kind,
            part_of=part_of,
            district=district,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        if title != locked.title:
            _check_title(plan.council, title)
        if changed:
            for name in changed:
                setattr(locked, name, wanted[name])
            touch(locked, by=by, fields=changed)
            record(action="compliance.plan_changed", subject=locked, details={"fields": changed})
    return locked


def add_objective(*, plan: ActionPlan, by: User, title: str, outcome: str = "") -> Objective:
    """Add an objective at the end of the plan."""
    with transaction.atomic():
        lock_plan(plan)
        last = Objective.objects.filter(council=plan.council, plan=plan).aggregate(n=Max("number"))["n"] or 0
        objective = Objective.objects.create(
            council=plan.council, plan=plan, number=last + 1, title=title, outcome=outcome
        )
        record(action="compliance.objective_added", subject=objective, details={"plan": plan.pk})
    return objective


def change_objective(
    *, objective: Objective, by: User, version: int, title: str, outcome: str = ""
) -> Objective:
    """Change an objective's words; its number stays.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    wanted = {"title": title, "outcome": outcome}
    with transaction.atomic():
        locked = Objective.objects.select_for_update(no_key=True).get(
            council=objective.council_id, pk=objective.pk
        )
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=differences(_OBJECTIVE_LABELS, locked, {name: wanted[name] for name in changed}),
            )
        if changed:
            locked.title, locked.outcome = title, outcome
            locked.version += 1
            locked.save(update_fields=[*changed, "version"])
            record(action="compliance.objective_changed", subject=locked, details={"fields": changed})
    return locked


def reorder_objectives(*, plan: ActionPlan, by: User, version: int, order: Sequence[UUID]) -> ActionPlan:
    """Number the objectives anew, in this order.

    Args:
        version: of the plan as the person saw it.
        order: the ids of all of its objectives.

    Raises:
        StaleVersion: if somebody changed or reordered the plan since ``version``.
        PolicyError: unless the order names each of the plan's objectives once.
    """
    with transaction.atomic():
        locked = lock_plan(plan)
        objectives = {
            objective.pk: objective
            for objective in Objective.objects.select_for_update(no_key=True).filter(
                council=plan.council_id, plan=plan
            )
        }
        if version != locked.version:
            now = sorted(objectives.values(), key=lambda objective: objective.number)
            yours = [objectives[key] for key in order if key in objectives]
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(
                        "order",
                        "Order of the objectives",
                        "\n".join(objective.title for objective in now),
                        "\n".join(objective.title for objective in yours),
                    )
                ],
            )
        if len(order) != len(objectives) or set(order) != set(objectives):
            raise PolicyError("The order must name each objective of the plan once.")
        moved = []
        for number, key in enumerate(order, start=1):
            if objectives[key].number != number:
                objectives[key].number = number
                moved.append(objectives[key])
        if moved:
            Objective.objects.filter(council=plan.council_id).bulk_update(moved, ["number"])
            touch(locked, by=by, fields=[])
            record(action="compliance.objectives_reordered", subject=locked)
    return locked


def add_action(
    *,
    objective: Objective,
    by: User,
    title: str,
    due_on: date,
    measure: str = "",
    owner: User | None = None,
    lead_organisations: Iterable[Organisation] = (),
    priority: str = Priority.MEDIUM,
) -> Action:
    """Add an action; the due date given now is the first one for good (rule 11 of the product)."""
    with transaction.atomic():
        serialise(objective.council)
        last = Action.objects.filter(council=objective.council).aggregate(n=Max("number"))["n"] or 0
        action = Action.objects.create(
            council=objective.council,
            plan=objective.plan,
            objective=objective,
            number=last + 1,
            title=title,
            measure=measure,
            owner=owner,
            priority=priority,
            status=ActionStatus.NOT_STARTED,
            first_due_on=due_on,
            due_on=due_on,
            updated_by=by,
        )
        _set_leads(action, lead_organisations)
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
    lead_organisations: Iterable[Organisation],
    priority: str,
) -> Action:
    """Change an action's words, owner, leads or priority. Its due date moves by a request alone.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    leads = _by_name(lead_organisations)
    wanted: dict[str, object] = {"title": title, "measure": measure, "owner": owner, "priority": priority}
    with transaction.atomic():
        locked = lock_action(action)
        present = leads_of(locked)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        leads_change = {lead.pk for lead in present} != {lead.pk for lead in leads}
        if version != locked.version:
            found = differences(_ACTION_LABELS, locked, {name: wanted[name] for name in changed})
            if leads_change:
                names = [", ".join(lead.name for lead in some) or "None" for some in (present, leads)]
                found.append(Difference("lead_organisations", "Lead organisations", names[0], names[1]))
            raise StaleVersion(version=locked.version, differences=found)
        if changed or leads_change:
            for name in changed:
                setattr(locked, name, wanted[name])
            touch(locked, by=by, fields=changed)
            if leads_change:
                _set_leads(locked, leads)
                changed.append("lead_organisations")
            record(action="compliance.action_changed", subject=locked, details={"fields": changed})
    return locked


def leads_of(action: Action) -> list[Organisation]:
    """The organisations that lead on an action, by name."""
    rows = ActionLead.objects.filter(council=action.council_id, action=action).select_related("organisation")
    return _by_name(row.organisation for row in rows)


def lock_plan(plan: ActionPlan) -> ActionPlan:
    """Read the plan anew and hold it until the transaction ends."""
    return (
        ActionPlan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district")
        .get(council=plan.council_id, pk=plan.pk)
    )


def lock_action(action: Action) -> Action:
    """Read the action anew and hold it until the transaction ends."""
    return (
        Action.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner")
        .get(council=action.council_id, pk=action.pk)
    )


def touch(row: Action | ActionPlan, *, by: User, fields: list[str]) -> None:
    """Save the named fields of a locked action or plan as its next version."""
    row.version += 1
    row.updated_at = timezone.now()
    row.updated_by = by
    row.save(update_fields=[*fields, "version", "updated_at", "updated_by"])


def serialise(council: Council) -> None:
    """Let one person at a time take the council's next number; readers and foreign keys do not wait."""
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)


def differences(labels: Mapping[str, str], row: object, wanted: Mapping[str, object]) -> list[Difference]:
    """What two people wrote differently, in the words of the page."""
    return [
        Difference(name, labels[name], _words(name, getattr(row, name)), _words(name, value))
        for name, value in wanted.items()
    ]


def _check_title(council: Council, title: str) -> None:
    if ActionPlan.objects.filter(council=council, title=title).exists():
        raise PolicyError("There is already a plan with this title.")


def _set_leads(action: Action, organisations: Iterable[Organisation]) -> None:
    wanted = {organisation.pk: organisation for organisation in organisations}
    present = ActionLead.objects.filter(council=action.council_id, action=action)
    present.exclude(organisation__in=list(wanted)).delete()
    held = set(present.values_list("organisation_id", flat=True))
    ActionLead.objects.bulk_create(
        ActionLead(council_id=action.council_id, action=action, organisation=organisation)
        for key, organisation in wanted.items()
        if key not in held
    )


def _by_name(organisations: Iterable[Organisation]) -> list[Organisation]:
    return sorted(organisations, key=lambda organisation: (organisation.name, organisation.pk))


_PLAN_LABELS = {
    "title": "Title",
    "kind": "Kind of plan",
    "part_of": "Community safety plan",
    "district": "District",
    "purpose": "Purpose",
    "starts_on": "First day",
    "ends_on": "Last day",
}
_OBJECTIVE_LABELS = {"title": "Objective", "outcome": "What will be different when it is met"}
_ACTION_LABELS = {
    "title": "Title",
    "measure": "How anybody can tell that it is done",
    "owner": "Owner",
    "priority": "Priority",
}


def _words(name: str, value: object) -> str:
    if value is None:
        return "Nobody" if name == "owner" else "None"
    if isinstance(value, User):
        return display_name(value)
    if isinstance(value, date):
        return british_date(value)
    if name == "kind":
        return PlanKind(str(value)).label
    return Priority(str(value)).label if name == "priority" else str(value)
