"""What a council may let another one read, and for how long."""

from __future__ import annotations

from datetime import date, timedelta

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError

LONGEST_SHARE = timedelta(days=3 * 366)
"""How far ahead a share may end; it can be renewed before that."""


def check_share(
    *, owner: Council, receiver: Council, starts_on: date, ends_on: date, reason: str, today: date
) -> None:
    """Raise PolicyError unless a council may let another one read something on these days."""
    gone = receiver.ends_on is not None and receiver.ends_on < today
    if receiver.pk == owner.pk or receiver.joined_on is None or gone:
        raise PolicyError("Choose another council that uses the portal.")
    if starts_on < today:
        raise PolicyError("The first day must be today or later.")
    check_last_day(starts_on=starts_on, ends_on=ends_on, today=today)
    if not reason.strip():
        raise PolicyError("Enter why it is shared.")


def check_last_day(*, starts_on: date, ends_on: date, today: date) -> None:
    """Raise PolicyError unless a share may last to this day."""
    if ends_on < starts_on:
        raise PolicyError("The last day must be on or after the first day.")
    if ends_on < today:
        raise PolicyError("The last day must be today or later. To stop the reading now, end the sharing.")
    if ends_on - max(starts_on, today) > LONGEST_SHARE:
        raise PolicyError("A sharing lasts three years at most. It can be renewed before it ends.")
