"""The picture of a council: what its overview says, worked out once for all readers and kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from prevent_portal.tenancy.models import CouncilOwned


class CouncilPosition(CouncilOwned):
    """The picture of a council as it stands. One row, made anew when something was recorded since.

    ``parts`` holds what each room said, by the name of its part, for no reader in particular; who sees which
    is asked when it is shown.
    """

    as_at = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    head = models.CharField(max_length=60, help_text="Newest event of the council's trail, at the making.")
    parts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["council"], name="position_once_per_council")]

    def __str__(self) -> str:
        return f"{self.council_id} as at {self.as_at}"


class KeptPosition(CouncilOwned):
    """The picture of a council at the end of a quarter.

    Append-only: nothing that is put right later changes what was seen.
    """

    quarter_end = models.DateField()
    kept_at = models.DateTimeField(default=timezone.now)
    worked_out = models.BooleanField(
        default=False, help_text="Made long after the quarter, from the rows that carry dates alone."
    )
    parts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "quarter_end"], name="position_kept_once_per_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.council_id} on {self.quarter_end}"
