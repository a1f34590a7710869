"""Who may act for an organisation, as each council vouches for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models.links import CouncilOrganisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ActingPersonQuerySet(models.QuerySet["ActingPerson"]):
    def live(self) -> ActingPersonQuerySet:
        """Whom the councils vouch for now."""
        return self.filter(ended_at__isnull=True)


class ActingPerson(CouncilOwned):
    """A council vouches that a person acts for an organisation it has linked, until it says that they do not.

    Each council vouches for itself: what one says opens nothing in another, and what one takes back stays
    with the others. Guardian's grant on the organisation follows these rows in the database.
    """

    link = models.ForeignKey(CouncilOrganisation, models.PROTECT, related_name="acting_people")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField(default=timezone.now)
    allowed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ActingPersonQuerySet.as_manager()

    class Meta:
        ordering = ["allowed_at", "pk"]
        indexes = [models.Index(fields=["council", "user"], name="acting_person_council_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "link", "user"],
                condition=Q(ended_at__isnull=True),
                name="acting_person_vouched_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.link_id}"
