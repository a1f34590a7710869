"""Counts, free of noise: what a page asks of the database does not depend on how much there is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.models import Action, ActionPlan, Objective, ProgressEntry
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id
from prevent_portal.tenancy.scope import council_scope
from tests.accounts.sessions import sign_in
from tests.bench import build
from tests.bench.measure import count
from tests.bench.pages import pages_of
from tests.factories import CouncilFactory, UserFactory, give_role
from tests.figures import RecordFigure

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

SMALL, LARGE = 20, 2_000


@dataclass
class World:
    """Two councils of one person, a hundred times apart."""

    person: User
    small: Council
    large: Council


def fill(council: Council, owner: User, rows: int) -> None:
    """A plan with so many actions, as many progress entries and organisations, and four returns for each."""
    chance = random.Random(7)
    plan, objectives = new_id(), [new_id() for _ in range(5)]
    build.copy_rows(
        ActionPlan,
        [
            {
                "id": plan,
                "council_id": council.pk,
                "title": "Plan",
                "starts_on": build.TODAY,
                "ends_on": build.TODAY,
            }
        ],
    )
    build.copy_rows(
        Objective,
        (
            {"id": key, "council_id": council.pk, "plan_id": plan, "number": n, "title": f"Objective {n}"}
            for n, key in enumerate(objectives, 1)
        ),
    )
    made: list[Any] = []
    owners = {council.pk: [owner.pk]}
    build.copy_rows(
        Action,
        build._actions(rows, [council], {council.pk: plan}, {council.pk: objectives}, owners, made, chance),
    )
    owners = {council.pk: [owner.pk] * 5}
    build.copy_rows(ProgressEntry, build._progress(build.Size(progress=rows), made, owners, chance))
    organisations = [(new_id(), council.pk) for _ in range(rows // 20)]
    build.copy_rows(
        Organisation,
        ({"id": key, "name": f"Organisation {key}", "kind": "school"} for key, _ in organisations),
    )
    build.copy_rows(
        CouncilOrganisation, ({"council_id": council.pk, "organisation_id": key} for key, _ in organisations)
    )
    build._returns(organisations, len(organisations) * 20, chance)


@pytest.fixture
def world() -> World:
    person = UserFactory.create()
    small, large = CouncilFactory.create(slug="small"), CouncilFactory.create(slug="large")
    for council, rows in ((small, SMALL), (large, LARGE)):
        give_role(person, council, Role.COORDINATOR)
        fill(council, person, rows)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return World(person, small, large)


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    sign_in(client, world.person, second_factor=True)
    return client


@pytest.mark.figures("statements per page")
def test_each_main_page_asks_the_same_at_20_and_at_2000_rows(
    world: World, client: Client, record_figure: RecordFigure
) -> None:
    asked: dict[str, list[tuple[int, int]]] = {}
    for council in (world.small, world.large):
        for page, address in pages_of(council).items():
            counted = count(client, address)
            asked.setdefault(page, []).append((counted.statements, counted.parameters))
    differing = {page: counts for page, counts in asked.items() if len(set(counts)) != 1}
    assert differing == {}
    # Beginning and ending the transaction are two more, which no wrapper sees.
    assert asked["Overview"][0][0] + 2 <= 12
    careless = []
    for council in (world.small, world.large):
        with (
            council_scope(user_id=world.person.pk, council=council),
            CaptureQueriesContext(connection) as asks,
        ):
            for entry in ProgressEntry.objects.filter(council=council):
                assert entry.by is None or entry.by.pk
        careless.append(len(asks))
    assert careless[0] < careless[1]
    record_figure(
        "statements per page",
        {page: counts[0][0] for page, counts in asked.items()},
        control=f"a list that reads each row's person asks {careless[0]} and {careless[1]}",
    )


@pytest.fixture
def plans() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Every SELECT of the block with its plan, sequential scans allowed only where no index serves."""
    found: list[tuple[str, dict[str, Any]]] = []
    connection = connections["default"]

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith("SELECT") and "set_config" not in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                found.append((sql, cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def scanned(plan: dict[str, Any]) -> set[str]:
    """Tables that a plan reads from end to end."""
    tables = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return tables.union(*(scanned(part) for part in plan.get("Plans", [])))


def owned_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, CouncilOwned)}


def test_no_main_page_reads_a_council_owned_table_from_end_to_end(
    world: World, client: Client, plans: list[tuple[str, dict[str, Any]]]
) -> None:
    for address in pages_of(world.large).values():
        assert client.get(address).status_code == 200
    offenders = {(table, sql[:160]) for sql, plan in plans for table in scanned(plan) & owned_tables()}
    assert len(plans) > 20
    assert offenders == set()


def test_the_plan_check_sees_a_scan_where_no_index_serves(
    world: World, plans: list[tuple[str, dict[str, Any]]]
) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM compliance_action WHERE measure = 'x'")
        cursor.execute("ROLLBACK")
    assert [scanned(plan) for _, plan in plans] == [{"compliance_action"}], json.dumps(plans)
