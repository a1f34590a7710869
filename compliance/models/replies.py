"""Answers of the API that a client may ask for again (API-1)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class KeptReply(CouncilOwned):
    """The answer to a create that carried an idempotency key, so that a repeat creates nothing."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the body it was sent with.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "user", "route", "key"], name="reply_kept_once_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
