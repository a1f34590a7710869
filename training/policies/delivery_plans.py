"""When a delivery plan may be as somebody wants it."""

from __future__ import annotations

from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from training.models import DeliveryPlan


def check_plan(sessions: int, starts_on: date, due_on: date) -> None:
    """Raise PolicyError for a plan of nothing, or one due before it starts."""
    if sessions < 1:
        raise PolicyError("Enter how many sessions are planned: at least 1.")
    if due_on < starts_on:
        raise PolicyError("The plan must be due on or after the day it starts.")


def check_open_plan(plan: DeliveryPlan) -> None:
    """Raise PolicyError for a plan that was ended."""
    if plan.ended_on is not None:
        raise PolicyError("This delivery plan was ended already.")
