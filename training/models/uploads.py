"""Files on their way to becoming returns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ReturnUpload(CouncilOwned):
    """A checked file on its way to becoming returns, tied to the person who sent it, and its receipt after.

    Only a file without a problem is stored, and of it only the checked rows. Until it is confirmed it counts
    for nothing and expires. A file with a problem is never here: its cells wait an hour in Valkey, for the
    person who sent it, to be downloaded with the problems beside them.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(help_text="Which heading of the file was read as what.")
    notices = models.JSONField()
    rows = models.JSONField(help_text="The checked rows.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    receipt = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["council", "person", "created_at"], name="return_upload_person")]
        constraints = [
            models.CheckConstraint(
                name="return_upload_confirmed_with_receipt",
                condition=Q(confirmed_at__isnull=True, receipt__isnull=True)
                | Q(confirmed_at__isnull=False, receipt__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.file_name
