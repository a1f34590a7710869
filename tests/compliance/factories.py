"""Plans, rounds and reviews for tests. Call inside a scope of the council."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from compliance.models import (
    Action,
    ActionPlan,
    Assessment,
    Edition,
    ItemAnswer,
    LocalItem,
    Objective,
    ScrutinyReview,
)
from compliance.services.checklist import answer_item
from compliance.services.local_items import add_local_item
from compliance.services.plans import add_action, add_objective, create_plan
from compliance.services.rounds import open_assessment
from compliance.services.scrutiny import RecommendationRow, import_recommendations, record_review
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


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


def make_round(council: Council, by: User, period_start: date = date(2018, 4, 1)) -> Assessment:
    """An open round of the 2015 edition's part for local authorities (17 items), nothing answered."""
    with service_scope(council=council):
        return open_assessment(
            council=council,
            by=by,
            edition=Edition.objects.get(code="guidance-2015"),
            period="2018/19",
            period_start=period_start,
            period_end=date(2019, 3, 31),
            parts=["local_authority"],
        )


def make_next_round(
    earlier: Assessment,
    by: User,
    *,
    edition: str = "guidance-2015",
    period_start: date = date(2019, 4, 1),
    **options: Any,
) -> Assessment:
    """The round after another, with its answers brought forward unless ``earlier=None`` is given."""
    options.setdefault("earlier", earlier)
    options.setdefault("parts", ["local_authority"] if edition == "guidance-2015" else [])
    return open_assessment(
        council=earlier.council,
        by=by,
        edition=Edition.objects.get(code=edition),
        period=f"{period_start.year}/{(period_start.year + 1) % 100:02d}",
        period_start=period_start,
        period_end=date(period_start.year + 1, 3, 31),
        **options,
    )


def answer_for_test(assessment: Assessment, item: str | LocalItem, by: User, **fields: Any) -> ItemAnswer:
    """Answer an item of the edition, by its ref, or one of the council's own."""
    which = {"local_item": item} if isinstance(item, LocalItem) else {"item__ref": item}
    answer = ItemAnswer.objects.get(council=assessment.council, assessment=assessment, **which)
    given: dict[str, Any] = {
        "status": "in_place" if assessment.edition.code == "guidance-2015" else "met",
        "response": "Done.",
        "timescale": "in_place",
        "due_on": None,
        "owner": None,
        "version": answer.version,
        "token": uuid4(),
    }
    return answer_item(answer=answer, by=by, **{**given, **fields})


def make_local_item(council: Council, by: User, **fields: Any) -> LocalItem:
    """An item of the council's own."""
    given = {"workstream": "Local items", "kind": "should", "prompt": "A briefing is held each June"}
    return add_local_item(council=council, by=by, **{**given, **fields})


def make_review(council: Council, by: User, title: str = "Review", rows: int = 2) -> ScrutinyReview:
    """A review with accepted recommendations."""
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
    return review


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
