"""What compliance offers to reports: counted from the plans, the checklist and the reviews, gaps named."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.demo import load
from compliance.models import (
    Action,
    ActionPlan,
    Objective,
    Recommendation,
    ReportSection,
    ScrutinyReview,
)
from compliance.queries.checklist_blocks import duty_checklist, duty_checklist_changes
from compliance.queries.report_blocks import (
    action_plan_progress,
    action_plan_register,
    scrutiny_recommendations,
)
from compliance.queries.reports import content_of
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.report_blocks import Block
from tests.compliance.reports import committee
from tests.compliance.rounds import answer_for_test, make_local_item, make_next_round, make_round
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


def a_long_plan(council: Council, actions: int) -> ActionPlan:
    """A plan of many actions at every status, stored against the order of their numbers."""
    with service_scope(council=council):
        plan = ActionPlan.objects.create(
            council=council, title="Long plan", starts_on=date(2018, 4, 1), ends_on=date(2019, 3, 31)
        )
        objectives = [
            Objective.objects.create(council=council, plan=plan, number=number, title=f"Objective {number}")
            for number in (2, 1)
        ]
        statuses = ("not_started", "in_progress", "on_hold", "complete", "withdrawn")
        Action.objects.bulk_create(
            Action(
                council=council,
                plan=plan,
                objective=objectives[number % 2],
                number=number,
                title=f"Action {number}",
                status=statuses[number % 5],
                rating=("", "green", "amber", "red")[number % 4],
                completed_on=date(2019, 1, 1) if number % 5 == 3 else None,
                first_due_on=date(2019, 1, 31) if number % 3 == 0 else date(2019, 9, 30),
                due_on=date(2019, 9, 30),
                times_moved=1 if number % 3 == 0 else 0,
            )
            for number in range(actions, 0, -1)
        )
    return plan


def test_every_overdue_action_is_listed_and_the_red_or_twice_moved_ones_are_its_exceptions() -> None:
    council = CouncilFactory.create()
    a_long_plan(council, 450)
    blocks = blocks_of(council, action_plan_progress)
    # Numbers that 3 divides are late; of five in a row one is complete and one withdrawn.
    late = [n for n in [*range(2, 451, 2), *range(1, 451, 2)] if n % 3 == 0 and n % 5 not in (3, 4)]
    late = sorted(late, key=lambda n: (n % 2 == 0, n))
    assert [row[0] for row in blocks[-1].rows] == [f"A{n} Action {n}" for n in late]
    assert [blocks[-1].rows[place][0] for place in blocks[-1].exceptions] == [
        f"A{n} Action {n}" for n in late if n % 4 == 3
    ]


def test_a_register_of_450_actions_is_whole_with_overdue_and_red_ones_as_its_exceptions() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    a_plan(other)
    a_long_plan(council, 450)
    [block] = blocks_of(council, action_plan_register)
    assert block.title == "Actions: Long plan"
    assert [column.heading for column in block.columns] == [
        "Reference",
        "Action",
        "Lead",
        "First due",
        "Now due",
        "Times moved",
        "Status",
        "Rating",
    ]
    in_order = sorted(range(1, 451), key=lambda n: (n % 2 == 0, n))
    assert [row[0] for row in block.rows] == [f"A{n}" for n in in_order]
    assert block.rows[1] == [
        "A3",
        "Action 3",
        "No lead named",
        "31 January 2019",
        "30 September 2019",
        "1",
        "Complete",
        "Red: off track, needs a decision",
    ]
    assert block.rows[in_order.index(6)][6:] == [
        "In progress, overdue",
        "Amber: some delay or risk, being managed",
    ]
    assert block.rows[in_order.index(4)][6:] == ["Withdrawn", "Not rated"]
    running = [n for n in in_order if n % 5 in (0, 1, 2)]
    assert [block.rows[place][0] for place in block.exceptions] == [
        f"A{n}" for n in running if n % 3 == 0 or n % 4 == 3
    ]
    assert block.notes == ["450 actions. Overdue goes by the first due date."]
    assert block.missing == [
        "Long plan: no lead organisation of A1, A5, A7, A11, A15, A17, A21, A25, A27, A31, A35 and 259 more",
        "Long plan: no rating of A12, A16, A20, A32, A36, A40, A52, A56, A60, A72, A76 and 55 more",
    ]
    [theirs] = blocks_of(other, action_plan_register)
    assert [row[0] for row in theirs.rows] == ["A1", "A2", "A3"]


def test_plans_and_reviews_ask_as_many_questions_however_many_there_are() -> None:
    asked = []
    for actions in (3, 40):
        council = CouncilFactory.create()
        a_long_plan(council, actions)
        a_plan_of_reviews(council, actions // 3)
        with service_scope(council=council), CaptureQueriesContext(connection) as queries:
            action_plan_progress(council, *Q4)
            action_plan_register(council, *Q4)
            scrutiny_recommendations(council, *Q4)
        asked.append(len(queries))
    assert asked == [9, 9]


def a_plan_of_reviews(council: Council, reviews: int) -> None:
    """Presented reviews with a recommendation each."""
    with service_scope(council=council):
        for number in range(reviews):
            review = ScrutinyReview.objects.create(
                council=council,
                title=f"Review {number}",
                panel="Panel",
                state="open",
                presented_on=date(2018, 9, 1),
            )
            Recommendation.objects.create(
                council=council, review=review, number=1, wording=f"Do {number}", response="accept"
            )


def test_what_changed_since_the_last_round_is_said_item_by_item_and_counted() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    by = member(council, Role.COORDINATOR)
    first = make_round(council, by)
    with service_scope(council=council):
        alone = duty_checklist_changes(council, *Q4)
        for ref, status in (
            ("S-02", "in_place"),
            ("S-03", "planned"),
            ("S-04", "in_place"),
            ("S-05", "in_progress"),
        ):
            answer_for_test(first, ref, by, status=status)
        item = make_local_item(council, by)
        later = make_next_round(first, by)
        for ref, status in (("S-02", "in_place"), ("S-03", "in_place"), ("S-04", "in_progress")):
            answer_for_test(later, ref, by, status=status)
        with CaptureQueriesContext(connection) as queries:
            [block] = duty_checklist_changes(
                council, date(2019, 4, 1), date(2019, 6, 30), as_at=date(2019, 6, 30)
            )
    assert alone[0].rows == []
    assert alone[0].missing == ["There is no round before 2018/19 to compare with"]
    assert len(queries) <= 9
    assert block.title == "Duty checklist 2019/20: what changed since 2018/19"
    assert [column.heading for column in block.columns][2:] == ["2018/19", "2019/20", "What changed"]
    assert [row[2:] for row in block.rows] == [
        ["Planned", "In place", "Better: from Planned to In place"],
        ["In place", "In progress", "Worse: from In place to In progress"],
        ["In progress", "To confirm: in progress", "Carried forward, not confirmed"],
        ["Not asked", "Not answered", "New"],
    ]
    assert block.rows[-1][:2] == ["Local items", "A briefing is held each June"]
    assert block.notes == [
        "18 items: 1 better, 1 worse, 1 new, 1 carried forward and not confirmed, 14 unchanged."
    ]
    unanswered = ["S-01", *(f"S-{number:02d}" for number in range(6, 18)), item.ref]
    assert block.missing == [
        f"Checklist items not answered: {', '.join(unanswered[:11])} and {len(unanswered) - 11} more",
        "Checklist items carried forward and not confirmed: S-05",
    ]
    assert blocks_of(other, duty_checklist_changes) == []


def test_a_report_of_every_block_asks_as_many_statements_at_three_actions_as_at_hundreds() -> None:
    asked = []
    for actions in (3, 300):
        board = committee()
        a_long_plan(board.council, actions)
        report = board.open(Quarter(2018, 4))
        with service_scope(council=board.council):
            section = ReportSection.objects.filter(report=report).order_by("position")[0]
            ReportSection.objects.filter(pk=section.pk).update(blocks=list(report_blocks.names()))
            with CaptureQueriesContext(connection) as queries:
                content = content_of(board.council, report)
        shown = [part["block"] for part in content["sections"][0]["parts"] if part["kind"] == "block"]
        register = next(block for block in shown if block["key"].startswith("action_plan_register"))
        assert len(register["rows"]) == actions
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 110
