"""What stays overdue with one person is told to the council's coordinators, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.enums import EscalationReason, ReminderStage
from prevent_portal.outbox.models import DEFAULT_WORKING_DAYS, Escalation, EscalationRule, Reminder
from prevent_portal.outbox.services.stages import is_late_for, key_of
from prevent_portal.tenancy.working_days import previous_working_day


def raise_escalations(*, owner: User, items: Iterable[DueItem], on: date, away: bool) -> None:
    """Note which of a person's things their coordinators are to hear of, in the person's own scope.

    A thing that is late for as long as its council waits; while the person is away, what the duty demands, as
    soon as it is due. What others may not know of, or what has a lead of its own, is not told to them.
    """
    dated = [
        item
        for item in items
        if item.due_on is not None and item.due_on <= on and not (item.restricted or item.own_lead)
    ]
    if not dated:
        return
    councils = {item.council.pk for item in dated}
    waits = dict(EscalationRule.objects.filter(council__in=councils).values_list("council", "working_days"))
    wanted: dict[tuple[int, str, date], tuple[DueItem, EscalationReason]] = {}
    for item in dated:
        due_on = item.due_on or on
        waited = waits.get(item.council.pk, DEFAULT_WORKING_DAYS)
        if is_late_for(due_on, on, working_days=waited):
            wanted[item.council.pk, key_of(item), due_on] = (item, EscalationReason.LATE)
        elif away and item.statutory:
            wanted[item.council.pk, key_of(item), due_on] = (item, EscalationReason.AWAY)
    if not wanted:
        return
    there = Escalation.objects.filter(council__in=councils, item__in={key for _, key, _ in wanted})
    known = {(each.council_id, each.item, each.due_on): each.pk for each in there}
    Escalation.objects.filter(pk__in=[pk for key, pk in known.items() if key in wanted]).update(seen_on=on)
    Escalation.objects.bulk_create(
        Escalation(
            council=item.council,
            owner=owner,
            kind=item.kind,
            reference=item.reference[:120],
            item=key,
            task=item.task[:200],
            href=item.list_href or item.href,
            due_on=due_on,
            reason=reason,
            raised_on=on,
            seen_on=on,
        )
        for (council_id, key, due_on), (item, reason) in wanted.items()
        if (council_id, key, due_on) not in known
    )


def escalations_to_tell(*, mine: OwnAccess, own_items: Sequence[DueItem], on: date) -> list[Escalation]:
    """What a coordinator has still to hear of: late with somebody else, not told before, not done by now."""
    led = {access.council.pk: access.council for access in mine.accesses if Role.COORDINATOR in access.roles}
    if not led:
        return []
    seen_since = previous_working_day(on - timedelta(days=1))
    told = set(
        Reminder.objects.filter(council__in=led, person=mine.user, stage=ReminderStage.ESCALATED).values_list(
            "council", "item", "due_on"
        )
    )
    own = {(item.council.pk, key_of(item)) for item in own_items}
    seen = (
        Escalation.objects.filter(~Q(owner=mine.user), council__in=led, seen_on__gte=seen_since)
        .select_related("council")
        .order_by("due_on", "reference")
    )
    return [
        each
        for each in seen
        if (each.council_id, each.item, each.due_on) not in told and (each.council_id, each.item) not in own
    ]
