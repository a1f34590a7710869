"""What compliance offers to reports: counted from the plans, the checklist and the reviews, gaps named."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.demo import load
from compliance.models import Action, ActionPlan, Objective
from compliance.queries.report_blocks import action_plan_progress, duty_checklist, scrutiny_recommendations
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.report_blocks import Block
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

Q4 = (date(2019, 1, 1), date(2019, 3, 31), date(2019, 3, 31))


@pytest.fixture
def demo() -> dict[str, Council]:
    """The demo's plans, rounds and review in three councils."""
    councils = {
        slug: CouncilFactory.create(slug=slug, name=slug.capitalize())
        for slug in ("barnet", "southwark", "wolverhampton")
    }
    people: dict[str, User] = {}
    for slug, council in councils.items():
        for name, role in (("coordinator", Role.COORDINATOR), ("officer", Role.SAFETY_OFFICER)):
            people[f"{name}@{slug}.example"] = member(council, role)
    people["officer@twocouncils.example"] = people["officer@barnet.example"]
    load(councils=councils, people=people)
    return councils


def blocks_of(council: Council, provider: report_blocks.Provider) -> list[Block]:
    with service_scope(council=council):
        return provider(council, *Q4)


def test_southwarks_checklist_is_seventeen_rows_under_one_head(demo: dict[str, Council]) -> None:
    with service_scope(council=demo["southwark"]):
        [block] = duty_checklist(
            demo["southwark"], date(2017, 1, 1), date(2017, 3, 31), as_at=date(2017, 3, 31)
        )
    assert [column.heading for column in block.columns] == [
        "Workstream",
        "Expectation",
        "Status",
        "Response",
        "Timescale",
    ]
    assert len(block.rows) == 17
    counts = [
        sum(1 for row in block.rows if row[0] == name) for name in dict.fromkeys(r[0] for r in block.rows)
    ]
    assert counts == [3, 3, 1, 2, 1, 2, 3, 1, 1]
    assert block.notes == ["9 of 17 in place, 7 under way, 1 not applicable."]
    assert block.missing == []


def test_wolverhamptons_recommendations_are_sixteen_and_not_one_is_anybody_elses(
    demo: dict[str, Council],
) -> None:
    [block] = blocks_of(demo["wolverhampton"], scrutiny_recommendations)
    assert len(block.rows) == 16
    assert block.notes == ["16 recommendations: 12 accepted, 2 in part, 2 rejected."]
    assert [row[0] for row in block.rows if row[2].startswith("Rejected")] == ["6", "11"]
    assert [row[0] for row in block.rows if row[2].startswith("Accepted in part")] == ["2", "9"]
    assert sum(1 for row in block.rows if row[4].startswith("Completed")) == 14
    assert blocks_of(demo["barnet"], scrutiny_recommendations) == []


def a_plan(council: Council, actions: int = 3) -> ActionPlan:
    """A plan of 2018/19 with actions that are done, late, moved and waiting."""
    with service_scope(council=council):
        plan = ActionPlan.objects.create(
            council=council, title="Plan 2018", starts_on=date(2018, 4, 1), ends_on=date(2019, 3, 31)
        )
        objective = Objective.objects.create(council=council, plan=plan, number=1, title="Reduce risk")
        for number in range(1, actions + 1):
            done = number == 1
            moved = number == 2
            Action.objects.create(
                council=council,
                plan=plan,
                objective=objective,
                number=number,
                title=f"Action {number}",
                status="complete" if done else "in_progress",
                completed_on=date(2019, 1, 1) if done else None,
                first_due_on=date(2019, 3, 30) if number < 3 else date(2019, 3, 31),
                due_on=date(2019, 6, 30) if moved else date(2019, 3, 31),
                times_moved=1 if moved else 0,
            )
    return plan


def test_an_action_that_moved_is_still_overdue_by_its_first_date() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    a_plan(council)
    progress, overdue = blocks_of(council, action_plan_progress)
    assert progress.rows == [
        ["1. Reduce risk", "3", "1", "2", "0", "1", "1"],
        ["All objectives", "3", "1", "2", "0", "1", "1"],
    ]
    assert overdue.rows == [
        ["A2 Action 2", "No lead named", "30 March 2019", "30 June 2019", "1"],
    ]
    assert overdue.missing == ["1 overdue action has no lead organisation"]
    assert blocks_of(other, action_plan_progress) == []


def test_a_plan_of_another_period_is_not_in_the_report() -> None:
    council = CouncilFactory.create()
    a_plan(council)
    with service_scope(council=council):
        assert action_plan_progress(council, date(2019, 4, 1), date(2019, 6, 30), date(2019, 6, 30)) == []


def test_a_long_list_of_overdue_actions_says_how_many_more_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    council = CouncilFactory.create()
    a_plan(council)
    monkeypatch.setattr("compliance.queries.report_blocks.MOST_OVERDUE", 1)
    with service_scope(council=council):
        overdue = action_plan_progress(council, Q4[0], Q4[1], date(2019, 4, 1))[1]
    assert len(overdue.rows) == 1
    assert overdue.notes == ["1 more action is overdue."]


def test_a_plan_of_twenty_actions_asks_as_many_questions_as_one_of_three() -> None:
    asked = []
    for actions in (3, 20):
        council = CouncilFactory.create()
        a_plan(council, actions)
        with service_scope(council=council), CaptureQueriesContext(connection) as queries:
            action_plan_progress(council, *Q4)
        asked.append(len(queries))
    assert asked == [1, 1]
