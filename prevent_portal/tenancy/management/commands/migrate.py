"""Migrations run as the owner of the tables, never as the app's role."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    """Django's migrate, on the alias "owner" unless told otherwise."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] not in settings.DATABASES:
            raise CommandError(
                "Migrations need the owner's login: set DATABASE_OWNER_URL (docs/deployment.md, roles)."
            )
        return super().handle(*args, **options)
