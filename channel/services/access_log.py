"""Record that somebody read the access log (AL-4)."""

from __future__ import annotations

from django.db import transaction

from channel.queries.access_log import LogFilter
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def record_log_read(*, council: Council, wanted: LogFilter, by: User) -> None:
    """Record that ``by`` read the log and what it was narrowed to, in the transaction that shows it.

    Raises:
        django.db.Error: if the event cannot be written. The caller shows nothing then.
    """
    with transaction.atomic():
        record(
            action="channel.access_log_read",
            subject=council,
            details={
                "user": wanted.actor_id,
                "action": list(wanted.actions),
                "reference": wanted.reference,
                "since": wanted.since,
                "until": wanted.until,
            },
            restricted=True,
        )
