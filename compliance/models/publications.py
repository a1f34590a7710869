"""Final reports that a council publishes at a permanent address, for everybody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from compliance.models.reports import Report, ReportRendition
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class Publication(CouncilOwned):
    """The public edition of a final report, at an address that never changes.

    A correction is published at the same address with the next ``ordinal``; earlier ones stay below it.
    ``content`` is the public edition's tree, so that a public page reads nothing else of the council.
    """

    report = models.OneToOneField(Report, models.PROTECT, related_name="publication")
    rendition = models.OneToOneField(ReportRendition, models.PROTECT, related_name="publication")
    committee_slug = models.SlugField(max_length=80)
    period_slug = models.SlugField(max_length=40)
    ordinal = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    committee = models.CharField(max_length=160)
    period_start = models.DateField()
    period_end = models.DateField()
    correction = models.TextField(blank=True)
    content = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-period_end", "committee", "-ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "committee_slug", "period_slug", "ordinal"],
                name="publication_address_is_unique",
            ),
            models.CheckConstraint(
                name="publication_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.period_slug}"
