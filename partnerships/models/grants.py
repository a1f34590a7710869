"""Grants, their allowable heads, and the quarterly claims in arrears. Money is pounds and pence, exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships.enums import ClaimState, ClaimStepKind
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


def _money(**options: Any) -> models.DecimalField[Decimal, Decimal]:
    """Pounds and pence, up to £9,999,999,999.99."""
    return models.DecimalField(max_digits=12, decimal_places=2, **options)


class Grant(CouncilOwned):
    """Money promised for a time and for named heads, claimed in arrears after each quarter.

    ``awarded`` is what the agreement says; the heads add up to it exactly, which the service keeps.
    """

    title = models.CharField(max_length=160)
    funder = models.CharField(max_length=160)
    reference = models.CharField(max_length=80, blank=True, help_text="Of the grant agreement.")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day on which spending is allowed.")
    awarded = _money()
    days_to_claim = models.PositiveSmallIntegerField(
        default=28, help_text="Days after a quarter by which its claim is due."
    )
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts_on", "title"]
        indexes = [models.Index(fields=["council", "-starts_on"], name="grant_council_start")]
        constraints = [
            models.UniqueConstraint(
                F("council"), Lower("title"), F("starts_on"), name="grant_title_is_unique_in_council"
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(name="grant_awards_something", condition=Q(awarded__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether anything can still be claimed."""
        return self.closed_on is None


class GrantHead(CouncilOwned):
    """What a grant may be spent on, and up to how much."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="heads")
    name = models.CharField(max_length=120)
    allowed = _money()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(F("council"), F("grant"), Lower("name"), name="grant_head_is_named_once"),
            models.CheckConstraint(name="grant_head_allows_no_negative", condition=Q(allowed__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class Claim(CouncilOwned):
    """What is claimed for one quarter of a grant, or the part of it that lies in the grant's time.

    Figures change while it is a draft or queried; each time it is submitted they are kept as a step.
    """

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="claims")
    period_from = models.DateField()
    period_to = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.DRAFT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["period_to"]
        indexes = [
            models.Index(
                fields=["council", "due_on"],
                condition=Q(state__in=["draft", "queried"]),
                name="claim_council_to_submit",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "grant", "period_to"], name="claim_once_per_quarter"),
            models.CheckConstraint(
                name="claim_is_in_arrears",
                condition=Q(period_to__gte=F("period_from"), due_on__gt=F("period_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_from} to {self.period_to}"

    @property
    def may_change(self) -> bool:
        """Whether its figures can be written: not while the funder has it, nor once it is paid."""
        return self.state in (ClaimState.DRAFT, ClaimState.QUERIED)

    def is_over(self, today: date) -> bool:
        """Whether the quarter has ended, so that it can be claimed in arrears."""
        return self.period_to < today

    def is_overdue(self, today: date) -> bool:
        """Whether it should be with the funder and is not."""
        return self.may_change and self.due_on < today


class ClaimLine(CouncilOwned):
    """What is claimed under one head as it stands now. A head without a line has no figure yet: not zero."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    head = models.ForeignKey(GrantHead, models.PROTECT, related_name="lines")
    amount = _money()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "claim", "head"], name="claim_line_once_per_head"),
            models.CheckConstraint(name="claim_line_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.head_id}: {self.amount}"


class ClaimStep(CouncilOwned):
    """What happened to a claim. Never changes: a claim that is submitted again is another step."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=ClaimStepKind.choices)
    number = models.PositiveSmallIntegerField(help_text="Which submission of the claim it is about.")
    happened_on = models.DateField()
    amount = _money(null=True, help_text="Claimed in all, or paid.")
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["council", "claim", "recorded_at"], name="claim_step_council_claim")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "claim", "number", "kind"], name="claim_step_once_per_submission"
            ),
            models.CheckConstraint(
                name="claim_step_has_its_amount",
                condition=Q(kind="queried", amount__isnull=True)
                | (~Q(kind="queried") & Q(amount__isnull=False, amount__gte=Decimal(0))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ClaimStepLine(CouncilOwned):
    """What was submitted under one head, with the head's name as it was."""

    step = models.ForeignKey(ClaimStep, models.CASCADE, related_name="lines")
    head = models.ForeignKey(GrantHead, models.PROTECT, related_name="+")
    head_name = models.CharField(max_length=120)
    amount = _money()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "step", "head"], name="claim_step_line_once_per_head"),
        ]

    def __str__(self) -> str:
        return f"{self.head_name}: {self.amount}"
