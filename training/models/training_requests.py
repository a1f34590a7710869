"""What organisations ask for, and what they were answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import RequestState
from training.models.courses import Course
from training.models.sessions import TrainingSession


class TrainingRequest(CouncilOwned):
    """An organisation asks its council for training. Accepted, it names the session that answers it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=200)
    sessions = models.PositiveSmallIntegerField(default=1, help_text="How many sessions are asked for.")
    people = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not known, which is not 0.")
    wished_by = models.DateField(null=True, blank=True)
    area = models.CharField(max_length=80, blank=True, help_text="District or locality.")
    message = models.CharField(max_length=1000, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    session = models.ForeignKey(TrainingSession, models.PROTECT, null=True, related_name="requests")
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["council", "state", "asked_at"], name="request_council_state"),
            models.Index(fields=["council", "organisation"], name="request_council_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="request_token_is_used_once"),
            models.CheckConstraint(name="request_wants_at_least_one", condition=Q(sessions__gte=1)),
            models.CheckConstraint(
                name="request_accepted_with_a_session",
                condition=Q(state=RequestState.ACCEPTED, session__isnull=False)
                | (~Q(state=RequestState.ACCEPTED) & Q(session__isnull=True)),
            ),
            models.CheckConstraint(
                name="request_refused_or_put_off_with_words",
                condition=~Q(state__in=[RequestState.WAITING, RequestState.DECLINED]) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.audience}"
