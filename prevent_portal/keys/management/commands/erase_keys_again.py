"""Destroy once more every key that was destroyed before, when the key store came back from a backup."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from prevent_portal.keys.services.erasure import TRAIL, erase_keys_again


class Command(BaseCommand):
    help = (
        "Destroy once more every key whose destruction is in the audit trail. Run it after the key store was "
        "restored from a backup, before the portal starts. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if TRAIL not in settings.DATABASES:
            raise CommandError("Reading the whole trail needs the owner's login: set DATABASE_OWNER_URL.")
        again, known = erase_keys_again()
        self.stdout.write(
            f"{again:,} keys had come back and are destroyed again; the trail knows of {known:,}."
        )
