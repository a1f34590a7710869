"""The plans of a county's districts in a report: each district once, by name, with what the county keeps."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.enums import PlanKind
from compliance.models import ActionPlan, PlanReviewer
from compliance.queries.district_blocks import district_plans
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.report_blocks import Block
from tests.factories import CouncilFactory

pytestmark = pytest.mark.django_db

QUARTER = (date(2018, 1, 1), date(2018, 3, 31), date(2018, 3, 31))


def kept(county: Council, district: Council, title: str, kind: PlanKind, **fields: object) -> ActionPlan:
    """A plan of 2017/18 that a county keeps for a district."""
    with service_scope(council=county):
        return ActionPlan.objects.create(
            **{
                "council": county,
                "district": district,
                "title": title,
                "kind": kind,
                "starts_on": date(2017, 4, 1),
                "ends_on": date(2018, 3, 31),
                **fields,
            }
        )


def told(council: Council) -> list[Block]:
    with service_scope(council=council):
        return district_plans(council, *QUARTER)


def test_each_district_has_its_plan_or_is_named_as_without_one() -> None:
    county, other = CouncilFactory.create(), CouncilFactory.create()
    first, second, third = (
        CouncilFactory.create(name=name, parent=county) for name in ("Ash", "Birch", "Cedar")
    )
    CouncilFactory.create(name="Gone", parent=county, ends_on=date(2017, 12, 31))
    theirs = CouncilFactory.create(name="Elm", parent=other)
    plan = kept(county, first, "Ash plan", PlanKind.DISTRICT)
    kept(county, second, "Birch plan", PlanKind.COMMUNITY_SAFETY, part_of="Safer Birch")
    kept(
        county,
        third,
        "Of last year",
        PlanKind.DISTRICT,
        starts_on=date(2016, 4, 1),
        ends_on=date(2017, 3, 31),
    )
    kept(other, theirs, "Not this county’s", PlanKind.DISTRICT)
    with service_scope(council=county):
        board = Board.objects.create(council=county, name="Partnership")
        PlanReviewer.objects.create(council=county, plan=plan, board=board, cadence=Cadence.QUARTERLY)

    with CaptureQueriesContext(connection) as asked:
        [block] = told(county)
    statements = [each["sql"] for each in asked if "FROM" in each["sql"] and "set_config" not in each["sql"]]
    assert len(statements) == 3
    assert block.rows == [
        ["Ash", "Ash plan", "Plan of its own", "Partnership"],
        ["Birch", "Birch plan", "Inside another plan: Safer Birch", "No body named"],
        ["Cedar", "None kept by the county", "", ""],
    ]
    assert block.notes == ["2 of 3 districts have a plan: 1 one of their own, 1 inside another plan."]
    assert block.missing == ["No plan is kept for Cedar"]
    [elsewhere] = told(other)
    assert [row[0] for row in elsewhere.rows] == ["Elm"]
    assert told(first) == [], "a district has no districts"
