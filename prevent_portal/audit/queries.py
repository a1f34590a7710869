"""Reads of the audit trail. What a person may not see is not in the result, by filter and by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council

PAGE = 50


@dataclass(frozen=True)
class EventFilter:
    """What to look for; empty means everything."""

    actor_id: int | None = None
    actions: Sequence[str] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class EventPage:
    """Events newest first, and the keys that lead to the pages beside."""

    events: list[Event]
    older_than: int | None
    newer_than: int | None


def events_of(
    council: Council,
    *,
    wanted: EventFilter,
    with_restricted: bool,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> EventPage:
    """One page of a council's events, found by key: the thousandth page costs what the first does.

    Args:
        before: only events older than this key.
        after: only events newer than this key, the nearest ones.
        with_restricted: also events of restricted cases. The database decides again by the person's role.
    """
    rows = Event.objects.filter(council_id=council.pk)
    if not with_restricted:
        rows = rows.filter(restricted=False)
    if wanted.actor_id is not None:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.actions:
        rows = rows.filter(action__in=list(wanted.actions))
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(date.fromordinal(wanted.until.toordinal() + 1)))
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows.order_by("-pk")[: size + 1])
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    return EventPage(
        events=found,
        older_than=found[-1].pk if found and more_older else None,
        newer_than=found[0].pk if found and more_newer else None,
    )


def events_about(council: Council, subject: Model, actions: Sequence[str]) -> list[Event]:
    """What was done to one row of a council, newest first: some actions, and nothing that is restricted."""
    return list(
        Event.objects.filter(
            council_id=council.pk,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            action__in=list(actions),
            restricted=False,
        ).newest_first()
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def most_by_person(
    actions: Sequence[str], *, window: timedelta, back: timedelta, different: bool
) -> dict[int, int]:
    """How often each person did restricted things, for a job in its scope of one council (AL-4).

    Args:
        window: the most that falls into any stretch of this length counts.
        back: only stretches that ended within this time.
        different: count different subjects, so that looking at one thing twice counts once.
    """
    return _by_person("audit.most_by_person(%s, %s, %s, %s)", list(actions), window, back, different)


def out_of_hours_by_person(
    actions: Sequence[str],
    *,
    back: timedelta,
    opens: time,
    closes: time,
    closed: Sequence[date],
    without: str,
) -> dict[int, int]:
    """How often each person did restricted things outside these hours, for a job in its scope of one council.

    Args:
        closed: days on which no hour counts as open.
        without: a detail; events that have it are left out.
    """
    return _by_person(
        "audit.out_of_hours_by_person(%s, %s, %s, %s, %s::date[], %s)",
        list(actions),
        back,
        opens,
        closes,
        list(closed),
        without,
    )


def alarms_raised(action: str, *, back: timedelta) -> set[tuple[str, int]]:
    """Which alarms were raised lately, as kind and person, for a job in its scope of one council."""
    with connection.cursor() as cursor:
        values: list[Any] = [action, back]
        cursor.execute("SELECT kind, actor_id FROM audit.alarms_raised(%s, %s)", values)
        return set(cursor.fetchall())


def _by_person(call: str, *values: Any) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT actor_id, most FROM {call} WHERE actor_id IS NOT NULL", list(values))  # noqa: S608 - the callers above are all there are
        return dict(cursor.fetchall())
