"""Every migration of ours can be taken back, and put on again with the same walls."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connections

from tests.isolation.catalogue import rows, tables

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


def walls() -> dict[str, list[tuple[str, str, str, str]]]:
    """Every policy of every table, in words."""
    return {
        table.name: sorted((p.name, p.command, p.using, p.check) for p in table.policies)
        for table in tables().values()
    }


def constraints() -> set[tuple[str, str, str]]:
    return set(
        rows(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
            "JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname IN ('public', 'audit')"
        )
    )


def functions() -> set[str]:
    return {
        name
        for (name,) in rows(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname IN ('public', 'audit')"
        )
    }


@pytest.mark.no_cover
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_migrations_go_back_to_nothing_and_come_again_the_same() -> None:
    before = walls(), constraints(), functions()
    connections["default"].close()
    for app in OURS:
        call_command("migrate", app, "zero", verbosity=0, interactive=False)
    left = {name for name in tables() if name.split("_")[0] in OURS or name.startswith("audit")}
    assert left == set()
    assert functions() <= {"tenancy_keep_council()"}, "the trigger's function serves every app"
    call_command("migrate", verbosity=0, interactive=False)
    assert (walls(), constraints(), functions()) == before
