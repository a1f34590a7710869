"""Reads of the access log: who looked at what of Channel, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.utils import timezone

from channel.queries.definers import column_of
from channel.queries.panels import led_panels
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.audit.models import Event

PAGE = 50

READS = (
    "channel.case_read",
    "channel.case_list_read",
    "channel.cases_listed",
    "channel.case_history_read",
    "channel.case_grants_read",
    "channel.file_read",
    "channel.exact_figures_read",
    "channel.access_log_read",
    "channel.glass_reason_read",
)
"""The events of looking, apart from those of doing."""

REFUSED = "channel.refused"
"""A refusal names what was asked for, whether there is such a case or not."""

EMERGENCIES = (
    "channel.glass_asked",
    "channel.glass_broken",
    "channel.glass_approved",
    "channel.glass_ended",
    "channel.glass_reviewed",
)

IN_LOG = Q(action__startswith="channel.") | Q(action__startswith="keys.")
"""What the log shows: other restricted events, such as those of local risks, have readers of their own."""


@dataclass(frozen=True)
class LogFilter:
    """What to look for in the log; empty means everything."""

    actor_id: int | None = None
    actions: Sequence[str] = ()
    reference: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class LogPage:
    """Events newest first, and the key that leads to older ones."""

    events: list[Event]
    older_than: int | None


def access_log(access: CouncilAccess, wanted: LogFilter, *, before: int | None = None) -> LogPage:
    """One page of the council's events of Channel, for its Channel chairs and data protection officers.

    An auditor or data protection officer reads all of them. A chair reads those of Channel that are about the
    panels that they lead or about the council as a whole: that another panel has a case is not for them
    (RC-3). Who leads none reads of their own acts. A refusal shows a chair a reference of their own panels
    alone, and never whether another exists.
    The database asks for the role again. Reading the log is an event of the log: the caller records it.

    Args:
        before: only events older than this key.
    """
    if not access.may(AccountsPermission.READ_RESTRICTED_AUDIT):
        return LogPage([], None)
    rows = Event.objects.filter(IN_LOG, council_id=access.council.pk, restricted=True)
    reads_all = Role.AUDITOR in access.roles
    if not reads_all:
        if wanted.reference and not _led_references({wanted.reference}):
            return LogPage([], None)
        if not led_panels(access).exists():
            rows = rows.filter(actor_id=access.user.pk)
    if wanted.actor_id is not None:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.actions:
        rows = rows.filter(action__in=list(wanted.actions))
    if wanted.reference:
        rows = rows.filter(
            Q(details__reference=wanted.reference) | Q(details__cases__contains=[wanted.reference])
        )
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    newest = rows.order_by("-pk")
    found = list(newest[: PAGE + 1]) if reads_all else _of_led_panels(newest, PAGE + 1)
    more = len(found) > PAGE
    found = found[:PAGE]
    if not reads_all:
        _leave_out_references(found)
    return LogPage(found, found[-1].pk if more else None)


def _of_led_panels(newest: QuerySet[Event], size: int) -> list[Event]:
    """The first of some events that are about no panel but those which the person of the scope leads.

    Each event is a question of its own to the database, so no more are asked about than a page may need.
    """
    elsewhere = Func(
        F("subject_id"), F("details"), function="channel_is_elsewhere", output_field=BooleanField()
    )
    found: list[Event] = []
    left = newest
    while len(found) < size and (batch := list(left[: 2 * size])):
        theirs = set(
            Event.objects.filter(pk__in=[event.pk for event in batch])
            .alias(elsewhere=elsewhere)
            .filter(Q(action=REFUSED) | Q(elsewhere=False))
            .values_list("pk", flat=True)
        )
        found += [event for event in batch if event.pk in theirs]
        left = newest.filter(pk__lt=batch[-1].pk)
    return found[:size]


def _leave_out_references(events: Sequence[Event]) -> None:
    """Take from refusals the references that are of no panel which the person leads, or of no case."""
    refusals = [event for event in events if event.action == REFUSED]
    led = _led_references({event.details.get("reference", "") for event in refusals})
    for event in refusals:
        if event.details.get("reference") not in led:
            event.details = {name: value for name, value in event.details.items() if name != "reference"}


def _led_references(references: Collection[str]) -> set[str]:
    """Those of these references that are of cases on panels which the person of the scope leads."""
    return set(column_of("SELECT channel_led_references(%s)", sorted(references)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
