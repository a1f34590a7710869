"""What others bring to a section of a report: advice that was asked for, and comments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from compliance.models.reports import ReportSection
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class Consultation(CouncilOwned):
    """An officer whose advice on a section was sought. They see and write that section, and nothing else."""

    section = models.ForeignKey(ReportSection, models.CASCADE, related_name="consultations")
    title = models.CharField(max_length=160, help_text="Office, as the report's audit trail prints it.")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    sought_on = models.DateField()
    sought_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    included_on = models.DateField(null=True, blank=True, help_text="The day the author took the advice in.")
    included_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sought_on", "title"]
        indexes = [models.Index(fields=["council", "person"], name="consultation_council_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "section", "person"],
                condition=Q(withdrawn_at__isnull=True),
                name="consultation_once_per_person",
            ),
            models.CheckConstraint(
                name="consultation_is_included_by_somebody",
                condition=Q(included_on__isnull=True, included_by__isnull=True)
                | Q(included_on__isnull=False, included_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.section_id}"


class SectionComment(CouncilOwned):
    """A remark beside a section, until somebody settles it. It is never part of the report."""

    section = models.ForeignKey(ReportSection, models.CASCADE, related_name="comments")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="section_comment_is_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Comment on {self.section_id}"
