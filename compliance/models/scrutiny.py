"""Scrutiny reviews, their recommendations, and what became of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from compliance.enums import ExecutiveResponse, ReviewState
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ScrutinyReview(CouncilOwned):
    """A review by a scrutiny panel."""

    title = models.CharField(max_length=200)
    panel = models.CharField(max_length=160)
    municipal_year = models.CharField(max_length=20)
    presented_to = models.CharField(max_length=160, blank=True)
    presented_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-presented_on", "title"]
        constraints = [
            models.UniqueConstraint(fields=["council", "title"], name="review_title_is_unique_in_council")
        ]

    def __str__(self) -> str:
        return self.title


class ReviewHearing(CouncilOwned):
    """A body that considered the review, and what it said."""

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="hearings")
    body = models.CharField(max_length=160)
    heard_on = models.DateField()
    outcome = models.TextField()

    class Meta:
        ordering = ["heard_on"]
        indexes = [models.Index(fields=["council", "review"], name="hearing_council_review")]

    def __str__(self) -> str:
        return f"{self.body} on {self.heard_on}"


class Recommendation(CouncilOwned):
    """One recommendation. Its wording is the panel's: a trigger refuses to change it."""

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=200)
    wording = models.TextField()
    response = models.CharField(max_length=16, choices=ExecutiveResponse.choices, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was rejected, or accepted only in part.")
    leads = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    milestone_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["council", "completed_on"], name="recommendation_council_done")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "review", "number"], name="recommendation_number_is_unique_in_review"
            ),
            models.CheckConstraint(
                name="recommendation_refused_with_a_reason",
                condition=~Q(response__in=["reject", "accept_in_part"]) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"


class RecommendationProgress(CouncilOwned):
    """One line of a recommendation's log. Append-only."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="progress")
    note = models.TextField()
    completes = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["council", "recommendation", "-at"], name="rec_progress_council_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="rec_progress_token_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} at {self.at}"
