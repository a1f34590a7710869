"""Load the names and codes of the councils of England and Wales."""

from typing import Any

from django.core.management.base import BaseCommand

from prevent_portal.tenancy.services.councils import load_register


class Command(BaseCommand):
    help = "Add the councils of England and Wales that are missing. Edits of earlier ones are kept."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_register()
        self.stdout.write(
            f"{loaded.councils} councils and {loaded.codes} codes added, "
            f"{loaded.known} councils known already."
        )
