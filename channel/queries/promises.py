"""Whether a person's promise of confidentiality is in force: without one no case opens to them (RC-2)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, QuerySet
from django.utils import timezone

from partnerships.queries.confidentiality import promises_in_force
from prevent_portal.accounts.access import CouncilAccess


def promised(access: CouncilAccess) -> Exists:
    """A condition for other queries: the person's promise about Channel counts today.

    The database's wall reads the same register (``channel_promised`` of migrations/0011_retention_walls.py).
    """
    return Exists(_own_promises(access))


def has_promised(access: CouncilAccess) -> bool:
    """Whether the person's promise about Channel counts today, for a page that says why no case opens."""
    return _own_promises(access).exists()


def _own_promises(access: CouncilAccess) -> QuerySet[Any]:
    return promises_in_force(access.council, timezone.localdate()).filter(person=access.user)
