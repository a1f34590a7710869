"""A council's link to an organisation of the directory."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from partnerships.models.organisations import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class CouncilOrganisation(CouncilOwned):
    """A council's link to an organisation that serves its area, for a time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="council_links")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    prevent_lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    executive_lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organisation"], name="organisation_linked_once_per_council"
            ),
            models.CheckConstraint(
                name="organisation_link_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} for {self.council_id}"
