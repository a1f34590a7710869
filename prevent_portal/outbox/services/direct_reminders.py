"""Reminders in an e-mail of their own, which does not wait for the digest: logged and kept quiet alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import ReminderChannel, ReminderStage
from prevent_portal.outbox.models import ReminderSettings
from prevent_portal.outbox.queries import settings_by_person, stages_told
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.reminders import Told, note_told
from prevent_portal.outbox.services.stages import is_quiet, is_wanted
from prevent_portal.tenancy.models import Council

_LATE = {ReminderStage.OVERDUE.value, ReminderStage.WEEKLY.value}


@dataclass(frozen=True)
class DirectReminder:
    """One e-mail to one person about one thing: a reference and a link (rule 14).

    Args:
        effect_key: what makes the e-mail happen once.
    """

    person: User
    told: Told
    subject: str
    text: str
    effect_key: str


def send_directly(*, council: Council, reminders: Sequence[DirectReminder], on: date) -> int:
    """Queue those reminders that are not told by now, each with its line in the sent log.

    Whoever was told of the thing at that stage, or at a later one, by the digest or by an e-mail of its own,
    is not told again. Nobody hears on their quiet days, the next run tells them; and nobody of what they do
    not want to hear of, but for what the duty demands. Needs the council's service scope, and as many
    statements for looking as for one reminder.

    Returns:
        How many messages were queued.
    """
    log = stages_told(council, {each.person.pk for each in reminders}, {each.told.item for each in reminders})
    wishes = settings_by_person(each.person for each in reminders)
    queued = 0
    for each in reminders:
        stages = log.setdefault((each.person.pk, each.told.item, each.told.due_on), set())
        wish = wishes.get(each.person.pk)
        if _is_told(each.told, stages) or (wish and _is_hushed(wish, each.told, on)):
            continue
        with transaction.atomic():
            message = queue_email(
                recipient=each.person.email,
                subject=each.subject,
                text=each.text,
                effect_key=each.effect_key,
            )
            if message is None:
                continue
            note_told(person=each.person, told=[each.told], channel=ReminderChannel.DIRECT)
        stages.add(each.told.stage.stage.value)
        queued += 1
    return queued


def _is_hushed(wish: ReminderSettings, told: Told, on: date) -> bool:
    return is_quiet(wish, on) or not is_wanted(wish, told.kind, statutory=told.statutory)


def _is_told(told: Told, stages: set[str]) -> bool:
    """Whether somebody who was told these stages of a thing need not be told this one."""
    stage = told.stage.stage
    if stage in {ReminderStage.NOTICE, ReminderStage.COMING}:
        return bool(stages)
    return bool(stages & _LATE) if stage == ReminderStage.OVERDUE else stage.value in stages
