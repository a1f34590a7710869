"""Whether a person's promise to keep confidential counts on a day. Access to Channel rests on it.

A day is a British one: between midnight in London and midnight in UTC a promise of yesterday has lapsed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from partnerships.enums import AcknowledgementScope
from partnerships.models import Acknowledgement
from partnerships.queries.registers import rows_of, with_status
from partnerships.registers import ACKNOWLEDGEMENTS
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """How a person's promise stands on a day.

    Args:
        counts: whether it counts on that day.
        last_day: while it counts, the last day on which it does without a gap, terms that follow included;
            else the last day on which it did. None for who never promised.
    """

    counts: bool
    last_day: date | None

    @property
    def lapses_on(self) -> date | None:
        """The first day on which it does not count, or did not; access to Channel stops with it."""
        return None if self.last_day is None else self.last_day + _DAY


def in_force(
    council: Council,
    user: User,
    on: date | None = None,
    *,
    covers: AcknowledgementScope = AcknowledgementScope.CHANNEL,
) -> bool:
    """Whether the person's promise counts on a day in this council: one query.

    Both its days count. A past term counts for its own days, so a renewal that is made early leaves no gap;
    a withdrawn promise counts until the day before it was withdrawn. Needs a scope of the council; it asks
    for no right, because it says nothing but yes or no about somebody whom the caller knows.

    Args:
        on: the day; today in Britain unless told.
        covers: what must be covered; a promise about other papers does not open Channel.
    """
    day = timezone.localdate() if on is None else on
    return promises_in_force(council, day, covers=covers).filter(person=user).exists()


def standings(
    council: Council,
    users: Collection[int],
    on: date | None = None,
    *,
    covers: AcknowledgementScope = AcknowledgementScope.CHANNEL,
) -> dict[int, Standing]:
    """How the promise of each of some people stands in this council: one query for any number of them.

    ``counts`` is what :func:`in_force` says of the person. Every key that was given has an answer.
    """
    day = timezone.localdate() if on is None else on
    if not users:
        return {}
    terms: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Acknowledgement.objects.filter(council=council, covers=covers, person__in=list(users))
    dates = rows.order_by("starts_on").values_list("person", "starts_on", "ends_on", "withdrawn_on")
    for person, first, last, withdrawn in dates:
        if first is None or last is None:  # refused by a constraint of the table
            continue
        terms[person].append((first, last if withdrawn is None else min(last, withdrawn - _DAY)))
    return {user: standing_of(terms[user], day) for user in users}


def standing_of(terms: Iterable[tuple[date, date]], day: date) -> Standing:
    """What terms, first and last days in the order of the first, say of a day."""
    counts = False
    last_day: date | None = None
    for first, last in terms:
        if last < first:
            continue
        if first <= day:
            counts = counts or last >= day
            last_day = last if last_day is None else max(last, last_day)
        elif counts and last_day is not None and first <= last_day + _DAY:
            last_day = max(last, last_day)
    return Standing(counts, last_day)


def promises_by(council: Council, user: User, today: date) -> list[Any]:
    """Everything that one person has promised in a council, earlier terms included, latest first."""
    rows = rows_of([council.pk], ACKNOWLEDGEMENTS).filter(person=user)
    return list(with_status(rows, ACKNOWLEDGEMENTS, today).order_by("-starts_on", "-term"))


def promises_in_force(
    council: Council, on: date, *, covers: AcknowledgementScope = AcknowledgementScope.CHANNEL
) -> QuerySet[Acknowledgement]:
    """Promises that count on a day in this council, whoever made them; as :func:`in_force`."""
    return Acknowledgement.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
        council=council,
        covers=covers,
        starts_on__lte=on,
        ends_on__gte=on,
    )
