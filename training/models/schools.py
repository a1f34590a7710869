"""What a council knows of the training of the schools and settings in its area."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import SchoolMeasure, SchoolPhase, SchoolState


class SchoolDetail(CouncilOwned):
    """The phase and the area of a school, by which a council narrows its list."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    phase = models.CharField(max_length=12, choices=SchoolPhase.choices, blank=True)
    area = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["council", "organisation"], name="school_detail_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.phase} {self.area}"


class SchoolTraining(CouncilOwned):
    """What was known of one measure in one school from a moment on. The latest counts; none is changed.

    A school without a row is unknown, which is neither trained nor untrained (rule 10 of the product).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=12, choices=SchoolMeasure.choices)
    state = models.CharField(max_length=12, choices=SchoolState.choices)
    trained_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(
                fields=["council", "measure", "organisation", "-recorded_at"], name="school_training_latest"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="school_trained_has_a_date",
                condition=Q(state="trained", trained_on__isnull=False)
                | (~Q(state="trained") & Q(trained_on__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.measure} {self.state}"
