"""Remind the leads of organisations of returns that have not come: a short reference and a link (rule 14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.enums import ReminderChannel
from prevent_portal.outbox.enums import ReminderStage as ToldStage
from prevent_portal.outbox.models import Reminder
from prevent_portal.outbox.queries import settings_by_person
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.reminders import Told, note_told
from prevent_portal.outbox.services.stages import Stage, is_quiet, item_key
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from training.enums import ReminderStage
from training.models import ReturnReminder, TrainingRound
from training.policies.rounds import check_round_open
from training.queries.rounds import RoundLine, round_lines

REFERENCE, TASK = "Training return", "Send the training return"

_STAGES = {
    ReminderStage.BEFORE: ToldStage.COMING,
    ReminderStage.AFTER: ToldStage.OVERDUE,
    ReminderStage.EXECUTIVE: ToldStage.ESCALATED,
    ReminderStage.ASKED: ToldStage.ASKED,
}
_TOLD_BY_DIGEST = {
    ReminderStage.BEFORE: {ToldStage.COMING, ToldStage.DUE},
    ReminderStage.AFTER: {ToldStage.OVERDUE, ToldStage.WEEKLY},
}


@dataclass
class Reminded:
    """What became of asking for reminders."""

    sent: list[ReturnReminder] = field(default_factory=list)
    nobody_named: list[str] = field(default_factory=list)
    """Organisations whose lead to remind is not named, or has no access any more."""
    reminded_today: list[str] = field(default_factory=list)


def remind(*, found: TrainingRound, by: User, organisation_ids: Collection[UUID] | None = None) -> Reminded:
    """Remind the organisations whose returns are missing, all or some, now.

    The Prevent lead is reminded; the executive lead instead once the round's days for that have passed.

    Raises:
        PolicyError: if the round is closed.
    """
    check_round_open(found)
    today = timezone.localdate()
    outcome = Reminded()
    for lines in _missing(found, organisation_ids):
        deadline = max(line.due_on for line in lines)
        executive = today >= deadline + timedelta(days=found.executive_after)
        _remind(found, lines, ReminderStage.ASKED, executive, by, outcome)
    return outcome


def remind_due(*, council: Council, today: date) -> list[ReturnReminder]:
    """Send the reminders of the council's open rounds whose day has come, each once.

    Computed from what was sent, not from "today is the day": a day without the portal loses none. Nobody
    hears on their quiet days; whom the daily digest has told of it gets no second e-mail.
    """
    outcome = Reminded()
    for found in TrainingRound.objects.filter(council=council, closed_at__isnull=True).select_related(
        "council"
    ):
        sent = set(
            ReturnReminder.objects.filter(council=council, round=found).values_list(
                "organisation_id", "stage", "due_on"
            )
        )
        due: list[tuple[list[RoundLine], ReminderStage]] = []
        for lines in _missing(found, None):
            deadline = max(line.due_on for line in lines)
            stage = _stage(found, deadline, today)
            if stage is not None and (lines[0].awaited.organisation_id, stage.value, deadline) not in sent:
                due.append((lines, stage))
        leads = {_lead(lines, stage == ReminderStage.EXECUTIVE) for lines, stage in due}
        wishes = settings_by_person(lead for lead in leads if lead is not None)
        quiet = {person for person, wish in wishes.items() if is_quiet(wish, today)}
        for lines, stage in due:
            executive = stage == ReminderStage.EXECUTIVE
            lead = _lead(lines, executive)
            if lead is None or lead.pk not in quiet:
                _remind(found, lines, stage, executive, None, outcome)
    return outcome.sent


def _stage(found: TrainingRound, deadline: date, today: date) -> ReminderStage | None:
    """The latest reminder whose day has come."""
    days = (
        (ReminderStage.EXECUTIVE, found.executive_after),
        (ReminderStage.AFTER, found.remind_after),
        (ReminderStage.BEFORE, -found.remind_before),
    )
    return next((stage for stage, after in days if today >= deadline + timedelta(days=after)), None)


def _missing(found: TrainingRound, organisation_ids: Collection[UUID] | None) -> Iterable[list[RoundLine]]:
    """The missing returns of each organisation."""
    by_organisation: dict[UUID, list[RoundLine]] = {}
    for line in round_lines(found, found.council):
        wanted = organisation_ids is None or line.awaited.organisation_id in organisation_ids
        if line.is_missing and wanted:
            by_organisation.setdefault(line.awaited.organisation_id, []).append(line)
    return by_organisation.values()


def _lead(lines: list[RoundLine], executive: bool) -> User | None:
    """Whom a reminder of these returns of one organisation is for, if somebody is named."""
    return lines[0].executive_lead if executive else lines[0].prevent_lead


def _remind(
    found: TrainingRound,
    lines: list[RoundLine],
    stage: ReminderStage,
    executive: bool,
    by: User | None,
    outcome: Reminded,
) -> None:
    organisation, deadline = lines[0].organisation, max(line.due_on for line in lines)
    person = _lead(lines, executive)
    # Who was named years ago may have left: a reminder tells only somebody who may still open the page.
    if person is None or not lines[0].reaches(person):
        outcome.nobody_named.append(organisation.name)
        return
    with transaction.atomic():
        try:
            with transaction.atomic():
                reminder = ReturnReminder.objects.create(
                    council=found.council,
                    round=found,
                    organisation=organisation,
                    person=person,
                    stage=stage,
                    as_executive=executive,
                    due_on=deadline,
                    sent_by=by,
                )
        except IntegrityError:
            outcome.reminded_today.append(organisation.name)
            return
        if not _told_by_digest(found.council, person, stage, {line.due_on for line in lines}):
            _write(reminder)
        record(
            action="training.return_reminded",
            subject=reminder,
            details={"organisation": organisation.pk, "person": person.pk, "stage": stage.value},
        )
    outcome.sent.append(reminder)


def _told_by_digest(council: Council, person: User, stage: ReminderStage, due_on: Collection[date]) -> bool:
    """Whether the daily digest has told the person that their returns are coming due, or are late."""
    return Reminder.objects.filter(
        council=council,
        person=person,
        kind="return",
        channel=ReminderChannel.DIGEST,
        stage__in=_TOLD_BY_DIGEST.get(stage, ()),
        due_on__in=due_on,
    ).exists()


def _write(reminder: ReturnReminder) -> None:
    """Queue the e-mail, with its line in the sent log and the inbox."""
    council, person, deadline = reminder.council, reminder.person, reminder.due_on
    quarter = str(Quarter.of(reminder.round.period_to))
    page = reverse("own-returns", args=[council.slug])
    # A notice is its person's alone: the coordinator who asks may not write it, the service principal may.
    with service_scope(council=council):
        note_told(
            person=person,
            told=[
                Told(
                    council=council,
                    kind="return",
                    reference=REFERENCE,
                    item=item_key("return_reminder", str(reminder.pk), page),
                    task=TASK,
                    href=page,
                    due_on=deadline,
                    stage=Stage(_STAGES[ReminderStage(reminder.stage)]),
                    statutory=True,
                )
            ],
            channel=ReminderChannel.DIRECT,
        )
    queue_email(
        recipient=person.email,
        subject=f"Prevent Portal: training return {quarter} for {council.name}",
        text=(
            f"Training return {quarter} is awaited by {council.name}. "
            f"The deadline is {british_date(deadline)}.\n\nSign in to send it: {settings.PUBLIC_URL}{page}\n"
        ),
        effect_key=f"return-reminder:{reminder.pk}",
    )
