"""What improvement plans tell the other rooms: sentences of the audit page, and steps that are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from partnerships.access import organisations_acted_for
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from training.models import ImprovementMilestone, ImprovementPlan
from training.permissions import TrainingPermission
from training.queries.improvement_plans import open_milestones, plans_to_end
from training.tables import short_name

AHEAD = timedelta(days=28)
"""So long before it is due a step waits for a person."""

SENTENCES = {
    "training.improvement_agreed": "agreed an improvement plan with an organisation",
    "training.improvement_changed": "changed an improvement plan",
    "training.improvement_achieved": "ended an improvement plan, the target reached",
    "training.improvement_closed": "closed an improvement plan without reaching the target",
    "training.improvement_noted": "noted progress on an improvement plan",
    "training.milestone_added": "added a step to an improvement plan",
    "training.milestone_changed": "changed a step of an improvement plan",
    "training.milestone_done": "marked a step of an improvement plan as done",
    "training.milestone_reopened": "marked a step of an improvement plan as not done",
    "training.school_recorded": "recorded what is known of a school’s training",
    "training.school_described": "changed the phase or area of a school",
    "training.lines_set": "set by how much a training return must change to be named",
}


def due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Steps that are due soon, for who watches the plan and for the organisation's Prevent lead; and plans
    whose target date has come, for who watches them.
    """
    councils = mine.where(TrainingPermission.REPORT_IMPROVEMENT)
    if not councils:
        return
    leads = [
        each for each in mine.accesses if each.council.pk in councils and Role.PARTNER_LEAD in each.roles
    ]
    led = {(council.pk, organisation.pk) for council, organisation in organisations_acted_for(leads)}

    def steps(found: list[ImprovementMilestone]) -> Iterator[DueItem]:
        for step in found:
            plan = step.plan
            if plan.monitor_id == mine.user.pk or (step.council_id, plan.organisation_id) in led:
                title = f"{step.text}, {short_name(plan.organisation.name)}, {plan.course.name}"
                task = "Do the step of the improvement plan"
                yield _item(councils[step.council_id], plan, step.due_on, title, task)

    def plans(found: list[ImprovementPlan]) -> Iterator[DueItem]:
        for plan in found:
            title = f"{short_name(plan.organisation.name)}, {plan.course.name}"
            task = "Say whether the target is reached"
            yield _item(councils[plan.council_id], plan, plan.target_on, title, task)

    fields = (
        "council", "text", "due_on", "plan__monitor", "plan__organisation__name", "plan__course__name",
    )  # fmt: skip
    yield Waiting(open_milestones(councils, today + AHEAD), fields, steps)
    yield Waiting(
        plans_to_end(councils, today, mine.user),
        ("council", "target_on", "organisation__name", "course__name"),
        plans,
    )


def _item(council: Council, plan: ImprovementPlan, due_on: date, title: str, task: str) -> DueItem:
    return DueItem(
        council=council,
        due_on=due_on,
        reference="Improvement plan",
        title=title,
        task=task,
        href=reverse("improvement-plan", args=[council.slug, plan.pk]),
        kind="improvement_plan",
        list_text="Improvement plans",
        list_href=reverse("improvement-plans", args=[council.slug]),
    )
