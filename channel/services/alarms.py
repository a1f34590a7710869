"""Notice unusual reading of cases in the audit trail, and tell who watches over it (AL-4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from channel.queries.alarms import watchers
from channel.services.alerts import alert_each
from prevent_portal.accounts.models import User
from prevent_portal.audit.queries import alarms_raised, most_by_person, out_of_hours_by_person
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import is_working_day

logger = logging.getLogger(__name__)

ALARM = "channel.unusual_reading"
OPENS, CLOSES = time(7), time(20)
"""Hours of a working day in which reading a case is usual."""

BACK = timedelta(hours=2)
"""How far the job looks back: after an outage of that length nothing was missed."""

ONCE_IN = timedelta(hours=24)
"""One person gives one alarm of a kind in this time. It is longer than ``BACK``, so none is told twice."""


@dataclass(frozen=True)
class Rule:
    """How much of what, in how long, is unusual for one person.

    Args:
        kind: its name in the log.
        least: from how many on.
        different: count different cases, and not one case that is opened again and again.
        words: what the e-mail says, with the number.
    """

    kind: str
    actions: Sequence[str]
    window: timedelta
    least: int
    different: bool
    words: str


RULES = (
    Rule(
        kind="many_cases",
        actions=("channel.case_read",),
        window=timedelta(minutes=10),
        least=10,
        different=True,
        words="One person read {number} different cases within ten minutes.",
    ),
    Rule(
        kind="many_refusals",
        actions=("channel.refused",),
        window=timedelta(hours=1),
        least=20,
        different=False,
        words="One person asked {number} times within an hour for pages of Channel that are not theirs.",
    ),
    Rule(
        kind="many_files",
        actions=("channel.file_read",),
        window=timedelta(hours=1),
        least=5,
        different=False,
        words="One person took {number} files of Channel out of the portal within an hour.",
    ),
)

OUT_OF_HOURS = "out_of_hours"
OUT_OF_HOURS_ACTIONS = ("channel.case_read", "channel.file_read")
OUT_OF_HOURS_WORDS = "One person read cases outside office hours: {number} times."


def alarm_unusual_reading(*, council: Council) -> int:
    """Look at what was read lately, and tell the council's chairs and data protection officers.

    The job's work, each minute, in a scope that sees no case and no restricted event: the trail says whose
    readings are too many. The e-mail names neither person nor case; the access log does. Safe to repeat.
    An emergency reading has an alarm of its own at once (RC-4) and is not told again for its hour.

    Returns:
        How many alarms were raised by this call.
    """
    with service_scope(council=council):
        known = alarms_raised(ALARM, back=ONCE_IN)
        found = [
            (kind, words, person, number)
            for kind, words, numbers in _unusual(timezone.localdate())
            for person, number in sorted(numbers.items())
            if (kind, person) not in known
        ]
        for kind, words, person, number in found:
            _raise(council, kind, words.format(number=number), person, number)
    return len(found)


def _unusual(today: date) -> list[tuple[str, str, Mapping[int, int]]]:
    """What is unusual: kind, words, and how much of it by person."""
    found: list[tuple[str, str, Mapping[int, int]]] = []
    for rule in RULES:
        most = most_by_person(rule.actions, window=rule.window, back=BACK, different=rule.different)
        many = {person: number for person, number in most.items() if number >= rule.least}
        found.append((rule.kind, rule.words, many))
    late = out_of_hours_by_person(
        OUT_OF_HOURS_ACTIONS,
        back=BACK,
        opens=OPENS,
        closes=CLOSES,
        closed=[day for day in (today - timedelta(days=1), today) if not is_working_day(day)],
        without="use",
    )
    return [*found, (OUT_OF_HOURS, OUT_OF_HOURS_WORDS, late)]


def _raise(council: Council, kind: str, words: str, person: int, number: int) -> None:
    record(
        action=ALARM,
        subject=User(pk=person),
        details={"kind": kind, "user": person, "number": number},
        restricted=True,
    )
    addresses = watchers(person)
    if not addresses:
        logger.warning("An alarm about Channel in %s could be told to nobody: %s", council.slug, kind)
    page = settings.PUBLIC_URL + reverse("channel-access-log", args=[council.slug])
    alert_each(
        addresses=addresses,
        subject="Channel: unusual reading",
        text=(
            f"{words}\n\nWho it was, and which cases, is in the access log: {page}\n\n"
            "It may have been right. Ask the person; if it was not, follow the council's procedure for "
            "a personal data breach."
        ),
        effect_key=f"reading:{council.pk}:{kind}:{person}:{timezone.now():%Y%m%d%H}",
    )
