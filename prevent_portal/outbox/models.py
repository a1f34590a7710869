"""Jobs of councils, e-mails in transit, and answers that a client may ask for again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import EmailState, JobState
from prevent_portal.tenancy.models import CouncilOwned, new_id


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
