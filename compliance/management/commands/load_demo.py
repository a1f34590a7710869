"""Load the demo councils with everything the rooms show. Running it again changes nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from prevent_portal.accounts import demo as accounts_demo

ROOMS = (
    "partnerships.demo",
    "prevent_portal.documents.demo",
    "training.demo",
    "channel.demo",
    "compliance.demo",
)


class Command(BaseCommand):
    help = "Load the demo councils with their people and data. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        # The accounts' password and authenticator secret are published, and the councils are real ones.
        if settings.SECURE:
            raise CommandError(
                "The demo's accounts have a published password, so they are not loaded into a portal that is "
                "served over https. Use script/demo, which brings its own database."
            )
        councils, people = accounts_demo.load()
        for room in ROOMS:
            import_module(room).load(councils=councils, people=people)
            if options["verbosity"]:
                self.stdout.write(f"Loaded {room.removesuffix('.demo')}.")
