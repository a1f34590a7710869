"""What every register of the partnership keeps about an entry: its owner, its dates and its past terms."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned

MOST_REMIND_DAYS = 730


class RegisterEntry(CouncilOwned):
    """Base of one entry of a register. A register adds the fields that it alone has.

    How it stands is never stored: :func:`partnerships.registers.status.status_of` derives it from the dates.

    Renewing leaves the row and its key in place, so that addresses, evidence and what points here keep
    holding, and first copies the old term into a row of its own with ``past_of``. A past term never changes
    and is never taken away: a trigger keeps it so. Lists show rows without ``past_of``.
    """

    title = models.CharField(max_length=160)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it is in force.")
    review_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True, help_text="First day on which it is not used.")
    remind_days = models.PositiveSmallIntegerField(
        default=42,
        validators=[MaxValueValidator(MOST_REMIND_DAYS)],
        help_text="How many days before its end or review it is shown as due.",
    )
    notes = models.TextField(max_length=2000, blank=True)
    term = models.PositiveSmallIntegerField(default=1)
    past_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="past_terms"
    )
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(null=True, blank=True, editable=False, help_text="Of the form that added it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["title"]
        indexes = [
            models.Index(
                fields=["council", "title"], condition=Q(past_of__isnull=True), name="%(class)s_list"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(fields=["council", "token"], name="%(class)s_sent_once"),
            models.UniqueConstraint(fields=["past_of", "term"], name="%(class)s_past_term_once"),
            models.CheckConstraint(name="%(class)s_term_counts_from_1", condition=Q(term__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How an e-mail names it, which carries no title (rule 14 of the product)."""
        return f"R-{self.pk.hex[-6:].upper()}"
