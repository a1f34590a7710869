"""Every table, key and function keeps councils apart, or is on a list with a reason (TI-1, TI-2, TI-5)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections

from tests.isolation import allowlist
from tests.isolation.catalogue import Table, isolated_tables, rows, tables

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_every_table_is_isolated_or_on_a_list_with_a_reason() -> None:
    unlisted = {
        table.name
        for table in tables().values()
        if not table.owned_by_council
        and table.name not in (allowlist.OWN_POLICIES if table.secured else allowlist.OPEN_TABLES)
    }
    assert unlisted == set(), "Apply IsolateByCouncil in a migration, or write the reason into allowlist.py."


def test_every_line_of_the_lists_is_still_needed() -> None:
    found = tables()
    open_tables = {table.name for table in found.values() if not table.secured}
    own_policies = {t.name for t in found.values() if t.secured and not t.owned_by_council}
    assert set(allowlist.OPEN_TABLES) - open_tables == set()
    assert set(allowlist.OWN_POLICIES) - own_policies == set()
    assert own_policies >= allowlist.READ_BY_ALL


def test_a_forgotten_table_is_found() -> None:
    """The control of the first test: a council's table without policies, and one without a council."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id uuid, council_id bigint NOT NULL)")
        cursor.execute("CREATE TABLE half_done (id uuid, council_id bigint)")
        cursor.execute("ALTER TABLE half_done ENABLE ROW LEVEL SECURITY")
    for name in ("forgotten", "half_done"):
        table = tables()[name]
        assert not table.owned_by_council
        assert name not in allowlist.OPEN_TABLES
        assert name not in allowlist.OWN_POLICIES


def plain(table: Table, command: str) -> list[str]:
    """The permissive expressions that admit a command."""
    return [
        expression
        for policy in table.policies
        if policy.permissive and policy.command in (command, "*")
        for expression in ((policy.using,) if command in "rd" else (policy.check,))
    ]


@pytest.mark.parametrize(
    ("command", "words"), [("r", "read"), ("a", "add"), ("w", "change"), ("d", "remove")]
)
def test_policies_of_a_councils_table_admit_visible_councils_only(command: str, words: str) -> None:
    visible = "(council_id IN ( SELECT unnest(accounts_visible_councils()) AS unnest))"
    for table in tables().values():
        if not table.owned_by_council:
            continue
        for expression in plain(table, command):
            assert visible in expression, f"{table.name}: {words}"
            if command != "r":
                assert expression == visible, f"{table.name}: writing needs the council itself"


def test_policies_are_for_the_apps_role_and_cast_no_bare_setting() -> None:
    """A setting read without NULLIF turns an empty context into an error instead of no rows (TI-3)."""
    for table in tables().values():
        for policy in table.policies:
            assert policy.roles == [settings.DATABASE_APP_ROLE], (table.name, policy.name)
            for expression in (policy.using, policy.check):
                simply_true = expression == "true"
                assert not simply_true or table.name in allowlist.READ_BY_ALL, (table.name, policy.name)
                assert "current_setting" not in expression.replace("NULLIF(current_setting", "") or (
                    "current_setting('app.scope'" in expression
                ), (table.name, policy.name)


def test_row_security_is_not_forced_on_the_owner() -> None:
    """Under FORCE a data migration of the owner would change nothing and say nothing."""
    assert [table.name for table in tables().values() if table.forced] == []


def test_the_apps_role_owns_nothing_bypasses_nothing_and_cannot_truncate() -> None:
    role = settings.DATABASE_APP_ROLE
    assert rows("SELECT current_user", using="default") == [(role,)]
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
        "FROM pg_roles WHERE rolname = %s",
        role,
    ) == [(False, False, False, False, False)]
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", role) == [(0,)]
    assert rows("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", role) == [(0,)]
    assert (
        rows(
            "SELECT c.oid::regclass, p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, "
            "unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) p "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'audit') "
            "AND has_table_privilege(%s, c.oid, p)",
            role,
        )
        == []
    )
    assert rows(
        "SELECT has_schema_privilege(%s, 'public', 'CREATE'), has_schema_privilege(%s, 'audit', 'CREATE')",
        role,
        role,
    ) == [(False, False)]


def test_references_between_councils_tables_carry_the_council() -> None:
    secured = {name for name, table in tables().items() if table.secured}
    single = {
        f"{source}.{column}": target
        for source, column, target in rows(
            "SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint k "
            "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] "
            "WHERE k.contype = 'f' AND cardinality(k.conkey) = 1"
        )
        if source in secured and target in secured and target not in allowlist.READ_BY_ALL
    }
    composite = {
        f"{source}.{column}"
        for source, column in rows(
            "SELECT k.conrelid::regclass::text, a.attname FROM pg_constraint k "
            "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2] "
            "WHERE k.contype = 'f' AND cardinality(k.conkey) = 2"
        )
    }
    loose = set(single) - composite
    assert loose == set(allowlist.LOOSE_REFERENCES), "BindToCouncil makes a later foreign key composite."
    assert composite & set(single), "the query finds composite keys at all"


def test_a_row_of_a_council_never_moves_to_another() -> None:
    with_trigger = {
        name
        for (name,) in rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'keep_council'")
    }
    assert with_trigger == set(isolated_tables())


def test_unique_keys_start_with_the_council_or_hold_a_random_identifier() -> None:
    """Otherwise a refused duplicate tells one council what another one has."""
    owned = set(isolated_tables())
    revealing = {
        key
        for table, key, columns in rows(
            "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, "
            "ARRAY(SELECT a.attname || ':' || format_type(a.atttypid, NULL) FROM unnest(i.indkey) "
            "WITH ORDINALITY k(attnum, place) JOIN pg_attribute a "
            "ON a.attrelid = i.indrelid AND a.attnum = k.attnum ORDER BY place) "
            "FROM pg_index i WHERE i.indisunique"
        )
        if table in owned
        and columns[:1] != ["council_id:bigint"]
        and not any(column.endswith(":uuid") for column in columns)
    }
    assert revealing == set(allowlist.GLOBAL_KEYS)


def test_no_view_looks_around_the_policies() -> None:
    assert (
        rows(
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname IN ('public', 'audit') AND (c.relkind IN ('m', 'f') OR (c.relkind = 'v' AND "
            "NOT coalesce(c.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on']))"
        )
        == []
    )


def test_definer_functions_are_listed_pinned_and_closed_to_the_public() -> None:
    found = {}
    for name, owner, configuration, public in rows(
        "SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.proconfig, "
        "has_function_privilege('public', p.oid, 'EXECUTE') "
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname IN ('public', 'audit')"
    ):
        if not name.startswith(tuple(allowlist.DEFINER_PREFIXES)):
            found[name] = owner
        assert configuration == ["search_path=pg_catalog, pg_temp"], name
        assert not public, f"{name} can be called by anybody"
        assert owner != settings.DATABASE_APP_ROLE, name
    assert set(found) == set(allowlist.DEFINER_FUNCTIONS)


def test_no_grant_is_in_the_tables_that_are_kept_empty() -> None:
    """Rights come from roles: neither model-level grants nor guardian's generic tables hold a row (OP-2)."""
    for table in (
        "accounts_counciluserpermission",
        "accounts_user_user_permissions",
        "auth_group_permissions",
        "guardian_groupobjectpermission",
        "guardian_userobjectpermission",
        "partnerships_organisationgrouppermission",
    ):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table
