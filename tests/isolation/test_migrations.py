"""Every migration of ours can be taken back, and leaves nothing behind."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.isolation.catalogue import rows

OURS = (
    "compliance",
    "training",
    "channel",
    "partnerships",
    "outbox",
    "documents",
    "audit",
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


@pytest.mark.no_cover
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_migrations_go_back_to_nothing_and_leave_nothing() -> None:
    """They went forward when the test's database was made; what stays on the way back would stop the next."""
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
