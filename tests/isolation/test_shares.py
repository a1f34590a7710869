"""A share opens exactly what it grants, in the scope entered for it, and nowhere else (TI-3, TI-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.migrations.state import ProjectState
from django.db.utils import ProgrammingError
from django.utils import timezone

from compliance.models import (
    Action,
    ActionLead,
    ActionPlan,
    DueDateMove,
    Objective,
    PlanShare,
    ProgressEntry,
    RiskShare,
    RiskSummary,
)
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.isolation import VISIBLE, AdmitAlso
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import (
    Scope,
    council_scope,
    current_scope,
    own_councils_scope,
    service_scope,
    shared_scope,
)
from tests.factories import CouncilFactory, member
from tests.isolation.catalogue import isolated_tables, tables

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

OF_A_PLAN = (ActionPlan, Objective, Action, ActionLead, DueDateMove, ProgressEntry)
READABLE = {*OF_A_PLAN, PlanShare, RiskShare, RiskSummary}


@dataclass
class World:
    owner: Council
    receiver: Council
    writer: User
    reader: User
    plans: list[ActionPlan]
    shares: list[PlanShare]


def make_plan(council: Council, title: str, number: int) -> Action:
    """A plan with one objective and one action, and the action."""
    today = timezone.localdate()
    with service_scope(council=council):
        plan = ActionPlan.objects.create(council=council, title=title, starts_on=today, ends_on=today)
        return Action.objects.create(
            council=council,
            plan=plan,
            objective=Objective.objects.create(council=council, plan=plan, number=1, title="Objective"),
            number=number,
            title=f"Action of {title}",
            first_due_on=today,
            due_on=today,
        )


@pytest.fixture
def world() -> World:
    """Two shared plans and one that is not, each with one row of everything that belongs to a plan."""
    owner, receiver = CouncilFactory.create(), CouncilFactory.create()
    writer, reader = member(owner, Role.COORDINATOR), member(receiver, Role.COORDINATOR)
    make_plan(receiver, "The receiver's own", 1)
    plans = []
    lead = Organisation.objects.create(name="A trust", kind="nhs_trust")
    today = timezone.localdate()
    shares = []
    for number, title in enumerate(("First", "Second", "Not shared"), start=1):
        action = make_plan(owner, title, number)
        plan = action.plan
        plans.append(plan)
        with service_scope(council=owner):
            CouncilOrganisation.objects.get_or_create(council=owner, organisation=lead)
            ActionLead.objects.create(council=owner, action=action, organisation=lead)
            DueDateMove.objects.create(
                council=owner, action=action, moved_from=today, moved_to=today + timedelta(days=1), reason="x"
            )
            ProgressEntry.objects.create(
                council=owner, action=action, note="x", status="in_progress", status_before="", token=uuid4()
            )
            if plan.title != "Not shared":
                shares.append(
                    PlanShare.objects.create(
                        council=owner,
                        plan=plan,
                        receiver=receiver,
                        starts_on=today,
                        ends_on=today,
                        reason="x",
                    )
                )
    return World(owner, receiver, writer, reader, plans, shares)


def foreign_rows(world: World) -> dict[str, int]:
    """Rows of the owner by model, asked for without any filter."""
    owned = set(isolated_tables())
    counts = {}
    for model in apps.get_models():
        if model._meta.db_table in owned:
            rows: Any = model._default_manager.all()
            count = sum(
                council_id == world.owner.pk for council_id in rows.values_list("council_id", flat=True)
            )
            if count:
                counts[model.__name__] = count
    return counts


def test_in_every_ordinary_scope_no_shared_row_is_visible(world: World) -> None:
    with council_scope(user_id=world.reader.pk, council=world.receiver):
        assert foreign_rows(world) == {}
    with own_councils_scope(user_id=world.reader.pk):
        assert foreign_rows(world) == {}
    with service_scope(council=world.receiver):
        assert foreign_rows(world) == {}


def test_in_the_shared_scope_exactly_the_shared_plans_are_visible(world: World) -> None:
    with shared_scope(user_id=world.reader.pk, council=world.receiver):
        assert foreign_rows(world) == {
            **{model.__name__: 2 for model in OF_A_PLAN},
            "PlanShare": 2,
        }
        assert {plan.title for plan in ActionPlan.objects.all()} == {"First", "Second"}, "not even one's own"
        assert Membership.objects.count() == 0


def test_a_scope_of_one_share_shows_that_one(world: World) -> None:
    first = world.shares[0]
    with shared_scope(user_id=world.reader.pk, council=world.receiver, share_id=first.pk) as scope:
        assert current_scope() == scope == Scope("shared", world.reader.pk, world.receiver.pk, first.pk)
        assert foreign_rows(world) == {**{model.__name__: 1 for model in OF_A_PLAN}, "PlanShare": 1}
        assert Action.objects.get().title == "Action of First"
    with council_scope(user_id=world.reader.pk, council=world.receiver):
        assert current_scope().share_id is None


@pytest.mark.parametrize("which", ["another council", "own council", "nobody", "a share of nobody"])
def test_a_shared_scope_without_the_grant_or_the_membership_is_empty(world: World, which: str) -> None:
    third = CouncilFactory.create()
    people: dict[str, tuple[int, Council, UUID | None]] = {
        "another council": (member(third, Role.COORDINATOR).pk, third, world.shares[0].pk),
        "own council": (world.writer.pk, world.owner, world.shares[0].pk),
        "nobody": (member(third, Role.COORDINATOR).pk, world.receiver, None),
        "a share of nobody": (world.reader.pk, world.receiver, uuid4()),
    }
    user_id, council, share_id = people[which]
    with shared_scope(user_id=user_id, council=council, share_id=share_id):
        assert foreign_rows(world) == {}


@pytest.mark.parametrize(
    ("starts", "ends", "ended", "seen"),
    [(0, 0, False, 1), (-5, -1, False, 0), (1, 5, False, 0), (-5, 5, False, 1), (-5, 5, True, 0)],
)
def test_a_grant_counts_to_the_day(world: World, starts: int, ends: int, ended: bool, seen: int) -> None:
    today = timezone.localdate()
    with service_scope(council=world.owner):
        PlanShare.objects.filter(council=world.owner, plan=world.plans[1]).delete()
        PlanShare.objects.filter(council=world.owner).update(
            starts_on=today + timedelta(days=starts),
            ends_on=today + timedelta(days=ends),
            ended_at=timezone.now() if ended else None,
        )
    with shared_scope(user_id=world.reader.pk, council=world.receiver):
        assert [ActionPlan.objects.count(), Action.objects.count(), PlanShare.objects.count()] == [seen] * 3


def test_nothing_is_written_in_the_shared_scope(world: World) -> None:
    with shared_scope(user_id=world.reader.pk, council=world.receiver):
        assert Action.objects.update(title="Mine now") == 0
        assert PlanShare.objects.update(ends_on=timezone.localdate() + timedelta(days=999)) == 0
        assert PlanShare.objects.all().delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            Objective.objects.create(council=world.owner, plan=world.plans[0], number=9, title="Mine")


def test_tables_that_a_share_opens_are_these_and_no_others() -> None:
    opened = {
        table.name
        for table in tables().values()
        for policy in table.policies
        if "compliance_shared_" in policy.using or "compliance_received_" in policy.using
    }
    assert opened == {model._meta.db_table for model in READABLE}


def test_a_list_of_ones_own_asks_for_no_grant(world: World) -> None:
    """The second hashed subplan is never run: the council's own rows pass by the first."""
    with council_scope(user_id=world.reader.pk, council=world.receiver), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, SUMMARY OFF, BUFFERS OFF) "
            "SELECT title FROM compliance_action WHERE council_id = %s ORDER BY number",
            [world.receiver.pk],
        )
        lines = [line for (line,) in cursor.fetchall()]
    assert any("Index" in line for line in lines), lines
    assert any("ANY" in line or "hashed SubPlan" in line for line in lines), lines
    place = next(index for index, line in enumerate(lines) if line.strip() == "SubPlan 2")
    assert "never executed" in lines[place + 1], lines


def test_admitting_further_rows_goes_forwards_and_back() -> None:
    condition = "id IN (SELECT unnest(compliance_shared_plans()))"
    operation = AdmitAlso("Job", condition)
    assert AdmitAlso("Job", condition, before="true").deconstruct() == (
        "AdmitAlso",
        ["Job", condition],
        {"before": "true"},
    )
    assert operation.deconstruct() == ("AdmitAlso", ["Job", condition], {})
    assert operation.migration_name_fragment == "admit_job"
    state = ProjectState.from_apps(apps)

    def reads() -> str:
        return next(p.using for p in tables()["outbox_job"].policies if p.name == "council_read")

    plain = reads()
    assert VISIBLE.split()[0] in plain
    with connections["owner"].schema_editor(atomic=False) as editor:
        operation.database_forwards("outbox", editor, state, state)
        assert "compliance_shared_plans" in reads()
        assert plain.strip("()") in reads()
        operation.database_backwards("outbox", editor, state, state)
        assert reads() == plain
        AdmitAlso("Job", condition, before="true").database_backwards("outbox", editor, state, state)
        assert reads().endswith("OR true)")
        operation.database_backwards("outbox", editor, state, state)
    assert reads() == plain
