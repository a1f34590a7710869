"""What makes a history of designations right: a source for each, and two in a row that differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from partnerships.enums import DesignationKind
from partnerships.models import Designation
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.web.dates import british_date

EARLIEST = date(2003, 1, 1)
"""Prevent itself began in that year."""


def check_designation(
    *, kind: str, starts_on: date, source: str, today: date, others: Sequence[Designation]
) -> None:
    """Refuse a designation that could not be in force from its day.

    Args:
        others: the council's other designations; each holds until the next begins.

    Raises:
        PartnershipRefused: without a source, for a day before Prevent began or to come, a day that has a
            designation already, or one that is in force before or after anyway.
    """
    if not source.strip():
        raise PartnershipRefused("Say where this is known from, such as a letter of the Home Office.")
    if starts_on < EARLIEST:
        raise PartnershipRefused(f"The day must be on or after {british_date(EARLIEST)}.")
    if starts_on > today:
        raise PartnershipRefused(
            "A designation is recorded once it is in force, so the day cannot be in the future."
        )
    if any(other.starts_on == starts_on for other in others):
        raise PartnershipRefused(
            f"A designation from {british_date(starts_on)} is recorded already. Change that one."
        )
    before = max((o for o in others if o.starts_on < starts_on), key=lambda o: o.starts_on, default=None)
    after = min((o for o in others if o.starts_on > starts_on), key=lambda o: o.starts_on, default=None)
    label = DesignationKind(kind).label.lower()
    if before is not None and before.kind == kind:
        raise PartnershipRefused(f"The area is recorded as “{label}” since {before.since} already.")
    if after is not None and after.kind == kind:
        raise PartnershipRefused(
            f"The area is recorded as “{label}” from {after.since}. Change the day of that one instead."
        )


def check_removable(others: Sequence[Designation]) -> None:
    """Refuse to remove a row between two that say the same."""
    ordered = sorted(others, key=lambda other: other.starts_on)
    for first, second in pairwise(ordered):
        if first.kind == second.kind:
            raise PartnershipRefused(
                f"Without it the area would be recorded twice in a row as "
                f"“{DesignationKind(first.kind).label.lower()}”. Remove the later one first."
            )
