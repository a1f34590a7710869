"""Agreements about information, what sharing it risks, and promises to keep it confidential."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from partnerships.enums import AcknowledgementScope, LegalBasis, ResidualRisk
from partnerships.models.organisations import Organisation
from partnerships.models.registers import RegisterEntry
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class Agreement(RegisterEntry):
    """An information-sharing agreement between organisations."""

    purpose = models.TextField(max_length=2000)
    legal_basis = models.CharField(max_length=24, choices=LegalBasis.choices)
    legal_power = models.CharField(max_length=200, blank=True, help_text="The duty or power relied on.")
    signed_on = models.DateField(null=True, blank=True)


class AgreementParty(CouncilOwned):
    """One organisation that is a party to an agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.agreement_id}"


class ImpactAssessment(RegisterEntry):
    """A data protection impact assessment (Article 35 of the UK GDPR)."""

    processing = models.TextField(max_length=2000)
    residual_risk = models.CharField(max_length=10, choices=ResidualRisk.choices)
    advice = models.TextField(max_length=2000, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_on = models.DateField(null=True, blank=True)


class Acknowledgement(RegisterEntry):
    """A person's dated promise to keep confidential what they learn, for a time.

    Where it covers Channel, the person's access to Channel rests on it.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    covers = models.CharField(
        max_length=12, choices=AcknowledgementScope.choices, default=AcknowledgementScope.CHANNEL
    )

    class Meta(RegisterEntry.Meta):
        constraints = [
            *RegisterEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["council", "person", "covers"],
                condition=Q(past_of__isnull=True, withdrawn_on__isnull=True),
                name="acknowledgement_once_per_person",
            ),
            models.CheckConstraint(
                name="acknowledgement_is_dated",
                condition=Q(starts_on__isnull=False, ends_on__isnull=False),
            ),
        ]
