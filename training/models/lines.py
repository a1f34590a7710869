"""What counts as a change that a council wants to be told of."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned

DEFAULT_POINTS = Decimal("5.0")
"""Where a council has set nothing."""


class LineSetting(CouncilOwned):
    """By how many percentage points a return must move before an automatic line names it."""

    points = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=DEFAULT_POINTS,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(100)],
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council"], name="line_setting_once_per_council"),
            models.CheckConstraint(
                name="line_setting_is_a_share", condition=Q(points__gt=0) & Q(points__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} points"
