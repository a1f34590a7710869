"""The duty checklist: editions of the guidance, and each council's assessments against them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import AssessmentState, ItemKind, TimescaleKind
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Nation
from prevent_portal.tenancy.models import CouncilOwned


class Edition(models.Model):
    """One edition of the guidance as a checklist. Shared by every council and read-only for the app.

    ``scale`` is the edition's own rating scale: a list of ``{"value", "label", "counts_as"}`` where counts_as
    is one of in_place, under_way, not_started, not_applicable.
    """

    code = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    nation = models.CharField(max_length=10, choices=Nation.choices)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    source = models.URLField(max_length=300)
    last_checked_on = models.DateField()
    scale = models.JSONField()

    class Meta:
        ordering = ["-in_force_from"]
        constraints = [
            models.CheckConstraint(
                name="edition_in_force_for_a_time",
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class EditionItem(models.Model):
    """One item of an edition. ``ref`` is stable; the prompt is in the portal's own words."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="items")
    ref = models.CharField(max_length=12)
    workstream_order = models.PositiveSmallIntegerField()
    workstream = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=ItemKind.choices)
    prompt = models.TextField(blank=True, help_text="Blank where the guidance gives a heading and no detail.")
    expected_evidence = models.TextField(blank=True)
    guidance = models.CharField(max_length=120, blank=True, help_text="Where in the guidance.")

    class Meta:
        ordering = ["workstream_order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ref"], name="edition_item_ref_is_unique"),
            models.UniqueConstraint(fields=["edition", "order"], name="edition_item_order_is_unique"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def title(self) -> str:
        """The prompt, or the workstream's name where there is no detail."""
        return self.prompt or self.workstream


class Assessment(CouncilOwned):
    """A council's round against one edition for a period."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    period = models.CharField(max_length=40, help_text="As people name it, such as 2025/26.")
    period_start = models.DateField()
    period_end = models.DateField()
    state = models.CharField(max_length=8, choices=AssessmentState.choices, default=AssessmentState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-period_start"]
        indexes = [models.Index(fields=["council", "-period_start"], name="assessment_council_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "edition", "period_start"], name="assessment_once_per_edition_and_period"
            ),
            models.CheckConstraint(
                name="assessment_covers_a_period", condition=Q(period_end__gte=F("period_start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} for {self.period}"


class ItemAnswer(CouncilOwned):
    """What a council answers to one item in one assessment. Made empty when the assessment opens."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    item = models.ForeignKey(EditionItem, models.PROTECT, related_name="+")
    status = models.CharField(max_length=30, blank=True, help_text="A value of the edition's scale.")
    response = models.TextField(blank=True)
    timescale = models.CharField(max_length=16, choices=TimescaleKind.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["council", "owner"], name="answer_council_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "assessment", "item"], name="item_answered_once_per_assessment"
            ),
            models.CheckConstraint(
                name="answer_has_a_date_only_by_a_date",
                condition=Q(timescale="date", due_on__isnull=False)
                | (~Q(timescale="date") & Q(due_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.assessment_id}"


class AnswerRevision(CouncilOwned):
    """What an answer said at a moment. Append-only: a later save never takes an earlier text away."""

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="revisions")
    status = models.CharField(max_length=30, blank=True)
    response = models.TextField(blank=True)
    timescale = models.CharField(max_length=16, choices=TimescaleKind.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["council", "answer", "-at"], name="revision_council_answer_at"),
            models.Index(fields=["council", "at"], name="revision_council_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="revision_token_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} at {self.at}"
