"""Audits of partner organisations, such as the safeguarding audit under section 11, and what they found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.models.links import CouncilOrganisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class PartnerAudit(CouncilOwned):
    """An audit of one organisation by or for the partnership: when, of what kind, with what result."""

    link = models.ForeignKey(CouncilOrganisation, models.PROTECT, related_name="audits")
    kind = models.CharField(max_length=20, choices=AuditKind.choices)
    title = models.CharField(max_length=160, blank=True, help_text="Its name, where the kind is not enough.")
    audited_on = models.DateField()
    carried_out_by = models.CharField(max_length=120, blank=True)
    result = models.CharField(max_length=20, choices=AuditResult.choices, default=AuditResult.AWAITED)
    summary = models.TextField(blank=True)
    next_due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-audited_on", "pk"]
        indexes = [models.Index(fields=["council", "link", "-audited_on"], name="partner_audit_council_link")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="partner_audit_token_is_used_once"),
            models.CheckConstraint(
                name="partner_audit_next_is_later",
                condition=Q(next_due_on__isnull=True) | Q(next_due_on__gt=models.F("audited_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class AuditFinding(CouncilOwned):
    """One finding of an audit. It is open until somebody says what was done about it.

    ``action_id`` is the plan action that arose from it; the room of plans keeps the action itself.
    """

    audit = models.ForeignKey(PartnerAudit, models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    closing_words = models.CharField(max_length=500, blank=True)
    action_id = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["audit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="audit_finding_number_is_unique"),
            models.UniqueConstraint(
                fields=["council", "action_id"],
                condition=Q(action_id__isnull=False),
                name="audit_finding_action_is_its_own",
            ),
            models.CheckConstraint(name="audit_finding_has_a_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="audit_finding_closed_says_how",
                condition=Q(state="open", closed_on__isnull=True, closing_words="")
                | (Q(state="closed", closed_on__isnull=False) & ~Q(closing_words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:60]}"
