"""What the Home Office designates a council as, and the national threat level: each dated, with its source.

A row holds until the next one begins, so two can never be in force at once; two from one day are refused by
the database. Before the first row nothing is known, which is not the same as "not designated".
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.enums import DatePrecision, DesignationKind, ThreatLevelName
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned, new_id
from prevent_portal.web.dates import british_date


class Designation(CouncilOwned):
    """A funding designation of the council's area from a day on. Councils know and record their own."""

    kind = models.CharField(max_length=12, choices=DesignationKind.choices)
    starts_on = models.DateField()
    precision = models.CharField(
        max_length=6, choices=DatePrecision.choices, default=DatePrecision.DAY,
        help_text="How exactly the source tells the day.",
    )  # fmt: skip
    source = models.CharField(max_length=300)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["council", "starts_on"], name="designation_one_from_a_day"),
            models.CheckConstraint(name="designation_has_its_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} since {self.starts_on}"

    @property
    def since(self) -> str:
        """The day, month or year it began, as exactly as the source tells."""
        return dated(self.starts_on, DatePrecision(self.precision))


class ThreatLevel(models.Model):
    """The national threat level from a day on. The same for every council, written by the operator alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    level = models.CharField(max_length=12, choices=ThreatLevelName.choices)
    starts_on = models.DateField(unique=True)
    source = models.CharField(max_length=300)
    source_url = models.URLField(blank=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(name="threat_level_has_its_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.level} since {self.starts_on}"


def dated(day: date, precision: DatePrecision) -> str:
    """31 March 2019, March 2019 or 2019."""
    if precision == DatePrecision.YEAR:
        return str(day.year)
    words = british_date(day)
    return words.partition(" ")[2] if precision == DatePrecision.MONTH else words
