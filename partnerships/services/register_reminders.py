"""Remind owners and coordinators of entries that lapse or await review: a reference and a link (rule 14)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from partnerships.queries.register_due import AttentionLine, attention_lines, subjects_of
from partnerships.queries.registers import possible_owners
from partnerships.registers import REGISTERS
from partnerships.registers.status import due_on
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.outbox.enums import ReminderStage
from prevent_portal.outbox.services.direct_reminders import DirectReminder, send_directly
from prevent_portal.outbox.services.reminders import Told
from prevent_portal.outbox.services.stages import Stage, item_key
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


def remind_of_registers(*, council: Council, today: date) -> int:
    """Write to whoever an entry is due for, once when its notice begins and once when it has lapsed.

    Whoever has promised to keep confidential hears of the own promise, with a link to the own page. Computed
    from what was sent, not from "today is the day": a day without the portal loses none. What the digest has
    told is not told again, and nobody hears on their quiet days. Needs the council's service scope. Returns
    how many messages were queued.
    """
    lines = attention_lines([(register, Q(council=council)) for register in REGISTERS], today)
    if not lines:
        return 0
    coordinators = list(people_with(council, [Role.COORDINATOR.value]))
    readers = {
        register.slug: {person.pk: person for person in possible_owners(council, register)}
        for register in {line.register.slug: line.register for line in lines}.values()
    }
    subjects = subjects_of(council, lines)
    reminders: list[DirectReminder] = []
    for line in lines:
        if due_on(line, today) is None:
            continue
        may_read = readers[line.register.slug]
        people = {person.pk: person for person in coordinators if person.pk in may_read}
        owner = may_read.get(line.owner_id)
        if owner is not None:
            people[owner.pk] = owner
        reminders += [_reminder(council, line, person, today) for person in people.values()]
        subject = subjects.get(line.id)
        if subject is not None and subject.pk not in people:
            reminders.append(_reminder(council, line, subject, today, of_subject=True))
    return send_directly(council=council, reminders=reminders, on=today)


def _reminder(
    council: Council, line: AttentionLine, person: User, today: date, *, of_subject: bool = False
) -> DirectReminder:
    """The e-mail, known to the sent log as the thing that waits, so that the digest does not repeat it."""
    day = due_on(line, today) or today
    lapsed = line.ends_on is not None and line.ends_on < today
    if of_subject:
        kind, task = "acknowledgement", line.task_of_subject(today)
        page = reverse("own-acknowledgements", args=[council.slug])
    else:
        kind, task = "register_entry", line.task(today)
        page = reverse("register-entry", args=[council.slug, line.register.slug, line.id])
    told = Told(
        council=council,
        kind=kind,
        reference=line.reference,
        item=item_key(kind, line.reference, page),
        task=task,
        href=page,
        due_on=day,
        stage=Stage(ReminderStage.OVERDUE if lapsed else ReminderStage.NOTICE),
        # The sent log tells no administrator who has promised to keep confidential what Channel hears.
        restricted=of_subject,
    )
    return DirectReminder(
        person=person,
        told=told,
        subject=f"Prevent Portal: {line.reference} of {council.name}",
        text=(
            f"{task}: {line.reference}. Its date is {british_date(day)}.\n\n"
            f"Sign in to see it: {settings.PUBLIC_URL}{page}\n"
        ),
        effect_key=f"register:{line.id}:{'lapsed' if lapsed else 'notice'}:{day.isoformat()}:{person.pk}",
    )
