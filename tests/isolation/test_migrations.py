"""Every migration of ours can be taken back, and leaves nothing behind."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.figures import RecordFigure
from tests.isolation.catalogue import rows

OURS = (
    "compliance",
    "training",
    "channel",
    "partnerships",
    "outbox",
    "documents",
    "audit",
    "keys",
    "accounts",
    "tenancy",
)
"""Our rooms: Django's and the libraries' own migrations are theirs to test."""


def standing() -> set[tuple[str, str]]:
    """Tables, types, functions, policies and triggers in the catalogue, by kind and name."""
    return set(
        rows(
            "SELECT 'table', c.oid::regclass::text FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p', 'v', 'm') "
            "UNION ALL SELECT 'type', t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
            "WHERE n.nspname IN ('public', 'audit') AND t.typtype IN ('e', 'd') "
            "UNION ALL SELECT 'function', p.oid::regprocedure::text FROM pg_proc p "
            "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'audit') "
            "UNION ALL SELECT 'policy', polname FROM pg_policy "
            "UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
    )


def last_of_all(executor: MigrationExecutor) -> tuple[tuple[str, str], tuple[str, str]]:
    """The migration that an empty database would get last, and the one of its room before it."""
    graph = executor.loader.graph
    plan = executor.migration_plan(graph.leaf_nodes(), clean_start=True)
    last = next(
        (migration.app_label, migration.name)
        for migration, _ in reversed(plan)
        if migration.app_label in OURS
    )
    [before] = [parent.key for parent in graph.node_map[last].parents if parent.key[0] == last[0]]
    return last, before


def test_every_operation_can_be_taken_back() -> None:
    migrations = MigrationLoader(None).disk_migrations
    assert [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in migrations.items()
        if app in OURS
        for operation in migration.operations
        if not operation.reversible
    ] == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_last_migration_goes_back_and_comes_again_the_same() -> None:
    """Each was once the last; that all of them go back to nothing is asked by script/figures."""
    before = standing()
    connections["default"].close()
    executor = MigrationExecutor(connections["owner"])
    last, one_before = last_of_all(executor)
    executor.migrate([one_before])
    assert last not in MigrationExecutor(connections["owner"]).loader.applied_migrations
    MigrationExecutor(connections["owner"]).migrate([last])
    assert standing() == before


@pytest.mark.figures("migrations", only=True)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_migrations_go_back_to_nothing_and_leave_nothing(record_figure: RecordFigure) -> None:
    """They went forward when the test's database was made; what stays on the way back would stop the next.

    It takes minutes, most of them for the state of the models at each of a hundred steps.
    """
    ours = {
        ("table", model._meta.db_table.replace('"."', "."))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS
    }
    before = standing()
    assert ours - before == set(), "the control: what has to go is there"
    connections["default"].close()
    # All rooms in one plan: one by one, the state of every other room would be worked out anew for each.
    MigrationExecutor(connections["owner"]).migrate([(app, None) for app in OURS])
    after = standing()
    assert after & ours == set()
    assert after - before == set()
    # The function behind the triggers of every room belongs to none of them.
    assert {(kind, name) for kind, name in after if kind != "table"} == {
        ("function", "tenancy_keep_council()")
    }
    loader = MigrationExecutor(connections["owner"]).loader
    record_figure(
        "migrations",
        {"taken back": sum(app in OURS for app, _ in loader.disk_migrations), "left": 0},
        control="before, every table of ours stands in the catalogue",
    )
