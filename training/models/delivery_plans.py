"""What services and partners plan to deliver: so many sessions of a course, by when, for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.models.courses import Course


class DeliveryPlan(CouncilOwned):
    """A promise of sessions. How far it is kept is counted from delivered sessions and never typed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    host = models.CharField(
        max_length=160, blank=True, help_text="For whom, where no organisation is chosen."
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    audience = models.CharField(max_length=200)
    sessions = models.PositiveSmallIntegerField(help_text="How many sessions are planned.")
    starts_on = models.DateField()
    due_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="Given up on this day, with a reason.")
    end_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["council", "due_on"], name="delivery_plan_council_due")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="delivery_plan_token_is_used_once"),
            models.CheckConstraint(
                name="delivery_plan_is_for_somebody",
                condition=Q(organisation__isnull=False) | ~Q(host=""),
            ),
            models.CheckConstraint(name="delivery_plan_has_sessions", condition=Q(sessions__gte=1)),
            models.CheckConstraint(
                name="delivery_plan_ends_after_it_starts", condition=Q(due_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="delivery_plan_ended_with_a_reason",
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sessions} of {self.course_id} by {self.due_on}"
