"""Start an action plan from one that is shipped."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction

from compliance.models import ActionPlan
from compliance.policies import PolicyError
from compliance.queries.plan_reviews import add_months
from compliance.services.plans import add_action, add_objective, create_plan
from compliance.shipped_plans import SHIPPED_PLANS
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def start_shipped_plan(
    *, council: Council, by: User, key: str, title: str, starts_on: date, ends_on: date
) -> ActionPlan:
    """Create a plan with the objectives and actions of a shipped one: all of it or nothing.

    An action is due at the end of its month after ``starts_on``, and never after the plan's last day. Nobody
    owns one yet.

    Raises:
        PolicyError: for an unknown shape, a title that is taken, or a last day before the first.
    """
    shape = SHIPPED_PLANS.get(key)
    if shape is None:
        raise PolicyError("There is no such plan to start from.")
    with transaction.atomic():
        plan = create_plan(
            council=council,
            by=by,
            title=title.strip() or shape.name,
            kind=shape.kind,
            purpose=shape.purpose,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for aim in shape.aims:
            objective = add_objective(plan=plan, by=by, title=aim.title, outcome=aim.outcome)
            for step in aim.steps:
                add_action(
                    objective=objective,
                    by=by,
                    title=step.title,
                    measure=step.measure,
                    due_on=min(_month_end(starts_on, step.months), ends_on),
                    priority=step.priority,
                )
    return plan


def first_year(today: date) -> tuple[date, date]:
    """The first and the last day of a plan that starts now, unless somebody says otherwise: twelve months.

    They count from the month of today, so that nothing is overdue on a council's first day.
    """
    first = today.replace(day=1)
    return first, add_months(first, 12) - timedelta(days=1)


def years_of(starts_on: date, ends_on: date) -> str:
    """Such as "2026/27", by the years in which the plan's months lie."""
    if starts_on.year == ends_on.year:
        return f"{starts_on.year}"
    return f"{starts_on.year}/{ends_on.year % 100:02d}"


def _month_end(first: date, months: int) -> date:
    """The last day of the last of so many months from a day, counting the month that it lies in."""
    month = add_months(first.replace(day=1), months - 1)
    return month.replace(day=monthrange(month.year, month.month)[1])
