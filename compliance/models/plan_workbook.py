"""A plan's sheet that came back and waits for the person's word."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from compliance.models.plans import ActionPlan
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class PlanUpload(CouncilOwned):
    """The rows of a sheet that somebody changed, tied to the person who sent it.

    Only a sheet without a problem is kept, and of it only the rows that differ from what went out. Until it
    is confirmed it changes nothing, and it expires.
    """

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0, help_text="How many actions it changed.")

    class Meta:
        indexes = [models.Index(fields=["council", "person", "created_at"], name="plan_upload_person")]

    def __str__(self) -> str:
        return self.file_name
