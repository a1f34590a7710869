"""What a council lets another council read, from a day to a day. The tables' policies read these rows."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.models.plans import ActionPlan
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned


class Share(CouncilOwned):
    """A read-only grant to another council: who gave it, why, and for how long. It never lasts by itself."""

    receiver = models.ForeignKey(Council, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day of reading.")
    reason = models.TextField()
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended early, at once.")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    last_read_on = models.DateField(
        null=True, blank=True, help_text="The day on which the other council last opened it."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def is_live(self, on: date) -> bool:
        """Whether the other council may read on a day."""
        return self.ended_at is None and self.starts_on <= on <= self.ends_on

    def is_open(self, on: date) -> bool:
        """Whether it is being read, or will be."""
        return self.ended_at is None and on <= self.ends_on


class PlanShare(Share):
    """A plan that another council may read: objectives, actions, moved dates and the log, without people's
    names and without files."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="shares")

    class Meta:
        ordering = ["-granted_at"]
        indexes = [
            models.Index(fields=["council", "plan"], name="plan_share_council_plan"),
            models.Index(fields=["council", "ends_on"], name="plan_share_council_end"),
            models.Index(fields=["receiver", "ends_on"], name="plan_share_receiver"),
        ]
        constraints = [
            models.CheckConstraint(
                name="plan_share_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="plan_share_is_with_another", condition=~Q(receiver=F("council"))),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} with {self.receiver_id}"


class RiskShare(Share):
    """The publishable part of the risk register that another council may read, never what has an audience."""

    class Meta:
        ordering = ["-granted_at"]
        indexes = [
            models.Index(fields=["council", "ends_on"], name="risk_share_council_end"),
            models.Index(fields=["receiver", "ends_on"], name="risk_share_receiver"),
        ]
        constraints = [
            models.CheckConstraint(
                name="risk_share_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="risk_share_is_with_another", condition=~Q(receiver=F("council"))),
        ]

    def __str__(self) -> str:
        return f"{self.council_id} with {self.receiver_id}"
