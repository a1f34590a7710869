"""Write actions that arise in another room, such as at a meeting, into the council's current plan."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from compliance.models import Objective
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.arising import arisen_action, current_plan
from compliance.services.plans import add_action, add_objective, serialise
from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web.arising_actions import ArisenAction, Origin

ARISING = "Actions arising"
"""The objective under which actions stand that no objective of the plan asked for."""


def add_arising_action(
    *, council: Council, title: str, owner: User | None, due_on: date, origin: Origin, by: User
) -> ArisenAction:
    """Add an action to the council's current plan, under the objective of actions arising.

    Raises:
        PolicyError: without a current plan, if ``by`` may not change plans, or for an owner without a role in
            the council.
    """
    if not has_permission(by, CompliancePermission.EDIT_PLANS, council):
        raise PolicyError(
            "Only a person who may change action plans can raise an action. Ask the Prevent coordinator."
        )
    if owner is not None and not people_with(council).filter(pk=owner.pk).exists():
        raise PolicyError(f"{display_name(owner)} has no role in {council.name}. Choose somebody who has.")
    with transaction.atomic():
        serialise(council)
        plan = current_plan(council, timezone.localdate())
        if plan is None:
            raise PolicyError(
                f"{council.name} has no action plan that is in force today. Create a plan, then raise the "
                "action."
            )
        objective = Objective.objects.filter(council=council, plan=plan, title=ARISING).first()
        if objective is None:
            objective = add_objective(plan=plan, by=by, title=ARISING)
        action = add_action(
            objective=objective,
            by=by,
            title=title,
            due_on=due_on,
            measure=f"Arose from: {origin.words}.",
            owner=owner,
        )
    return arisen_action(council, action)
