"""Compare the access matrix with the live URL configuration, and write it for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prevent_portal.web import matrix


class Command(BaseCommand):
    help = (
        "Fail unless every route and method is in the access matrix as it is, and docs/permissions.md agrees."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="bring the matrix and docs/permissions.md up to date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, or with --write bring up to date what can be and then check.

        Raises:
            CommandError: naming each route that differs, in sentences.
        """
        page = Path(settings.BASE_DIR) / "docs" / "permissions.md"
        routes = matrix.live_routes()
        lines = matrix.read()
        if options["write"]:
            matrix.write(matrix.merged(lines, routes))
            lines = matrix.read()
            page.parent.mkdir(exist_ok=True)
            page.write_text(matrix.as_markdown(lines, routes))
        faults = matrix.drift(lines, routes)
        if not page.exists() or page.read_text() != matrix.as_markdown(lines, routes):
            faults.append("docs/permissions.md is out of date: run manage.py access_matrix --write.")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(routes)} routes, {sum(len(r.needs) for r in routes)} methods, 0 unlisted.")
