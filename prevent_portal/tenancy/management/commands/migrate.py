"""Migrations run as the owner of the tables, never as the app's role, and bring both databases up to date."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate

from prevent_portal.tenancy.migration_state import drawn_seldom

KEYS, KEY_STORE_OWNER = "keys", "key_store_owner"


class Command(Migrate):
    """Django's migrate, on the alias "owner" unless told otherwise, after the key store's own migrations."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] == "owner":
            if options["app_label"] in (None, KEYS):
                self._migrate(*args, **{**options, "app_label": KEYS, "database": KEY_STORE_OWNER})
            if options["app_label"] == KEYS:
                return None
        return self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> Any:
        if options["database"] not in settings.DATABASES:
            raise CommandError(
                "Migrations need the owners' logins: set DATABASE_OWNER_URL and KEY_STORE_OWNER_URL "
                "(docs/deployment.md, roles)."
            )
        with drawn_seldom() if options["migration_name"] is None else nullcontext():
            return super().handle(*args, **options)
