"""Reviews of a plan by its bodies, and the frozen versions that reviews and decisions bind to (rule 11)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from compliance.models.plans import ActionPlan
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class PlanVersion(CouncilOwned):
    """A plan as it stood at a moment. Append-only; ``sha256`` is of ``content`` as canonical JSON."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, help_text="What it was frozen for.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "plan", "number"], name="plan_version_number_is_unique_in_plan"
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class PlanReview(CouncilOwned):
    """A body looked at the plan: when, what it noted, who agreed, and what lay before it. Append-only.

    A mistake is put right by another row that names the one it corrects.
    """

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="reviews")
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    noted = models.TextField(help_text="What the body said.")
    agreed_by = models.CharField(max_length=160, help_text="The post that agreed it.")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-reviewed_on", "-at"]
        indexes = [
            models.Index(fields=["council", "plan", "board", "-reviewed_on"], name="plan_review_last_of_pair")
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="plan_review_token_is_used_once"),
            models.UniqueConstraint(
                fields=["council", "corrects"],
                condition=Q(corrects__isnull=False),
                name="plan_review_is_corrected_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} by {self.board_id} on {self.reviewed_on}"
