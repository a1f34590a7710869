"""The local risk register: OFFICIAL-SENSITIVE, read by a named audience only (L3).

Every table here has a second wall beside the council's: restrictive row-level-security policies that the
database derives from the person of the transaction and the audience (migrations/0011_wall_risks.py). Of a
risk on whose audience a person is not, nothing exists for them. One table is open to the council's readers:
:class:`RiskSummary`, as far as it has been approved for publication.
"""

from __future__ import annotations

import secrets
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import (
    Impact,
    Likelihood,
    RiskDirection,
    RiskSourceKind,
    RiskStatus,
    SummaryState,
)
from compliance.models.plans import Action
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned

THEME_LIMIT = 120
DESCRIPTION_LIMIT = 4_000
NOTE_LIMIT = 1_000
SUMMARY_LIMIT = 1_500

# Without letters and digits that are mistaken for one another when read aloud.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a random reference such as ``R-7Q4MZ``: it says nothing, not even how many there are."""
    return "R-" + "".join(secrets.choice(_ALPHABET) for _ in range(5))


class _Scored(models.Model):
    """Likelihood, impact and the score, which the database multiplies itself: it is never out of step."""

    likelihood = models.PositiveSmallIntegerField(choices=Likelihood.choices)
    impact = models.PositiveSmallIntegerField(choices=Impact.choices)
    score = models.GeneratedField(
        expression=F("likelihood") * F("impact"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    direction = models.CharField(max_length=8, choices=RiskDirection.choices)

    class Meta:
        abstract = True


class RiskQuerySet(models.QuerySet["Risk"]):
    def open(self) -> RiskQuerySet:
        """Risks that are still looked after."""
        return self.filter(status=RiskStatus.OPEN)


class Risk(_Scored, CouncilOwned):
    """One local risk: a theme and what it means here. No name of a person of concern, no intelligence.

    There is no field in which intelligence could be told: what informs a risk is a kind and a date
    (:class:`RiskSource`). Every save carries the declaration of rule 7 of the product (s.38(4)-(5)).
    """

    reference = models.CharField(max_length=7, default=new_reference, editable=False)
    theme = models.CharField(max_length=THEME_LIMIT)
    description = models.TextField(max_length=DESCRIPTION_LIMIT)
    assessed_on = models.DateField(help_text="Day of the newest assessment.")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    review_on = models.DateField()
    status = models.CharField(max_length=6, choices=RiskStatus.choices, default=RiskStatus.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.TextField(blank=True, max_length=NOTE_LIMIT)
    version = models.PositiveIntegerField(default=1)
    no_intelligence_declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    no_intelligence_declared_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "reference"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["council", "status", "-score"], name="risk_council_status_score"),
            models.Index(
                fields=["council", "owner", "status", "review_on"], name="risk_council_owner_review"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "reference"], name="risk_reference_is_unique"),
            models.CheckConstraint(
                name="risk_is_scored_1_to_5",
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="risk_closed_has_day_and_reason",
                condition=Q(status="open", closed_on__isnull=True, closed_reason="")
                | (Q(status="closed", closed_on__isnull=False) & ~Q(closed_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status == RiskStatus.OPEN

    def is_review_overdue(self, on: date) -> bool:
        """Whether the risk is open and its review date has passed."""
        return self.is_open and self.review_on < on


class RiskAssessment(_Scored, CouncilOwned):
    """One assessment of a risk: likelihood, impact and direction on a day, and why. Append-only."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="assessments")
    assessed_on = models.DateField()
    note = models.TextField(max_length=NOTE_LIMIT)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-assessed_on", "-at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "risk", "-at"], name="risk_assessment_risk_at")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="risk_assessment_token_once"),
            models.CheckConstraint(
                name="risk_assessment_is_scored_1_to_5",
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} on {self.assessed_on}"


class RiskSource(CouncilOwned):
    """What informs a risk, as a kind and a date and never as content (s.38(4)-(5), rule 7 of the product)."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=12, choices=RiskSourceKind.choices)
    dated_on = models.DateField()

    class Meta:
        ordering = ["kind"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["council", "risk", "kind"], name="risk_source_once_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.dated_on}"


class RiskAction(CouncilOwned):
    """An action of a plan that answers to a risk."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="linked_actions")
    action = models.ForeignKey(Action, models.CASCADE, related_name="linked_risks")
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["council", "action"], name="risk_action_council_action")]
        constraints = [
            models.UniqueConstraint(fields=["council", "risk", "action"], name="risk_action_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} and {self.action_id}"


class RiskReaderQuerySet(models.QuerySet["RiskReader"]):
    def live(self, on: date | None = None) -> RiskReaderQuerySet:
        """Places on an audience that are held on a day (today unless told). The last day counts."""
        day = on or timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, ended_at__isnull=True
        )


class RiskReader(CouncilOwned):
    """A person's place on the audience of the whole register, or of one risk, from a date to a date.

    A trigger keeps what was granted; a place can be ended and nothing else of it changes. Nobody gives a
    place to themselves, save whoever writes a risk down, on that risk.
    """

    risk = models.ForeignKey(
        Risk, models.CASCADE, null=True, blank=True, related_name="readers",
        help_text="Empty: the whole register.",
    )  # fmt: skip
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on the audience.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended at once, at this moment.")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    objects = RiskReaderQuerySet.as_manager()

    class Meta:
        ordering = ["granted_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "person", "risk"], name="risk_reader_person_risk")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "risk", "person"],
                condition=Q(risk__isnull=False, ended_at__isnull=True),
                name="risk_reader_once_per_risk",
            ),
            models.UniqueConstraint(
                fields=["council", "person"],
                condition=Q(risk__isnull=True, ended_at__isnull=True),
                name="risk_reader_once_per_register",
            ),
            models.CheckConstraint(
                name="risk_reader_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="risk_register_place_is_given_by_another",
                condition=Q(risk__isnull=False) | ~Q(person=F("granted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.risk_id or 'the register'}"


class RiskSummary(CouncilOwned):
    """Words about a risk that may be published, apart from the restricted description.

    Proposed by one person of the audience, approved by another (OP-6); only then does anybody else see it. A
    trigger keeps the words: other words are another proposal.
    """

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="summaries")
    heading = models.CharField(max_length=THEME_LIMIT)
    text = models.TextField(max_length=SUMMARY_LIMIT)
    state = models.CharField(max_length=9, choices=SummaryState.choices, default=SummaryState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "state"], name="risk_summary_council_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "risk"],
                condition=Q(state="approved"),
                name="risk_summary_one_approved",
            ),
            models.UniqueConstraint(
                fields=["council", "risk"],
                condition=Q(state="proposed"),
                name="risk_summary_one_proposed",
            ),
            models.CheckConstraint(
                name="risk_summary_states_have_their_people",
                condition=Q(state="proposed", approved_by__isnull=True, withdrawn_by__isnull=True)
                | Q(
                    state="approved",
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    withdrawn_by__isnull=True,
                )
                | Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="risk_summary_is_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.state}"
