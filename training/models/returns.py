"""Returns, who may see them, what a council says of them, and which it waits for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id
from training.enums import PeriodKind, Reported, ReturnState
from training.models.courses import Course


class TrainingReturn(models.Model):
    """What an organisation sent for a course, a group of staff and a period. Superseded, never changed.

    A council-specific return carries its ``council`` and is that council's; a trust-wide one carries none,
    belongs to the organisation and is shared whole through :class:`ReturnGrant`. A correction is a new
    ``version``; the old one stays and points to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=80, help_text='Whose staff, in words: "Barnet-based staff".')
    period_kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    reported = models.CharField(max_length=10, choices=Reported.choices, default=Reported.FIGURES)
    eligible = models.PositiveIntegerField(null=True, blank=True)
    compliant = models.PositiveIntegerField(null=True, blank=True)
    sessions = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    source_name = models.CharField(max_length=200, blank=True, help_text="The file it came from.")
    source_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["organisation", "course", "scope", "period_to", "version"]
        indexes = [
            models.Index(fields=["council", "period_to"], name="return_council_period"),
            models.Index(fields=["organisation", "period_to"], name="return_organisation_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organisation", "course", "period_from", "period_to", "version"],
                name="return_version_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["council", "organisation", "course", "period_from", "period_to"],
                condition=Q(is_current=True),
                name="return_current_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="return_superseded_is_not_current",
                condition=Q(is_current=True, superseded_by__isnull=True) | Q(is_current=False),
            ),
            models.CheckConstraint(
                name="return_period_ends_after_it_starts", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="return_figures_agree",
                condition=Q(
                    reported=Reported.FIGURES,
                    eligible__gt=0,
                    compliant__isnull=False,
                    compliant__lte=F("eligible"),
                )
                | Q(reported=Reported.NIL, eligible=0, compliant=0)
                | Q(reported=Reported.UNKNOWN, compliant__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.course_id}, {self.period_from} to {self.period_to}"


class ReturnGrant(models.Model):
    """An organisation shares its trust-wide returns, whole, with a council it serves.

    The grant covers what is submitted from its first to its last day. Ended, it ends for the future: what the
    council received before, it keeps.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="return_grants")
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day whose submissions are shared.")
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["council", "organisation"], name="return_grant_council")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "council"],
                condition=Q(ends_on__isnull=True),
                name="return_grant_open_once",
            ),
            models.CheckConstraint(
                name="return_grant_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} to {self.council_id}"


class ReturnReview(CouncilOwned):
    """A council's word on a return it sees: accepted, or queried with a comment. The latest counts.

    It is the council's row and not the return's: one council's query does not touch what another accepted.
    """

    training_return = models.ForeignKey(TrainingReturn, models.PROTECT, related_name="reviews")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.label) for s in (ReturnState.QUERIED, ReturnState.ACCEPTED)]
    )
    comment = models.TextField(blank=True, max_length=2000)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["reviewed_at", "pk"]
        indexes = [models.Index(fields=["council", "training_return"], name="return_review_of")]
        constraints = [
            models.CheckConstraint(
                name="return_query_has_a_comment",
                condition=Q(state=ReturnState.ACCEPTED) | ~Q(comment=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.training_return_id}: {self.state}"


class ReviewAnswer(CouncilOwned):
    """What an organisation answers to a council's query, where its figures are right as they are."""

    review = models.ForeignKey(ReturnReview, models.PROTECT, related_name="answers")
    text = models.TextField(max_length=2000)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["answered_at", "pk"]
        indexes = [models.Index(fields=["council", "review"], name="review_answer_of")]
        constraints = [models.CheckConstraint(name="review_answer_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.text[:40]}"


class ExpectedReturn(CouncilOwned):
    """That a council waits for a return each quarter, so that a missing one can be named (rule 10)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    council_staff_only = models.BooleanField(
        default=False, help_text="The return is about staff based in the council's area, not the whole trust."
    )
    starts_on = models.DateField(help_text="First day of the first quarter that is expected.")
    ends_on = models.DateField(
        null=True, blank=True, help_text="Last day of the last quarter that is expected."
    )
    days_to_return = models.PositiveSmallIntegerField(
        default=28, help_text="Due so many days after the quarter."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organisation", "course", "starts_on"], name="expected_return_once"
            ),
            models.CheckConstraint(
                name="expected_return_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.course_id} from {self.starts_on}"
