"""What a county offers to reports of its districts: which plan each has, and who reviews it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch

from compliance.enums import PlanKind
from compliance.models import ActionPlan, PlanReviewer
from partnerships.queries.districts import districts_of
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import number
from prevent_portal.web.report_blocks import Block, Column, named

_FORMS = {PlanKind.DISTRICT: "Plan of its own", PlanKind.COMMUNITY_SAFETY: "Inside another plan"}
NO_PLAN = "None kept by the county"


def district_plans(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Each district of the period with the plan that the county keeps for it; nothing for other councils.

    A district that has no plan here is named, whether or not it keeps one itself. Three queries.
    """
    districts = [
        district
        for district in districts_of(council)
        if district.ends_on is None or district.ends_on >= period_start
    ]
    if not districts:
        return []
    plans: dict[int | None, list[ActionPlan]] = {}
    for plan in _plans_of(council, districts, period_start, period_end):
        plans.setdefault(plan.district_id, []).append(plan)
    without = [district.name for district in districts if district.pk not in plans]
    return [
        Block(
            key="district_plans",
            title="Plans of the districts",
            columns=[
                Column("District"),
                Column("Plan"),
                Column("Form"),
                Column("Reviewed by"),
            ],
            rows=[
                row
                for district in districts
                for row in (
                    [_row(district, plan) for plan in plans.get(district.pk, ())]
                    or [[district.name, NO_PLAN, "", ""]]
                )
            ],
            source="Plans that the county keeps in the portal",
            as_at=as_at,
            notes=[_counts(districts, plans)],
            missing=[f"No plan is kept for {named(without)}"] if without else [],
        )
    ]


def _plans_of(
    council: Council, districts: Iterable[Council], period_start: date, period_end: date
) -> list[ActionPlan]:
    reviewers = PlanReviewer.objects.filter(council=council).select_related("board").order_by("board__name")
    return list(
        ActionPlan.objects.filter(
            council=council,
            district__in=[district.pk for district in districts],
            kind__in=_FORMS,
            starts_on__lte=period_end,
            ends_on__gte=period_start,
        )
        .prefetch_related(Prefetch("reviewers", reviewers))
        .order_by("-starts_on", "title")
    )


def _row(district: Council, plan: ActionPlan) -> list[str]:
    form = _FORMS[PlanKind(plan.kind)]
    return [
        district.name,
        plan.title,
        f"{form}: {plan.part_of}" if plan.part_of else form,
        ", ".join(reviewer.board.name for reviewer in plan.reviewers.all()) or "No body named",
    ]


def _counts(districts: list[Council], plans: dict[int | None, list[ActionPlan]]) -> str:
    """Such as "7 of 7 districts: 5 with a plan of their own, 2 inside another plan"."""
    kinds = [{plan.kind for plan in plans.get(district.pk, ())} for district in districts]
    own = sum(1 for held in kinds if PlanKind.DISTRICT in held)
    inside = sum(1 for held in kinds if held and PlanKind.DISTRICT not in held)
    have = f"{number(own + inside)} of {number(len(districts))} districts have a plan"
    return f"{have}: {number(own)} one of their own, {number(inside)} inside another plan."
