"""The sent log and the inbox: note who was told of what, mark it read, and let go of it in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.enums import ReminderChannel, ReminderStage
from prevent_portal.outbox.models import Escalation, Notice, Reminder
from prevent_portal.outbox.services.stages import Stage, key_of, stage_of
from prevent_portal.tenancy.models import Council

NOTICE_KEPT = timedelta(days=90)
LOG_KEPT = timedelta(days=730)


@dataclass(frozen=True)
class Told:
    """One thing that a person is told at one stage."""

    council: Council
    kind: str
    reference: str
    item: str
    task: str
    href: str
    due_on: date
    stage: Stage
    statutory: bool = False
    restricted: bool = False


def of_item(item: DueItem, due_on: date, stage: Stage) -> Told:
    """A due item at a stage."""
    return Told(
        council=item.council,
        kind=item.kind,
        reference=item.reference,
        item=key_of(item),
        task=item.task,
        href=item.href,
        due_on=due_on,
        stage=stage,
        statutory=item.statutory,
        restricted=item.restricted,
    )


def of_escalation(escalation: Escalation) -> Told:
    """What stays overdue with somebody else."""
    return Told(
        council=escalation.council,
        kind=escalation.kind,
        reference=escalation.reference,
        item=escalation.item,
        task=escalation.task,
        href=escalation.href,
        due_on=escalation.due_on,
        stage=Stage(ReminderStage.ESCALATED),
    )


def not_yet_told(*, person: User, items: Sequence[DueItem], on: date, days_before: int) -> list[Told]:
    """The things whose stage of today the person was not told, from the sent log in their own scope."""
    reached = [
        of_item(item, item.due_on, stage)
        for item in items
        if item.due_on is not None
        and (stage := stage_of(item.due_on, on, days_before=days_before)) is not None
    ]
    if not reached:
        return []
    log = Reminder.objects.filter(
        council__in={each.council.pk for each in reached},
        person=person,
        item__in={each.item for each in reached},
    )
    told = set(log.values_list("council", "item", "due_on", "stage", "week"))
    found: dict[tuple[int, str, date], Told] = {}
    for each in reached:
        stage = each.stage
        if (each.council.pk, each.item, each.due_on, stage.stage.value, stage.week) not in told:
            found.setdefault((each.council.pk, each.item, each.due_on), each)
    return list(found.values())


def note_told(*, person: User, told: Iterable[Told], channel: ReminderChannel) -> None:
    """Write the sent log and the inbox, in the transaction that queues the e-mail.

    A thing that was in the inbox before, unread, is read with its newer notice.

    Raises:
        django.db.IntegrityError: for what was told before; the e-mail then does not go out either.
    """
    told, now = list(told), timezone.now()
    Notice.objects.filter(
        person=person,
        council__in={each.council.pk for each in told},
        item__in={each.item for each in told},
        read_at__isnull=True,
    ).update(read_at=now)
    Reminder.objects.bulk_create(
        Reminder(
            council=each.council,
            person=person,
            kind=each.kind,
            reference=each.reference[:120],
            item=each.item,
            stage=each.stage.stage,
            week=each.stage.week,
            due_on=each.due_on,
            channel=channel,
            statutory=each.statutory,
            restricted=each.restricted,
            told_at=now,
        )
        for each in told
    )
    Notice.objects.bulk_create(
        Notice(
            council=each.council,
            person=person,
            item=each.item,
            reference=each.reference[:120],
            task=each.task[:200],
            href=each.href,
            stage=each.stage.stage,
            due_on=each.due_on,
            told_at=now,
        )
        for each in told
    )


def mark_read(*, notice: Notice) -> None:
    """Note that its person has opened a notice."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])


def mark_all_read(*, person: User) -> int:
    """Note that a person has read everything in their inbox. Returns how many notices were unread."""
    return Notice.objects.filter(person=person, read_at__isnull=True).update(read_at=timezone.now())


def forget_told(*, council: Council) -> int:
    """Delete the council's notices and lines of the sent log whose time is over. Returns how many.

    Needs the council's service scope.
    """
    now = timezone.now()
    of_council = Reminder.objects.filter(council=council)
    old = (
        Notice.objects.filter(council=council, told_at__lt=now - NOTICE_KEPT),
        of_council.filter(restricted=True, told_at__lt=now - NOTICE_KEPT),
        of_council.filter(told_at__lt=now - LOG_KEPT),
        Escalation.objects.filter(council=council, seen_on__lt=(now - LOG_KEPT).date()),
    )
    return sum(rows.delete()[0] for rows in old)
