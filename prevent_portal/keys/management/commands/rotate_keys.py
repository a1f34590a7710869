"""Wrap every key anew under the first key of KEY_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.keys.services.rotation import renew_keys


class Command(BaseCommand):
    help = (
        "Give every council a new key under the first key of KEY_ENCRYPTION_KEYS and wrap its records' keys "
        "with it. Safe while the portal runs. The other keys can leave the environment afterwards."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            renewed = renew_keys()
        except CannotOpen as refused:
            raise CommandError(f"A key does not unwrap, and stays as it is: {refused}") from refused
        records = sum(each.data_keys for each in renewed)
        self.stdout.write(
            f"{len(renewed):,} councils and {records:,} records have new keys under {key_ring().current!r}."
        )
