"""How an entry of a register stands on a day: from its dates alone, and the same in Python and in SQL.

``partnerships.queries.registers.with_status`` is the twin in SQL; a test compares the two on every order of
dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from partnerships.enums import RegisterStatus


class Dated(Protocol):
    """The dates of an entry, to be read alone."""

    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def review_on(self) -> date | None: ...
    @property
    def withdrawn_on(self) -> date | None: ...
    @property
    def remind_days(self) -> int: ...


def status_of(entry: Dated, today: date, *, termed: bool, past: bool = False) -> RegisterStatus:
    """How the entry stands.

    What is worse goes first: an agreement that has lapsed is lapsed, whenever its review would be.

    Args:
        termed: whether an entry without a first day is not in force yet.
        past: whether the entry is a term that another has followed.
    """
    if past:
        return RegisterStatus.PAST
    if entry.withdrawn_on is not None and entry.withdrawn_on <= today:
        return RegisterStatus.WITHDRAWN
    if entry.ends_on is not None and entry.ends_on < today:
        return RegisterStatus.LAPSED
    if termed and entry.starts_on is None:
        return RegisterStatus.DRAFT
    if entry.starts_on is not None and entry.starts_on > today:
        return RegisterStatus.UPCOMING
    if entry.review_on is not None and entry.review_on < today:
        return RegisterStatus.REVIEW_DUE
    if entry.ends_on is not None and notice_from(entry.ends_on, entry.remind_days) <= today:
        return RegisterStatus.ENDS_SOON
    return RegisterStatus.IN_FORCE


def notice_from(day: date, remind_days: int) -> date:
    """The first day on which something of this day is due."""
    return day - timedelta(days=min(remind_days, (day - date.min).days))


def due_on(entry: Dated, today: date) -> date | None:
    """The day for which the entry is due today: its end or its review, whichever comes first; else None.

    From ``remind_days`` before it, and until it is renewed, reviewed or withdrawn.
    """
    if entry.withdrawn_on is not None and entry.withdrawn_on <= today:
        return None
    days = [day for day in (entry.ends_on, entry.review_on) if day is not None]
    return min((day for day in days if notice_from(day, entry.remind_days) <= today), default=None)
