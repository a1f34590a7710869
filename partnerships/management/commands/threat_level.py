"""Record a change of the national threat level, with the owner's login."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partnerships.enums import ThreatLevelName
from partnerships.services.threat_levels import set_threat_level
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date


class Command(BaseCommand):
    help = "Record the national threat level from a day on. Every council reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("level", choices=ThreatLevelName.values)
        parser.add_argument("--from", dest="starts_on", required=True, type=date.fromisoformat)
        parser.add_argument("--source", required=True)
        parser.add_argument("--source-url", default="")
        parser.add_argument("--database", default="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] not in settings.DATABASES:
            raise CommandError("The threat level needs the owner's login: set DATABASE_OWNER_URL.")
        try:
            found = set_threat_level(
                using=options["database"],
                level=ThreatLevelName(options["level"]),
                starts_on=options["starts_on"],
                source=options["source"],
                source_url=options["source_url"],
                today=timezone.localdate(),
            )
        except PolicyError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"The national threat level is {found.level} from {british_date(found.starts_on)}.")
