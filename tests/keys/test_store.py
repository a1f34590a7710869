"""The key store is a database of its own: its tables live there, everything else does not."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor

from channel.models import ChannelCase
from prevent_portal.keys.models import CouncilKey, DataKey
from prevent_portal.tenancy import guard
from prevent_portal.tenancy.guard import BypassingRole, refuse_bypassing_role
from prevent_portal.tenancy.models import Council

ALIASES = ("default", "owner", "key_store", "key_store_owner")


def tables(alias: str) -> set[str]:
    return {name for name in connections[alias].introspection.table_names() if name != "django_migrations"}


@pytest.mark.django_db(databases=list(ALIASES))
def test_each_database_has_its_own_tables_alone() -> None:
    assert tables("key_store") == {"keys_councilkey", "keys_datakey"}
    assert not {name for name in tables("default") if name.startswith("keys_")}
    assert {connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}.isdisjoint(
        {connections[alias].settings_dict["NAME"] for alias in ("key_store", "key_store_owner")}
    )


def test_the_router_sends_every_model_to_its_own_database() -> None:
    for model in apps.get_models():
        ours = model._meta.app_label == "keys"
        assert (router.db_for_read(model) == "key_store") == ours, model
        assert (router.db_for_write(model) == "key_store") == ours, model
        assert [alias for alias in ALIASES if router.allow_migrate_model(alias, model)] == (
            ["key_store", "key_store_owner"] if ours else ["default", "owner"]
        ), model
    assert router.allow_relation(DataKey(), CouncilKey())
    assert not router.allow_relation(DataKey(), ChannelCase())
    assert not router.allow_relation(Council(), CouncilKey())


def test_no_foreign_key_leads_from_one_database_to_the_other() -> None:
    crossing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.related_model is not None
        and (model._meta.app_label == "keys") != (field.related_model._meta.app_label == "keys")
    ]
    assert crossing == []


@pytest.mark.django_db(databases=list(ALIASES))
def test_the_login_that_serves_is_let_in_and_the_owner_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_bypassing_role(using="key_store")
    with pytest.raises(BypassingRole, match="'portal_keys_owner' owns tables or the database"):
        refuse_bypassing_role(using="key_store_owner")
    asked: list[str] = []
    monkeypatch.setattr(guard, "_checked", set())
    monkeypatch.setattr(guard, "refuse_bypassing_role", lambda *, using: asked.append(using))
    for alias in ALIASES:
        guard.check_new_connection(None, connections[alias])
    assert asked == ["default", "key_store"]


@pytest.mark.django_db(transaction=True, databases=list(ALIASES))
def test_the_migrations_of_the_key_store_go_back_and_come_again() -> None:
    connections["key_store"].close()
    before = tables("key_store_owner")
    try:
        MigrationExecutor(connections["key_store_owner"]).migrate([("keys", None)])
        assert tables("key_store_owner") == set()
    finally:
        call_command("migrate", "keys", verbosity=0)
    assert tables("key_store_owner") == before
    with connections["key_store"].cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('keys_datakey', 'INSERT'), "
            "has_table_privilege('keys_datakey', 'DELETE')"
        )
        assert cursor.fetchone() == (True, False)


def test_migrating_without_the_key_stores_owner_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.conf import settings as django_settings

    without = {name: value for name, value in django_settings.DATABASES.items() if name != "key_store_owner"}
    monkeypatch.setattr(django_settings, "DATABASES", without)
    with pytest.raises(CommandError, match="set DATABASE_OWNER_URL and KEY_STORE_OWNER_URL"):
        call_command("migrate", "keys", verbosity=0)
