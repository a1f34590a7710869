"""Restricted case summaries, with a random reference and nothing that names a person."""

from __future__ import annotations

import secrets
from itertools import combinations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.case_choices import (
    NATIONAL_REFERENCE_LIMIT,
    OWNER_LIMIT,
    CareConsidered,
    Outcome,
    PartnerKind,
    SupportState,
)
from channel.categories import AGE_BANDS, CONCERNS, CURRENT_EDITION, EDITION_CHOICES, SUSCEPTIBILITIES
from channel.enums import READ_CASE, SUMMARY_LIMIT, ConsentToSupport, LawfulBasis, SourceSector
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.tenancy.models import Council, CouncilOwned

# Without letters and digits that are mistaken for one another when read aloud at a meeting.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

STAGES = {
    "referred_on": "Referral",
    "screened_on": "Screening",
    "first_panel_on": "First panel",
    "support_started_on": "Support started",
    "exited_on": "Exit",
}
"""The dates of a case in the order that they must keep, with their words."""


def new_reference() -> str:
    """Return a random reference such as ``K7Q4-MZ2R``: it says nothing about the case, not even its age."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _in_order() -> Q:
    """Every date of a stage that is there lies on or after every earlier one."""
    ordered = Q()
    for earlier, later in combinations(STAGES, 2):
        absent = Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__isnull": True})
        ordered &= absent | Q(**{f"{later}__gte": F(earlier)})
    return ordered


class ChannelCase(SealedRow, CouncilOwned):
    """A short summary that proves the panel did its work. It identifies nobody and holds no intelligence.

    There is no field for a name, initials, a date of birth or an address, and the summary is screened for
    them (policies/cases.py); at rest it is ciphertext, under a key of this case alone, and so is the
    reference of the national record, because it leads to the person there. Consent to support and the lawful
    basis are two fields (rule 4 of the product). Consent changes by the steps of models/consent.py alone: the
    database refuses any other way, and refuses support in place without consent given.
    """

    sealed_noun = "case"

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    national_reference = SealedTextField(null=True, longest=NATIONAL_REFERENCE_LIMIT)
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
    category_edition = models.CharField(max_length=8, choices=EDITION_CHOICES, default=CURRENT_EDITION)
    concern = models.CharField(max_length=24, choices=CONCERNS, blank=True)
    susceptibilities = ArrayField(
        models.CharField(max_length=24, choices=SUSCEPTIBILITIES), default=list, blank=True
    )
    age_band = models.CharField(max_length=12, choices=AGE_BANDS, blank=True)
    partners_involved = ArrayField(
        models.CharField(max_length=16, choices=PartnerKind.choices), default=list, blank=True
    )
    summary = SealedTextField(longest=SUMMARY_LIMIT)
    consent_to_support = models.CharField(
        max_length=12, choices=ConsentToSupport.choices, default=ConsentToSupport.NOT_ASKED
    )
    lawful_basis = models.CharField(
        max_length=20, choices=LawfulBasis.choices, default=LawfulBasis.PUBLIC_TASK
    )
    plan_agreed_on = models.DateField(
        null=True, blank=True, help_text="The day of the support plan: none, no plan."
    )
    support_state = models.CharField(
        max_length=12, choices=SupportState.choices, default=SupportState.NOT_STARTED
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    care_considered = models.CharField(
        max_length=12,
        choices=CareConsidered.choices,
        blank=True,
        help_text="Health or social care, on an exit without support (section 36(6)).",
    )
    owner_now = SealedTextField(null=True, longest=OWNER_LIMIT)
    earlier_case = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="later_cases",
        help_text="The closed case of a person who was referred again.",
    )
    no_intelligence_declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    no_intelligence_declared_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["reference"]
        # No add, change, delete or view permission exists: a grant on the whole table cannot be given.
        default_permissions = ()
        permissions = [(READ_CASE, "Read one case summary")]
        constraints = [
            models.UniqueConstraint(fields=["council", "reference"], name="case_reference_is_unique"),
            models.CheckConstraint(name="case_stages_in_order", condition=_in_order()),
            models.CheckConstraint(
                name="case_support_needs_consent",
                condition=~Q(support_state=SupportState.IN_PLACE)
                | Q(consent_to_support=ConsentToSupport.GIVEN),
            ),
            models.CheckConstraint(
                name="case_support_has_its_first_day",
                condition=Q(support_state=SupportState.NOT_STARTED, support_started_on__isnull=True)
                | Q(
                    support_state__in=[SupportState.IN_PLACE, SupportState.STOPPED],
                    support_started_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="case_support_follows_a_plan",
                condition=Q(support_started_on__isnull=True)
                | Q(plan_agreed_on__isnull=False, plan_agreed_on__lte=F("support_started_on")),
            ),
            models.CheckConstraint(
                name="case_exit_has_an_outcome",
                condition=Q(exited_on__isnull=True, outcome="", care_considered="")
                | Q(exited_on__isnull=False, outcome__in=Outcome.values)
                & ~Q(support_state=SupportState.IN_PLACE),
            ),
            models.CheckConstraint(
                name="case_completed_support_was_given",
                condition=~Q(outcome=Outcome.COMPLETED) | Q(support_started_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_exit_considers_care",
                condition=Q(exited_on__isnull=True)
                | Q(care_considered__in=CareConsidered.values)
                | Q(outcome=Outcome.COMPLETED)
                | Q(outcome=Outcome.TRANSFERRED, support_started_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_transfer_has_an_owner",
                condition=Q(outcome=Outcome.TRANSFERRED, owner_now__isnull=False)
                | ~Q(outcome=Outcome.TRANSFERRED) & Q(owner_now__isnull=True),
            ),
            models.CheckConstraint(
                name="case_categories_are_known",
                condition=Q(
                    susceptibilities__contained_by=[code for code, _ in SUSCEPTIBILITIES],
                    partners_involved__contained_by=PartnerKind.values,
                    concern__in=["", *(code for code, _ in CONCERNS)],
                    age_band__in=["", *(code for code, _ in AGE_BANDS)],
                    category_edition__in=[code for code, _ in EDITION_CHOICES],
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_closed(self) -> bool:
        return self.exited_on is not None
