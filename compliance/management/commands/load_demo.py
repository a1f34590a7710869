"""Load the five demo councils with everything the rooms show. Running it again changes nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

from prevent_portal.accounts import demo as accounts_demo

ROOMS = ("partnerships.demo", "training.demo", "channel.demo", "compliance.demo")


class Command(BaseCommand):
    help = "Load five demo councils, their people, and the data of every room. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        councils, people = accounts_demo.load()
        for room in ROOMS:
            import_module(room).load(councils=councils, people=people)
            if options["verbosity"]:
                self.stdout.write(f"Loaded {room.partition('.')[0]}.")
