"""The duty checklist: each council's rounds against an edition, and its answers."""

from __future__ import annotations

from typing import cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import AnswerState, AnswerStepKind, AssessmentState, TimescaleKind, TrainingDelivery
from compliance.models.editions import Edition, EditionItem, LocalItem
from compliance.models.plans import Action
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

    ``status`` is the respondent's own score. Somebody else moderates it, and then a score is agreed; what the
    round reports is ``score``. Constraints hold what no bug may undo: a submitted answer is complete, and
    whoever submitted it does not decide on it (OP-6).
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    item = models.ForeignKey(EditionItem, models.PROTECT, null=True, blank=True, related_name="+")
    local_item = models.ForeignKey(LocalItem, models.PROTECT, null=True, blank=True, related_name="+")
    to_confirm = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When it was confirmed unchanged.")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.TO_ANSWER)
    status = models.CharField(max_length=30, blank=True, help_text="A value of the edition's scale.")
    response = models.TextField(blank=True)
    timescale = models.CharField(max_length=16, choices=TimescaleKind.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    training_delivery = models.CharField(
        max_length=12, choices=TrainingDelivery.choices, blank=True, default=TrainingDelivery.NOT_SAID
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who is asked to answer."
    )
    answer_by = models.DateField(null=True, blank=True, help_text="Day by which the owner is asked to.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    moderated = models.CharField(max_length=30, blank=True, help_text="A value of the edition's scale.")
    challenge = models.TextField(blank=True, help_text="Why the moderator scores as they do.")
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed = models.CharField(max_length=30, blank=True, help_text="A value of the edition's scale.")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Who wrote what the answer says."
    )

    class Meta:
        indexes = [
            models.Index(fields=["council", "owner"], name="answer_council_owner"),
            models.Index(fields=["council", "state"], name="answer_council_state"),
        ]
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
            models.CheckConstraint(
                name="answer_submitted_is_complete",
                condition=~Q(state__in=["submitted", "accepted"])
                | Q(
                    ~Q(status=""),
                    to_confirm=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="answer_accepted_by_somebody_else",
                condition=Q(
                    ~Q(accepted_by=F("submitted_by")),
                    state="accepted",
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                )
                | Q(~Q(state="accepted"), accepted_at__isnull=True, accepted_by__isnull=True),
            ),
            models.CheckConstraint(
                name="answer_moderated_by_somebody_else",
                condition=Q(
                    ~Q(moderated=""),
                    ~Q(moderated_by=F("submitted_by")),
                    state="accepted",
                    moderated_at__isnull=False,
                    moderated_by__isnull=False,
                )
                | Q(moderated="", challenge="", moderated_at__isnull=True, moderated_by__isnull=True),
            ),
            models.CheckConstraint(
                name="answer_agreed_after_moderation",
                condition=Q(
                    ~Q(agreed=""),
                    ~Q(moderated=""),
                    ~Q(agreed_by=F("submitted_by")),
                    agreed_on__isnull=False,
                    agreed_by__isnull=False,
                )
                | Q(agreed="", agreed_on__isnull=True, agreed_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id or self.local_item_id} in {self.assessment_id}"

    @property
    def asked(self) -> EditionItem | LocalItem:
        """What the answer is to, whether the edition asks it or the council itself."""
        return cast("EditionItem | LocalItem", self.item or self.local_item)  # a constraint of the table

    @property
    def score(self) -> str:
        """What the round reports: the agreed score once there is one, until then the respondent's own."""
        return self.agreed or self.status

    @property
    def training_rule(self) -> str:
        """What the item asks about training; a council's own item asks nothing."""
        return self.item.training_rule if self.item is not None else ""


class AnswerRevision(CouncilOwned):
    """What an answer said at a moment. Append-only: a later save never takes an earlier text away."""

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="revisions")
    status = models.CharField(max_length=30, blank=True)
    response = models.TextField(blank=True)
    timescale = models.CharField(max_length=16, choices=TimescaleKind.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    training_delivery = models.CharField(
        max_length=12, choices=TrainingDelivery.choices, blank=True, default=TrainingDelivery.NOT_SAID
    )
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


class AnswerStep(CouncilOwned):
    """One step in the life of an answer: submitted, returned, accepted, moderated or agreed. Append-only.

    What was said and by whom stays here when a returned answer loses its scores.
    """

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=AnswerStepKind.choices)
    score = models.CharField(max_length=30, blank=True, help_text="A value of the edition's scale.")
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["council", "answer", "-at"], name="answer_step_answer_at")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="answer_step_token_is_used_once"),
            models.CheckConstraint(
                name="answer_step_returned_says_why", condition=~Q(kind="returned") | ~Q(comment="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.kind}"


class AnswerAction(CouncilOwned):
    """An action of a plan that is to bring a checklist item about. Both belong to the same council."""

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="action_links")
    action = models.ForeignKey(Action, models.CASCADE, related_name="item_links")
    linked_at = models.DateTimeField(default=timezone.now)
    linked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["council", "action"], name="answer_action_by_action")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "answer", "action"], name="action_linked_once_per_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} by {self.action_id}"
