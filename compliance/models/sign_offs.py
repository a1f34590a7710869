"""Who signs a report, in the council's order, and what exactly each has signed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from compliance.models.reports import Report, ReportVersion
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class SignOff(CouncilOwned):
    """One place in the order of those who sign a report. A signature binds to a version's checksum.

    Position 0 is the author, who hands the report in. Nobody signs twice, so no author signs their own.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="sign_offs")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160, help_text="Office, as the report's audit trail prints it.")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.ForeignKey(ReportVersion, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was signed.")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["council", "person"], name="sign_off_council_person")]
        constraints = [
            models.UniqueConstraint(fields=["council", "report", "position"], name="sign_off_has_its_place"),
            models.UniqueConstraint(
                fields=["council", "report", "signed_by"],
                condition=Q(signed_by__isnull=False),
                name="sign_off_once_per_person",
            ),
            models.CheckConstraint(
                name="sign_off_binds_to_a_version",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, version__isnull=True, sha256="")
                | Q(
                    signed_at__isnull=False,
                    signed_by=F("person"),
                    version__isnull=False,
                )
                & ~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.report_id}"
