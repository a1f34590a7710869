"""Opening a case in an emergency, without the right to it: who, why, when, and who reviewed it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.enums import REASON_LIMIT, BreakGlassGround, BreakGlassVerdict
from channel.models.cases import ChannelCase
from prevent_portal.accounts.models import User
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.tenancy.models import CouncilOwned


class BreakGlass(SealedRow, CouncilOwned):
    """One person's emergency reading of one case, for half an hour (RC-4).

    The database's clock opens it and lets it lapse. It never changes but by an approval, an early end and one
    review by somebody else; a trigger keeps it so.
    """

    sealed_under = "case_id"
    sealed_noun = "reason"

    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="break_glass")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=15, choices=BreakGlassGround.choices)
    reason = SealedTextField(longest=REASON_LIMIT)
    needs_approval = models.BooleanField(help_text="An operator's use is approved by a second person first.")
    asked_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended early by who opened it.")
    review_due_on = models.DateField(help_text="Last day of its review.")
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=13, choices=BreakGlassVerdict.choices, blank=True)
    review_note = SealedTextField(longest=REASON_LIMIT, null=True)

    class Meta:
        ordering = ["-asked_at"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["person", "opened_at"], name="break_glass_person_opened"),
            models.Index(
                fields=["council", "review_due_on"],
                condition=Q(reviewed_at__isnull=True),
                name="break_glass_unreviewed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="break_glass_approval_is_whole",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(needs_approval=True, approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="break_glass_opens_once_approved",
                condition=Q(opened_at__isnull=True) | Q(needs_approval=False) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="break_glass_is_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("person")),
            ),
            models.CheckConstraint(
                name="break_glass_review_is_whole",
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, verdict="")
                | (
                    Q(reviewed_by__isnull=False, reviewed_at__isnull=False, opened_at__isnull=False)
                    & ~Q(verdict="")
                ),
            ),
            models.CheckConstraint(
                name="break_glass_is_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True)
                | (
                    ~Q(reviewed_by=F("person"))
                    & (Q(approved_by__isnull=True) | ~Q(reviewed_by=F("approved_by")))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How an e-mail names it: it says nothing of the case (rule 14 of the product)."""
        return f"B-{self.pk.hex[-6:].upper()}"
