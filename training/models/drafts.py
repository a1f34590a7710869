"""Figures that an organisation is typing in and has not sent."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import PeriodKind, Reported
from training.models.courses import Course


class ReturnDraft(CouncilOwned):
    """A return before it is sent: the organisation's alone, and gone once sent.

    The council is the one whose portal it is typed into; a policy of the database keeps its officers out.
    A draft may be unfinished, so its figures need not agree yet.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    council_staff_only = models.BooleanField(default=False)
    period_kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    reported = models.CharField(max_length=10, choices=Reported.choices, default=Reported.FIGURES)
    eligible = models.PositiveIntegerField(null=True, blank=True)
    compliant = models.PositiveIntegerField(null=True, blank=True)
    sessions = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["period_to", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "council",
                    "organisation",
                    "course",
                    "council_staff_only",
                    "period_from",
                    "period_to",
                ],
                name="return_draft_once",
            ),
            models.CheckConstraint(
                name="return_draft_period_ends_after_it_starts",
                condition=Q(period_to__gte=F("period_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.course_id}, {self.period_from} to {self.period_to}"
