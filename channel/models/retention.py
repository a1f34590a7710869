"""How long cases are kept, what holds them longer, and what is left of one that was destroyed (RC-7)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.enums import LONGEST_RETENTION_YEARS, REASON_LIMIT, DestructionState
from channel.models.cases import ChannelCase
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.tenancy.models import CouncilOwned


class RetentionDecision(CouncilOwned):
    """A council's decision how many years after a person left their case is kept. Append-only."""

    years = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RETENTION_YEARS)]
    )
    reason = models.TextField(max_length=REASON_LIMIT)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "decided_at"], name="retention_decision_latest")]
        constraints = [
            models.CheckConstraint(
                name="retention_decision_is_of_years",
                condition=Q(years__gte=1, years__lte=LONGEST_RETENTION_YEARS),
            ),
            models.CheckConstraint(name="retention_decision_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.years} years"


class LegalHold(SealedRow, CouncilOwned):
    """A hold on a case: while it stands nothing of the case is destroyed, whatever its period says."""

    sealed_under = "case_id"
    sealed_noun = "legal hold"

    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="holds")
    reason = SealedTextField(longest=REASON_LIMIT)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at__isnull=True), name="legal_hold_once_per_case"
            ),
            models.CheckConstraint(
                name="legal_hold_is_lifted_by_somebody",
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"hold on {self.case_id}"


class Destruction(CouncilOwned):
    """The review of a case whose period is over, and the certificate once it is destroyed.

    It points to no case, so that it outlives the one it is about; it holds the random reference and counts of
    rows, and nothing of what they said. The nightly job raises it; a person keeps the case on or proposes to
    destroy it, and another destroys it.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="destructions")
    record = models.UUIDField(help_text="Key of the case, and of its data key in the key store.")
    reference = models.CharField(max_length=9)
    state = models.CharField(max_length=9, choices=DestructionState.choices, default=DestructionState.DUE)
    left_on = models.DateField(help_text="The day from which the period ran.")
    due_on = models.DateField(help_text="The first day after the period.")
    raised_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True, help_text="Last day; then it is reviewed again.")
    certificate: models.JSONField[Any, Any] = models.JSONField(
        null=True, blank=True, help_text="How many rows of each table were destroyed."
    )

    class Meta:
        ordering = ["due_on", "reference"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "panel", "state"], name="destruction_panel_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(state__in=["due", "proposed", "destroyed"]),
                name="destruction_once_per_case",
            ),
            models.CheckConstraint(
                name="destruction_states_have_their_people",
                condition=Q(state="due", proposed_by__isnull=True, decided_by__isnull=True)
                | Q(state="proposed", proposed_by__isnull=False, decided_by__isnull=True)
                | Q(state__in=["kept", "destroyed"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="destruction_takes_two_people",
                condition=~Q(state="destroyed")
                | (Q(proposed_by__isnull=False, certificate__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="destruction_kept_has_a_day",
                condition=Q(state="kept", keep_until__isnull=False)
                | (~Q(state="kept") & Q(keep_until__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.state}"
