"""Whom to call at an organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models.links import CouncilOrganisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class Contact(CouncilOwned):
    """A person at an organisation whom the council calls or writes to; they need no account.

    Kept only as long as it is of use: it is deleted when the person leaves.
    """

    link = models.ForeignKey(CouncilOrganisation, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    about = models.CharField(max_length=200, blank=True, help_text="What to call them about.")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["council", "link"], name="contact_council_link")]
        constraints = [
            models.CheckConstraint(name="contact_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="contact_can_be_reached", condition=~Q(email="") | ~Q(telephone="")),
        ]

    def __str__(self) -> str:
        return self.name
