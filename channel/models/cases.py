"""Restricted case summaries, with a random reference and nothing that names a person."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.enums import READ_CASE, SUMMARY_LIMIT, ConsentToSupport, LawfulBasis, SourceSector
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.tenancy.models import Council, CouncilOwned

# Without letters and digits that are mistaken for one another when read aloud at a meeting.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a random reference such as ``K7Q4-MZ2R``: it says nothing about the case, not even its age."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class ChannelCase(SealedRow, CouncilOwned):
    """A short summary that proves the panel did its work. It identifies nobody and holds no intelligence.

    There is no field for a name, initials, a date of birth or an address, and the summary is screened for
    them (policies.py); at rest it is ciphertext, under a key of this case alone. Consent to support and the
    lawful basis are two fields (rule 4 of the product).
    """

    sealed_noun = "case"

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    referred_on = models.DateField(null=True, blank=True)
    screened_on = models.DateField(null=True, blank=True)
    first_panel_on = models.DateField(null=True, blank=True)
    support_started_on = models.DateField(null=True, blank=True)
    exited_on = models.DateField(null=True, blank=True)
    residence = models.ForeignKey(
        Council, models.PROTECT, related_name="+", help_text="The lower-tier council of residence."
    )
    police_area = models.CharField(max_length=80)
    source_sector = models.CharField(max_length=24, choices=SourceSector.choices)
    summary = SealedTextField(longest=SUMMARY_LIMIT)
    consent_to_support = models.CharField(
        max_length=12, choices=ConsentToSupport.choices, default=ConsentToSupport.NOT_ASKED
    )
    lawful_basis = models.CharField(
        max_length=20, choices=LawfulBasis.choices, default=LawfulBasis.PUBLIC_TASK
    )
    no_intelligence_declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    no_intelligence_declared_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["reference"]
        # No add, change, delete or view permission exists: a grant on the whole table cannot be given.
        default_permissions = ()
        permissions = [(READ_CASE, "Read one case summary")]
        constraints = [
            models.UniqueConstraint(fields=["council", "reference"], name="case_reference_is_unique"),
            models.CheckConstraint(
                name="case_support_starts_with_consent",
                condition=Q(support_started_on__isnull=True)
                | Q(consent_to_support__in=[ConsentToSupport.GIVEN, ConsentToSupport.WITHDRAWN]),
            ),
            models.CheckConstraint(
                name="case_exits_after_referral",
                condition=Q(exited_on__isnull=True)
                | Q(referred_on__isnull=True)
                | Q(exited_on__gte=F("referred_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
