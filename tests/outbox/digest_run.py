"""One run of the digests in a process that a test kills: ``python -m tests.outbox.digest_run 2019-01-23``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox import due_items
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.services import digests, emails

SLOWLY = 0.02
"""Seconds between the sent log and the e-mail, so that kills meet both sides of every step."""


def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Two things of each council that the person belongs to."""
    for council in mine.councils.values():
        for reference in ("A1", "A2"):
            yield DueItem(council, today, reference, "t", "Log progress", f"/{reference}/", kind="action")


def slowly(**message: Any) -> Any:
    time.sleep(SLOWLY)
    return emails.queue_email(**message)


if __name__ == "__main__":
    due_items._providers = {"tests": provider}
    digests.queue_email = slowly
    digests.send_all(on=date.fromisoformat(sys.argv[1]))
