"""Whether a person's promise to keep confidential counts on a day. Access to Channel rests on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from partnerships.enums import AcknowledgementScope
from partnerships.models import Acknowledgement
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def in_force(
    council: Council,
    user: User,
    on: date,
    *,
    covers: AcknowledgementScope = AcknowledgementScope.CHANNEL,
) -> bool:
    """Whether the person's promise counts on a day in this council: one query.

    Both its days count. A past term counts for its own days, so a renewal that is made early leaves no gap;
    a withdrawn promise counts until the day before it was withdrawn.

    Args:
        covers: what must be covered; a promise about other papers does not open Channel.
    """
    return _counting(council, on, covers).filter(person=user).exists()


def people_in_force(
    council: Council,
    users: Collection[int],
    on: date,
    *,
    covers: AcknowledgementScope = AcknowledgementScope.CHANNEL,
) -> set[int]:
    """The keys of those whose promise counts, as :func:`in_force` says of each: one query for any number."""
    if not users:
        return set()
    found = _counting(council, on, covers).filter(person__in=list(users))
    return set(found.order_by().values_list("person", flat=True))


def _counting(council: Council, on: date, covers: AcknowledgementScope) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
        council=council,
        covers=covers,
        starts_on__lte=on,
        ends_on__gte=on,
    )
