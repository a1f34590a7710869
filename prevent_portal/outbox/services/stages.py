"""How far a thing that waits has come, from its date alone, so that an outage loses nothing; and who hears.

The stage of today is told if it was not told before; stages that passed untold are not told afterwards.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.enums import ReminderStage
from prevent_portal.outbox.models import ReminderSettings
from prevent_portal.tenancy.working_days import next_working_day, previous_working_day, working_days_before

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Stage:
    """A stage of a thing. Only that of what stays overdue repeats, by its number of whole weeks."""

    stage: ReminderStage
    week: int = 0


def item_key(kind: str, reference: str, href: str) -> str:
    """What makes two sightings of a thing the same thing; its date and stage are kept apart."""
    return hashlib.sha256("\n".join((kind, reference, href)).encode()).hexdigest()


def key_of(item: DueItem) -> str:
    """The key of a due item."""
    return item_key(item.kind, item.reference, item.href)


def stage_of(due_on: date, today: date, *, days_before: int) -> Stage | None:
    """The stage that a thing has reached, None while it is further off than the days of notice.

    What is due on a day on which offices are closed is due on the working day before.
    """
    if today > due_on:
        weeks = (today - due_on - timedelta(days=1)) // _WEEK
        return Stage(ReminderStage.WEEKLY, weeks) if weeks else Stage(ReminderStage.OVERDUE)
    if today >= previous_working_day(due_on):
        return Stage(ReminderStage.DUE)
    if today >= due_on - timedelta(days=days_before):
        return Stage(ReminderStage.COMING)
    return None


def is_quiet(settings: ReminderSettings, on: date) -> bool:
    """Whether the person has asked for quiet on a day."""
    start, end = settings.quiet_from, settings.quiet_until
    return start is not None and end is not None and start <= on <= end


def is_wanted(settings: ReminderSettings, kind: str, *, statutory: bool) -> bool:
    """Whether the person hears of a kind of task: it was not left out, or the duty demands it."""
    return statutory or kind not in settings.not_told


def is_digest_day(settings: ReminderSettings, on: date) -> bool:
    """Whether a digest may go out on a working day: each of them, or the first since the chosen weekday."""
    if is_quiet(settings, on):
        return False
    if settings.weekday is None:
        return True
    chosen = on - timedelta(days=(on.weekday() - settings.weekday) % 7)
    if next_working_day(chosen) > on:  # the chosen day of this week is a bank holiday
        chosen -= _WEEK
    return settings.told_on is None or settings.told_on < next_working_day(chosen)


def days_of_notice(settings: ReminderSettings) -> int:
    """How many days before its date a thing is told; with a weekly digest, at least those to the next one."""
    return settings.days_before if settings.weekday is None else max(settings.days_before, 7)


def is_late_for(due_on: date, today: date, *, working_days: int) -> bool:
    """Whether so many working days have passed since a thing was due."""
    return due_on <= working_days_before(today, working_days)
