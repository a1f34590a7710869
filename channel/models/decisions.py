"""Decisions of a panel about a case, and reviews of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from channel.case_choices import FOLLOW_UPS, DecisionBasis, DecisionKind, ReviewKind, ReviewResult
from channel.models.cases import ChannelCase
from channel.models.meetings import ChannelMeeting
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class CaseDecision(CouncilOwned):
    """What the panel decided about a case, and how (section 37 of the Act). Append-only.

    A decision without a police representative of the area of residence present is no decision of the panel,
    so the database holds none.
    """

    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(ChannelMeeting, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField()
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    basis = models.CharField(max_length=12, choices=DecisionBasis.choices)
    police_present = models.BooleanField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["decided_on", "recorded_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="case_decision_with_police_present", condition=Q(police_present=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.case_id}"


class CaseReviewQuerySet(models.QuerySet["CaseReview"]):
    def open(self) -> CaseReviewQuerySet:
        """Reviews that wait to be held: of a closed case those after its closure alone."""
        return self.filter(
            Q(case__exited_on__isnull=True) | Q(kind__in=sorted(FOLLOW_UPS)), done_on__isnull=True
        )

    def overdue(self, on: date | None = None) -> CaseReviewQuerySet:
        """Reviews that should have been held before a day (today unless told)."""
        return self.open().filter(due_on__lt=on or timezone.localdate())


class CaseReview(CouncilOwned):
    """A review that a case falls due for, and what it came to once it was held."""

    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=16, choices=ReviewKind.choices)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=16, choices=ReviewResult.choices, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CaseReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "done_on", "due_on"], name="case_review_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(kind__in=sorted(FOLLOW_UPS)),
                name="case_follow_up_once",
            ),
            models.CheckConstraint(
                name="case_review_done_has_a_result",
                condition=Q(done_on__isnull=True, done_by__isnull=True, result="")
                | Q(done_on__isnull=False, done_by__isnull=False, result__in=ReviewResult.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"
