"""Which tables live in the key store: this room's, and no others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections, models, router

APP = "keys"
STORE = "key_store"
OWNER = "key_store_owner"


class KeyStoreRouter:
    """Keep this room's models in the key store and everything else out of it."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return STORE if model._meta.app_label == APP else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return STORE if model._meta.app_label == APP else None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool | None:
        ours = {one._meta.app_label == APP, other._meta.app_label == APP}
        return False if len(ours) == 2 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db in {STORE, OWNER}) == (app_label == APP)


def grant_tables_to_login(*, using: str, **kwargs: Any) -> None:
    """Give the portal's login what it needs of the key store: no DELETE, no TRUNCATE. After each migrate."""
    if not router.allow_migrate(using, APP):
        return
    role = settings.DATABASES[STORE]["USER"]
    with connections[using].cursor() as cursor:
        cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE ON keys_councilkey, keys_datakey TO "{role}"')
