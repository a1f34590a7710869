"""Jobs of councils, e-mails in transit, answers that a client may ask for again, and who was told of what."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import (
    EmailState,
    EscalationReason,
    JobState,
    ReminderChannel,
    ReminderStage,
)
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id


class Job(CouncilOwned):
    """A piece of background work that was accepted. Its effect key is unique, so its effect happens once.

    A worker takes a job with a claim that expires; the result is stored only by the holder of the claim, in
    the transaction that marks the job done. What is killed midway is taken again by the sweeper.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    effect_key = models.CharField(max_length=200)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    step = models.CharField(max_length=120, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    relayed_at = models.DateTimeField(null=True, help_text="When the sweeper last told the broker.")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["council", "subject_id"], name="job_council_subject"),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "effect_key"], name="job_effect_happens_once"),
            models.CheckConstraint(name="job_percent_is_a_percentage", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.REFUSED)

    @property
    def may_be_tried_again(self) -> bool:
        return self.state in (JobState.FAILED, JobState.REFUSED)


class Email(models.Model):
    """A message on its way. Its body is blanked once it has left.

    It belongs to no council: a sign-in code has none. It carries a short reference and a link, never case or
    personal data (rule 14 of the product).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    effect_key = models.CharField(max_length=200, unique=True)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=EmailState.choices, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    relayed_at = models.DateTimeField(null=True, help_text="When the sweeper last told the broker.")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state__in=["queued", "sending"]), name="email_unsent"
            )
        ]

    def __str__(self) -> str:
        return f"e-mail {self.pk}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail server or reader can drop a repeat."""
        return f"<{uuid.UUID(str(self.pk)).hex}@prevent-portal>"


class KeptReply(CouncilOwned):
    """The answer to a create that carried an idempotency key, so that a repeat creates nothing (API-3)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the body it was sent with.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "user", "route", "key"], name="reply_kept_once_per_route_and_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class ReminderSettings(models.Model):
    """How one person wants to be told of what waits for them. No row is as good as the defaults."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(User, models.PROTECT, related_name="+")
    days_before = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(
        null=True, help_text="The one day of the week for the digest, Monday is 0; null for each working day."
    )
    quiet_from = models.DateField(null=True)
    quiet_until = models.DateField(null=True, help_text="The last quiet day.")
    not_told = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    looked_on = models.DateField(
        null=True, help_text="The last day on which the portal worked out what to tell."
    )
    told_on = models.DateField(null=True, help_text="The last day on which a digest might go out.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reminders_quiet_from_until",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__lte=models.F("quiet_until")),
            ),
            models.CheckConstraint(
                name="reminders_weekday_is_one",
                condition=Q(weekday__isnull=True) | Q(weekday__lte=4),
            ),
            models.CheckConstraint(name="reminders_days_before", condition=Q(days_before__range=(1, 28))),
        ]

    def __str__(self) -> str:
        return f"reminders of {self.person_id}"


class Reminder(CouncilOwned):
    """The sent log: that a person was told of a thing at a stage. Its key makes each stage happen once."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    item = models.CharField(max_length=64, help_text="A hash of what the thing is, see services/stages.py.")
    stage = models.CharField(max_length=10, choices=ReminderStage.choices)
    week = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField()
    channel = models.CharField(max_length=10, choices=ReminderChannel.choices)
    statutory = models.BooleanField(default=False)
    restricted = models.BooleanField(
        default=False, help_text="Only the person may know that there is such a thing."
    )
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-told_at", "-pk"]
        indexes = [models.Index(fields=["council", "-told_at", "-id"], name="reminder_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "person", "item", "due_on", "stage", "week"],
                name="reminder_told_once_per_stage",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.reference}, {self.stage}"


class Notice(models.Model):
    """The same told in the portal's inbox, unread until it is opened. Its person alone reads it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    item = models.CharField(max_length=64)
    reference = models.CharField(max_length=120)
    task = models.CharField(max_length=200)
    href = models.CharField(max_length=500)
    stage = models.CharField(max_length=10, choices=ReminderStage.choices)
    due_on = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-told_at", "-id"], name="notice_newest_first"),
            models.Index(
                fields=["person", "council"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["council", "told_at"], name="notice_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.reference}"


class Escalation(CouncilOwned):
    """That a thing stays overdue with whoever it waits for, for the council's coordinators to hear once each.

    ``seen_on`` is renewed each working day while it lasts, so that nobody hears of what is done by then.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    item = models.CharField(max_length=64)
    task = models.CharField(max_length=200)
    href = models.CharField(max_length=500)
    due_on = models.DateField()
    reason = models.CharField(max_length=10, choices=EscalationReason.choices)
    raised_on = models.DateField()
    seen_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["council", "seen_on"], name="escalation_seen")]
        constraints = [
            models.UniqueConstraint(fields=["council", "item", "due_on"], name="escalation_raised_once")
        ]

    def __str__(self) -> str:
        return f"{self.reference}, {self.reason}"


DEFAULT_WORKING_DAYS = 10
"""After how many working days a council's coordinators hear of what stays overdue, unless it decides."""


class EscalationRule(CouncilOwned):
    """After how many working days a council's coordinators hear of what stays late. No row: the default."""

    working_days = models.PositiveSmallIntegerField(default=DEFAULT_WORKING_DAYS)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council"], name="escalation_rule_one_each"),
            models.CheckConstraint(
                name="escalation_rule_working_days", condition=Q(working_days__range=(1, 60))
            ),
        ]

    def __str__(self) -> str:
        return f"after {self.working_days} working days"
