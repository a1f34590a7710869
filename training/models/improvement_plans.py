"""Plans to bring an organisation's training back to its target: who watches it, and by which steps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import ImprovementState
from training.models.courses import Course


class ImprovementPlan(CouncilOwned):
    """What a council agreed with an organisation that is below target in a course. One is open at a time.

    Dates that moved are shown as moved: the first one stays (rule 11 of the product).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    council_staff_only = models.BooleanField(
        default=False, help_text="It is about staff based in the council's area, not the whole organisation."
    )
    reason = models.TextField()
    monitor = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="Who watches it.")
    first_target_on = models.DateField(help_text="The date first agreed.")
    target_on = models.DateField()
    state = models.CharField(max_length=10, choices=ImprovementState.choices, default=ImprovementState.OPEN)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["target_on", "pk"]
        indexes = [models.Index(fields=["council", "state", "target_on"], name="improvement_council_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organisation", "course", "council_staff_only"],
                condition=Q(state="open"),
                name="improvement_one_open",
            ),
            models.UniqueConstraint(fields=["council", "token"], name="improvement_token_is_used_once"),
            models.CheckConstraint(
                name="improvement_ended_has_a_date",
                condition=Q(state="open", ended_on__isnull=True, ended_reason="")
                | (~Q(state="open") & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="improvement_closed_has_a_reason", condition=~Q(state="closed") | ~Q(ended_reason="")
            ),
            models.CheckConstraint(name="improvement_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.course_id}"

    @property
    def is_open(self) -> bool:
        return self.state == ImprovementState.OPEN


class ImprovementMilestone(CouncilOwned):
    """One step of a plan: due on a day, and done on a day."""

    plan = models.ForeignKey(ImprovementPlan, models.CASCADE, related_name="milestones")
    text = models.CharField(max_length=300)
    first_due_on = models.DateField(help_text="The date first agreed.")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["council", "plan", "due_on"], name="milestone_council_plan")]
        constraints = [models.CheckConstraint(name="milestone_has_a_text", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text


class ImprovementNote(CouncilOwned):
    """What somebody wrote about the progress of a plan. It stays as it was written."""

    plan = models.ForeignKey(ImprovementPlan, models.CASCADE, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["council", "plan", "-written_at"], name="improvement_note_plan")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="improvement_note_token_once"),
            models.CheckConstraint(name="improvement_note_has_a_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:60]
