"""Plans, rounds and reviews for tests. Call inside a scope of the council."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from compliance.models import (
    Action,
    ActionPlan,
    Objective,
    ScrutinyReview,
)
from compliance.services.extensions import decide_extension, request_extension
from compliance.services.plans import add_action, add_objective, create_plan
from compliance.services.recommendation_import import import_recommendations
from compliance.services.scrutiny import present_review, publish_review, record_review
from compliance.texts.recommendation_table import RecommendationRow
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.compliance.rounds import make_round
from tests.factories import member

__all__ = ["make_round"]


def make_plan(council: Council, by: User, title: str = "Plan") -> ActionPlan:
    """A plan of two years with one objective."""
    with service_scope(council=council):
        plan = create_plan(
            council=council,
            by=by,
            title=title,
            kind="multi_agency",
            purpose="",
            starts_on=date(2026, 4, 1),
            ends_on=date(2028, 3, 31),
        )
        add_objective(plan=plan, by=by, title="Objective")
    return plan


def make_action(plan: ActionPlan, by: User, *, due_in: int = 30, **fields: Any) -> Action:
    """An action of the plan's first objective, due so many days from today."""
    fields.setdefault("title", "Action")
    with service_scope(council=plan.council):
        objective = Objective.objects.filter(council=plan.council, plan=plan).order_by("number").first()
        assert objective is not None
        return add_action(
            objective=objective, by=by, due_on=timezone.localdate() + timedelta(days=due_in), **fields
        )


def make_review(
    council: Council,
    by: User,
    title: str = "Review",
    rows: int = 2,
    *,
    presented: bool = True,
    published: bool = True,
) -> ScrutinyReview:
    """A review with accepted recommendations; presented to cabinet and published unless told otherwise."""
    with service_scope(council=council):
        review = record_review(council=council, by=by, title=title, panel="Panel", municipal_year="2018/19")
        import_recommendations(
            review=review,
            by=by,
            rows=[
                RecommendationRow(number, "Theme", f"Wording {number} of {title}", "Accept", "Lead")
                for number in range(1, rows + 1)
            ],
        )
        if presented and rows:
            review = present_review(
                review=review,
                by=by,
                version=review.version,
                presented_to="Cabinet",
                presented_on=date(2019, 5, 22),
            )
            if published:
                review = publish_review(review=review, by=by, version=review.version)
    return review


def move_date(action: Action, to: date, *, asked_by: User, reason: str = "A reason.") -> Action:
    """The action with a later due date: one person asked for it, another coordinator approved it."""
    with service_scope(council=action.council):
        version = Action.objects.get(council=action.council, pk=action.pk).version
        asked = request_extension(
            action=action, by=asked_by, version=version, wished_on=to, reason=reason, token=uuid4()
        )
        decide_extension(request=asked, by=member(action.council, Role.COORDINATOR), approve=True)
        return Action.objects.get(council=action.council, pk=action.pk)


def progress_fields(action: Action, **fields: Any) -> dict[str, Any]:
    """What the progress form sends."""
    return {
        "note": "Two workshops held.",
        "rating": "green",
        "status": "in_progress",
        "version": str(action.version),
        "token": str(uuid4()),
        **fields,
    }
