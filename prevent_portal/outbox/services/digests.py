"""One e-mail a day at most, on working days, telling a person what has come due: references and a link."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import RoleGroup, User
from prevent_portal.outbox.due_items import due_items_of
from prevent_portal.outbox.enums import ReminderChannel, ReminderStage
from prevent_portal.outbox.models import Email, ReminderSettings
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.escalations import escalations_to_tell, raise_escalations
from prevent_portal.outbox.services.reminders import Told, not_yet_told, note_told, of_escalation
from prevent_portal.outbox.services.stages import days_of_notice, is_digest_day, is_quiet, is_wanted
from prevent_portal.tenancy.scope import own_councils_scope
from prevent_portal.tenancy.working_days import is_working_day

logger = logging.getLogger(__name__)

HEADINGS = (
    ("Overdue", {ReminderStage.OVERDUE, ReminderStage.WEEKLY}),
    ("Due now", {ReminderStage.DUE}),
    ("Coming up", {ReminderStage.COMING, ReminderStage.NOTICE}),
    ("Overdue with others", {ReminderStage.ESCALATED}),
)

DUE_WITH_OTHERS = "Overdue with others, or due while they are away"


def send_all(*, on: date | None = None) -> int:
    """Queue the digests of a working day for everybody who was not looked at on that day yet.

    Safe to run at any hour and twice: a later run goes on where an earlier one was stopped. Coordinators come
    last, so that they hear today of what has become late for others today.

    Returns:
        How many messages were queued.

    Raises:
        SoftTimeLimitExceeded: when the worker's time is over; another run goes on from there.
    """
    today = on or timezone.localdate()
    if not is_working_day(today):
        return 0
    leads = RoleGroup.objects.filter(role=Role.COORDINATOR, group__user=OuterRef("pk"))
    people = User.objects.filter(is_active=True, is_service=False).annotate(leads=Exists(leads))
    queued = 0
    for person in people.order_by("leads", "pk").iterator():
        try:
            queued += send(user=person, on=today) is not None
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            # One person's trouble must not keep everybody after them from hearing.
            logger.exception("The digest of user %s could not be made.", person.pk)
    return queued


def send(*, user: User, on: date) -> Email | None:
    """Queue one person's digest of a working day, with the sent log and the inbox in the same transaction.

    What waits is looked at once a day, also on quiet days: what stays late then goes to the coordinators.

    Returns:
        The message, or None if there is nothing new to tell, if today is none of the person's days for
        hearing, or if the day was looked at before.
    """
    with own_councils_scope(user_id=user.pk):
        wishes, _ = ReminderSettings.objects.select_for_update().get_or_create(person=user)
        if wishes.looked_on is not None and wishes.looked_on >= on:
            return None
        mine = own_access(user)
        items = [item for item in due_items_of(mine, on) if item.due_on is not None]
        raise_escalations(owner=user, items=items, on=on, away=is_quiet(wishes, on))
        may_tell = is_digest_day(wishes, on)
        wishes.looked_on = on
        if may_tell:
            wishes.told_on = on
        wishes.save(update_fields=["looked_on", "told_on"])
        if not may_tell:
            return None
        wanted = [item for item in items if is_wanted(wishes, item.kind, statutory=item.statutory)]
        told = not_yet_told(person=user, items=wanted, on=on, days_before=days_of_notice(wishes))
        late = escalations_to_tell(mine=mine, own_items=items, on=on)
        told += [of_escalation(each) for each in late]
        if not told:
            return None
        note_told(person=user, told=told, channel=ReminderChannel.DIGEST)
        return _queue(user, told, on)


def _queue(user: User, told: Sequence[Told], on: date) -> Email | None:
    context = digest_context(told, on)
    return queue_email(
        recipient=user.email,
        subject=f"Prevent Portal: {context['sentence']}",
        text=render_to_string("outbox/digest.txt", context),
        html=render_to_string("outbox/digest.html", context),
        effect_key=f"digest:{user.pk}:{on.isoformat()}",
    )


def digest_context(told: Sequence[Told], on: date) -> dict[str, Any]:
    """What the digest's templates print: references, tasks and dates, and never a title (rule 14)."""
    several = len({each.council.pk for each in told}) > 1
    groups = []
    for heading, stages in HEADINGS:
        of_group = sorted(
            (each for each in told if each.stage.stage in stages),
            key=lambda each: (each.due_on, each.council.name, each.reference),
        )
        of_the_away = ReminderStage.ESCALATED in stages and any(each.due_on >= on for each in of_group)
        lines = [
            {
                "reference": each.reference,
                "task": each.task,
                "due_on": each.due_on,
                "words": "was due" if each.due_on < on else "due today," if each.due_on == on else "due",
                "council": each.council.name if several else "",
            }
            for each in of_group
        ]
        if lines:
            groups.append({"heading": DUE_WITH_OTHERS if of_the_away else heading, "lines": lines})
    return {
        "groups": groups,
        "sentence": f"{len(told)} {'thing waits' if len(told) == 1 else 'things wait'} for you",
        "link": settings.PUBLIC_URL + reverse("my-work"),
        "settings_link": settings.PUBLIC_URL + reverse("reminder-settings"),
    }
