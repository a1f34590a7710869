"""Consent to support, step by step (RC-1)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.case_choices import ENDED_CONSENT, ConsentGiver
from channel.enums import ConsentToSupport
from channel.models.cases import ChannelCase
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned

_ENDED = sorted(ENDED_CONSENT)


class ConsentStep(CouncilOwned):
    """One step of consent to support: asked, given, refused or withdrawn, by whom. Append-only.

    The database checks that a step may follow the last one, and carries its state to the case; so the case
    cannot say anything else than its last step. It is not the lawful basis of processing (rule 4).
    """

    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="consent_steps")
    position = models.PositiveIntegerField(default=0, help_text="Set by the database: 1 for the first step.")
    state = models.CharField(max_length=12, choices=ConsentToSupport.choices)
    dated = models.DateField()
    by_whom = models.CharField(max_length=8, choices=ConsentGiver.choices)
    under_18 = models.BooleanField()
    capacity_considered = models.BooleanField(default=False)
    reassess_on = models.DateField(
        null=True, blank=True, help_text="Day of the further assessment after a refusal or withdrawal."
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="consent_step_has_one_place"),
            models.CheckConstraint(
                name="consent_step_is_a_step", condition=~Q(state=ConsentToSupport.NOT_ASKED)
            ),
            models.CheckConstraint(
                name="consent_considers_capacity",
                condition=~Q(state=ConsentToSupport.GIVEN) | Q(capacity_considered=True),
            ),
            models.CheckConstraint(
                name="consent_under_18_is_a_guardians",
                condition=~Q(state=ConsentToSupport.GIVEN)
                | Q(under_18=True, by_whom=ConsentGiver.GUARDIAN)
                | Q(under_18=False, by_whom=ConsentGiver.PERSON),
            ),
            models.CheckConstraint(
                name="consent_of_an_adult_is_their_own",
                condition=Q(under_18=True) | Q(by_whom=ConsentGiver.PERSON),
            ),
            models.CheckConstraint(
                name="consent_end_sets_an_assessment",
                condition=Q(state__in=_ENDED, reassess_on__isnull=False, reassess_on__gte=F("dated"))
                | ~Q(state__in=_ENDED) & Q(reassess_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.case_id}"
