"""Requests to move an action's due date. One person asks, another decides (OP-6)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import ExtensionState
from compliance.models.plans import Action
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ExtensionRequest(CouncilOwned):
    """Somebody asks for a later date, with a reason. Once decided or taken back, a trigger keeps it so."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=10, choices=ExtensionState.choices, default=ExtensionState.OPEN)
    due_on = models.DateField(help_text="The date in force when it was asked.")
    wished_on = models.DateField(help_text="The date that is asked for.")
    reason = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_on = models.DateField(null=True, help_text="The date approved: the wished one or an earlier.")
    note = models.TextField(blank=True, help_text="What the approver said.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["council", "action", "-asked_at"], name="extension_council_action"),
            models.Index(
                fields=["council", "asked_at"], condition=Q(state="open"), name="extension_council_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "action"], condition=Q(state="open"), name="extension_one_open_per_action"
            ),
            models.UniqueConstraint(fields=["council", "token"], name="extension_token_is_used_once"),
            models.CheckConstraint(
                name="extension_decided_by_somebody_else",
                condition=Q(state__in=["open", "withdrawn"], decided_by__isnull=True)
                | (
                    Q(state__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
            ),
            models.CheckConstraint(
                name="extension_approved_has_its_date",
                condition=Q(state="approved", granted_on__isnull=False)
                | (~Q(state="approved") & Q(granted_on__isnull=True)),
            ),
            models.CheckConstraint(name="extension_asks_for_later", condition=Q(wished_on__gt=F("due_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} to {self.wished_on}"

    @property
    def is_open(self) -> bool:
        return self.state == ExtensionState.OPEN
