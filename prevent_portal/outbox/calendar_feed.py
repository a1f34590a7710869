"""What waits for a person as a calendar (RFC 5545): references, words of tasks, dates and links.

A calendar is copied to other machines and shown to whoever stands beside them. So nothing is in it that an
e-mail may not carry (rule 14 of the product), and nothing of which others may not know that it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event

from prevent_portal.outbox.due_items import DueItem

FRESH_FOR = timedelta(hours=4)
"""How often a calendar is asked to look again."""


def calendar_of(items: Iterable[DueItem], *, now: datetime) -> bytes:
    """All-day events of what has a date, as a file that calendars subscribe to.

    Args:
        items: what waits, as :func:`prevent_portal.outbox.due_items.due_items` gives it.
        now: when it is made.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Prevent Portal//My work//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Prevent Portal")
    calendar.add("refresh-interval", FRESH_FOR, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.due_on is None or item.restricted:
            continue
        what = (item.kind, item.href)
        seen[what] += 1
        calendar.add_component(_event(item, f"{item.kind} {item.href} {seen[what]}", now))
    made: bytes = calendar.to_ical()
    return made


def _event(item: DueItem, what: str, now: datetime) -> Event:
    event = Event()
    # The same for the same task each time; and without the key nobody tells from it what the task is.
    event.add("uid", f"{salted_hmac('prevent_portal.calendar', what).hexdigest()}@prevent-portal")
    event.add("dtstamp", now)
    event.add("dtstart", item.due_on)
    event.add("dtend", item.due_on + timedelta(days=1) if item.due_on else None)
    event.add("summary", f"{item.task}: {item.reference}")
    # Some calendars show no address, so the words hold it as well.
    address = f"{settings.PUBLIC_URL}{item.href}"
    event.add("url", address)
    event.add("description", address)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
