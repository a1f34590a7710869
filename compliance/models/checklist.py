"""The duty checklist: each council's rounds against an edition, and its answers."""

from __future__ import annotations

from typing import cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import AssessmentState, TimescaleKind
from compliance.models.editions import Edition, EditionItem, LocalItem
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class Assessment(CouncilOwned):
    """A council's round against one edition, or parts of it, for a period. Once closed it stays closed."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    period = models.CharField(max_length=40, help_text="As people name it, such as 2025/26.")
    period_start = models.DateField()
    period_end = models.DateField()
    state = models.CharField(max_length=8, choices=AssessmentState.choices, default=AssessmentState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    parts = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Parts of the edition that the round covers; none named: all.",
    )
    brought_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The round whose answers were brought forward into this one.",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

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
    """What a council answers to one item in one assessment. Made empty when the assessment opens.

    The item is one of the edition or one of the council's own; ``asked`` is whichever it is, and has a ref, a
    title, a workstream, a kind, expected_evidence and guidance in both cases. ``to_confirm`` says that the
    answer was brought forward and that nobody has looked at it in this round yet.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    item = models.ForeignKey(EditionItem, models.PROTECT, null=True, blank=True, related_name="+")
    local_item = models.ForeignKey(LocalItem, models.PROTECT, null=True, blank=True, related_name="+")
    to_confirm = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When it was confirmed unchanged.")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
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
            models.UniqueConstraint(
                fields=["council", "assessment", "local_item"],
                name="local_item_answered_once_per_assessment",
            ),
            models.CheckConstraint(
                name="answer_is_to_one_item",
                condition=Q(item__isnull=False, local_item__isnull=True)
                | Q(item__isnull=True, local_item__isnull=False),
            ),
            models.CheckConstraint(
                name="answer_has_a_date_only_by_a_date",
                condition=Q(timescale="date", due_on__isnull=False)
                | (~Q(timescale="date") & Q(due_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id or self.local_item_id} in {self.assessment_id}"

    @property
    def asked(self) -> EditionItem | LocalItem:
        """What the answer is to, whether the edition asks it or the council itself."""
        return cast("EditionItem | LocalItem", self.item or self.local_item)  # a constraint of the table


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
