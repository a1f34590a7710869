"""Log that somebody asked for something of Channel and was refused (AL-1)."""

from __future__ import annotations

import re

from django.db import transaction

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def record_refusal(*, council: Council, page: str, identifier: str, by: User) -> None:
    """Record which page was asked for, and the reference that was given.

    The same event for a hidden thing and for one that never was: the log does not know which either.

    Args:
        identifier: what they asked for, from the address or a form; kept only if it has the form of a
            reference, because somebody might type a name there (AL-3).
        by: the person who asked.
    """
    reference = identifier if _REFERENCE.fullmatch(identifier) else ""
    with transaction.atomic():
        record(
            action="channel.refused",
            subject=by,
            details={"page": page, "reference": reference, "council": council.slug},
            restricted=True,
        )
