"""A council's quarterly round of returns: what it awaits from whom by when, more time, and reminders."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import ReminderStage
from training.models.courses import Course


class TrainingRound(CouncilOwned):
    """One quarter's returns, from the day a council asks for them until it stops asking.

    Its due date never changes: more time is a :class:`RoundExtension`, so that what was late stays late.
    """

    period_from = models.DateField()
    period_to = models.DateField()
    due_on = models.DateField(help_text="Organisations whose own arrangement gives more days keep those.")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    remind_before = models.PositiveSmallIntegerField(
        default=7, help_text="So many days before the deadline the Prevent lead is reminded."
    )
    remind_after = models.PositiveSmallIntegerField(
        default=1, help_text="So many days after the deadline the Prevent lead is reminded again."
    )
    executive_after = models.PositiveSmallIntegerField(
        default=7, help_text="So many days after the deadline the executive lead is reminded."
    )

    class Meta:
        ordering = ["-period_to"]
        constraints = [
            models.UniqueConstraint(fields=["council", "period_to"], name="training_round_once_per_quarter"),
            models.CheckConstraint(
                name="training_round_is_due_after_its_quarter", condition=Q(due_on__gt=F("period_to"))
            ),
            models.CheckConstraint(
                name="training_round_executive_after_lead",
                condition=Q(executive_after__gte=F("remind_after")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_from} to {self.period_to}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class RoundReturn(CouncilOwned):
    """One return that a round awaits. Its first deadline is written once and stays."""

    round = models.ForeignKey(TrainingRound, models.PROTECT, related_name="returns")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    council_staff_only = models.BooleanField(default=False)
    due_on = models.DateField(help_text="The deadline before any extension.")
    is_awaited = models.BooleanField(default=True, help_text="False once the council expects it no more.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "round", "organisation", "course", "council_staff_only"],
                name="round_return_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.course_id} by {self.due_on}"


class RoundExtension(CouncilOwned):
    """More time for an organisation in a round, with the reason. The latest given counts; none is undone."""

    round = models.ForeignKey(TrainingRound, models.PROTECT, related_name="extensions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    moved_from = models.DateField(help_text="The deadline in force when it was given.")
    due_on = models.DateField()
    reason = models.CharField(max_length=500)
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["given_at", "pk"]
        indexes = [models.Index(fields=["council", "round"], name="round_extension_of")]
        constraints = [
            models.CheckConstraint(
                name="round_extension_gives_more_time", condition=Q(due_on__gt=F("moved_from"))
            ),
            models.CheckConstraint(name="round_extension_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.due_on}"


class ReturnReminder(CouncilOwned):
    """That a lead of an organisation was reminded of a round by e-mail. One a day and person at most."""

    round = models.ForeignKey(TrainingRound, models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=ReminderStage.choices)
    as_executive = models.BooleanField(default=False)
    due_on = models.DateField(help_text="The deadline that was in force.")
    sent_on = models.DateField(default=timezone.localdate)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["sent_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "round", "organisation", "person", "sent_on"],
                name="return_reminder_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["council", "round", "organisation", "stage", "due_on"],
                condition=~Q(stage=ReminderStage.ASKED),
                name="return_reminder_once_per_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.stage} on {self.sent_on}"
