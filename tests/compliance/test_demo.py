"""The demo: the same on every day of a quarter, and loaded once however often it is asked for."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from compliance.demo.plans import load_plans
from compliance.models import (
    Action,
    ActionPlan,
    DueDateMove,
    ExtensionRequest,
    PlanVersion,
    ProgressEntry,
)
from compliance.queries.plan_reviews import checksum, reviewed_by
from compliance.queries.plans import action_counts, due_words
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.demo import ACCOUNTS
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["2026-10-01", "2026-11-18", "2026-12-31", "2028-02-29"])
def test_the_officer_owns_four_actions_due_this_quarter_on_any_day(day: str) -> None:
    with time_machine.travel(f"{day} 12:00"):
        council = CouncilFactory.create(slug="barnet")
        officer = member(council, Role.SAFETY_OFFICER)
        people = {"officer@barnet.example": officer}
        today = timezone.localdate()
        with service_scope(council=council):
            Board.objects.create(council=council, name="Barnet Prevent Delivery Group")
            load_plans(council, people)
            load_plans(council, people)
            plan = ActionPlan.objects.get(council=council)
            counts = action_counts(council, today)
            assert (counts.total, counts.complete, counts.overdue) == (14, 3, 3)
            own = Action.objects.filter(council=council, owner=officer).open()
            assert own.count() == 4
            assert all(today <= action.due_on <= Quarter.of(today).end for action in own)
            moved = own.get(times_moved=2)
            assert due_words(moved, today).startswith("Overdue: due ")
            assert "moved twice, now " in due_words(moved, today)
            moves = DueDateMove.objects.filter(council=council, action=moved).order_by("at")
            assert [move.moved_to for move in moves][-1] == moved.due_on
            assert ProgressEntry.objects.filter(council=council, at__gt=timezone.now()).count() == 0
            assert reviewed_by(plan) == [f"Barnet Prevent Delivery Group, {Cadence.QUARTERLY.label.lower()}"]


def test_the_accounts_are_printed_with_what_each_can_do() -> None:
    printed = StringIO()
    call_command("demo_accounts", stdout=printed)
    for account in ACCOUNTS:
        assert account.email in printed.getvalue()
        assert account.shows in printed.getvalue()


def test_a_demo_review_is_bound_to_the_plan_as_it_stood_on_its_day() -> None:
    council = CouncilFactory.create(slug="barnet")
    officer, coordinator = member(council, Role.SAFETY_OFFICER), member(council, Role.COORDINATOR)
    people = {"officer@barnet.example": officer, "coordinator@barnet.example": coordinator}
    with service_scope(council=council):
        for name in ("Barnet Prevent Delivery Group", "Safer Communities Partnership Board"):
            Board.objects.create(council=council, name=name)
        load_plans(council, people)
        plan = ActionPlan.objects.get(council=council)
        older, newer = PlanVersion.objects.filter(council=council).order_by("number")
        for version in (older, newer):
            assert checksum(version.content) == version.sha256
        frozen = {
            action["reference"]: action
            for objective in older.content["objectives"]
            for action in objective["actions"]
        }
        moved = Action.objects.get(council=council, plan=plan, times_moved=2)
        assert frozen[moved.reference]["times_moved"] == 0, "neither move had been approved on that day"
        asked = ExtensionRequest.objects.filter(council=council)
        assert sorted(one.state for one in asked) == ["approved", "approved", "open"]
        assert all(one.asked_by_id == officer.pk for one in asked)
