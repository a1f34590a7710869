"""Scrutiny reviews, their recommendations, and what became of each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import (
    ExecutiveResponse,
    HearingKind,
    RecommendationEntry,
    RecommendationState,
    ReviewState,
)
from compliance.models.plans import Action
from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ScrutinyReview(CouncilOwned):
    """A review by a scrutiny panel.

    A draft is the officers' own. Presenting it freezes the wording of its recommendations; triggers keep
    its states in order and a closed one as it was.
    """

    title = models.CharField(max_length=200)
    panel = models.CharField(max_length=160)
    municipal_year = models.CharField(
        max_length=20, help_text="Such as 2012/13, or 2012/13 to 2013/14 where it took longer."
    )
    purpose = models.TextField(blank=True, default="")
    began_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True, help_text="When the panel agreed its report.")
    presented_to = models.CharField(max_length=160, blank=True)
    presented_on = models.DateField(null=True, blank=True)
    response_due_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True, help_text="From then every councillor reads it.")
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.DRAFT)
    put_up_on = models.DateField(null=True, blank=True)
    put_up_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    closed_body = models.CharField(max_length=160, blank=True, default="")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-presented_on", "title"]
        indexes = [models.Index(fields=["council", "state"], name="review_council_state")]
        constraints = [
            models.UniqueConstraint(fields=["council", "title"], name="review_title_is_unique_in_council"),
            models.CheckConstraint(
                name="review_presented_unless_draft",
                condition=Q(state=ReviewState.DRAFT, presented_on__isnull=True)
                | Q(presented_on__isnull=False) & ~Q(state=ReviewState.DRAFT),
            ),
            models.CheckConstraint(
                name="review_published_once_presented",
                condition=Q(published_on__isnull=True) | Q(presented_on__isnull=False),
            ),
            models.CheckConstraint(
                name="review_put_up_on_a_day",
                condition=~Q(state=ReviewState.PUT_UP) | Q(put_up_on__isnull=False),
            ),
            models.CheckConstraint(
                name="review_closed_by_a_body_on_a_day",
                condition=Q(state=ReviewState.CLOSED, closed_on__isnull=False) & ~Q(closed_body="")
                | ~Q(state=ReviewState.CLOSED) & Q(closed_on__isnull=True, closed_body=""),
            ),
            models.CheckConstraint(
                name="review_closed_by_somebody_else",
                condition=Q(closed_by__isnull=True)
                | Q(put_up_by__isnull=True)
                | ~Q(closed_by=F("put_up_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == ReviewState.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.state == ReviewState.CLOSED


class ReviewSeat(CouncilOwned):
    """A councillor on the review's panel, who reads it once it is presented, published or not."""

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="seats")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "review", "person"], name="review_seat_is_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.review_id}"


class ReviewHearing(CouncilOwned):
    """A body that considered the review, and what it said; the steps to its closure among them.

    What a body decided is never changed. A note that it considered the review may be mended until the
    review is closed (a trigger).
    """

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="hearings")
    kind = models.CharField(max_length=12, choices=HearingKind.choices, default=HearingKind.CONSIDERED)
    body = models.CharField(max_length=160)
    heard_on = models.DateField()
    outcome = models.TextField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["heard_on", "recorded_at"]
        indexes = [models.Index(fields=["council", "review"], name="hearing_council_review")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="hearing_token_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.body} on {self.heard_on}"


class Recommendation(CouncilOwned):
    """One recommendation. Once frozen, its wording is the panel's: a trigger refuses to change it.

    Officers propose that it is complete, somebody else records that the committee confirms (OP-6).
    """

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=200, blank=True)
    wording = models.TextField(blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True, help_text="Since when the wording is kept.")
    response = models.CharField(max_length=16, choices=ExecutiveResponse.choices, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was rejected, or accepted only in part.")
    responded_on = models.DateField(null=True, blank=True)
    responded_by = models.CharField(max_length=160, blank=True, default="")
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The officer who reports on it.",
    )
    milestone_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=9, choices=RecommendationState.choices, default=RecommendationState.OPEN
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    completed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["council", "completed_on"], name="recommendation_council_done"),
            models.Index(fields=["council", "state"], name="recommendation_council_state"),
            models.Index(fields=["council", "owner"], name="recommendation_council_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "review", "number"], name="recommendation_number_is_unique_in_review"
            ),
            models.CheckConstraint(
                name="recommendation_refused_with_a_reason",
                condition=~Q(response__in=["reject", "accept_in_part"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="recommendation_frozen_with_its_words",
                condition=Q(frozen_at__isnull=True) | ~Q(wording=""),
            ),
            models.CheckConstraint(
                name="recommendation_state_fits_response",
                condition=Q(response=ExecutiveResponse.PENDING, state=RecommendationState.OPEN)
                | Q(
                    response__in=[ExecutiveResponse.ACCEPT, ExecutiveResponse.ACCEPT_IN_PART],
                    state__in=[
                        RecommendationState.OPEN,
                        RecommendationState.PROPOSED,
                        RecommendationState.COMPLETE,
                    ],
                )
                | Q(
                    response=ExecutiveResponse.REJECT,
                    state__in=[
                        RecommendationState.NO_ACTION,
                        RecommendationState.PROPOSED,
                        RecommendationState.ACTIONED,
                    ],
                ),
            ),
            models.CheckConstraint(
                name="recommendation_done_on_a_day",
                condition=Q(
                    state__in=[RecommendationState.COMPLETE, RecommendationState.ACTIONED],
                    completed_on__isnull=False,
                    proposed_by__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(completed_on__isnull=True, decided_by__isnull=True)
                & ~Q(state__in=[RecommendationState.COMPLETE, RecommendationState.ACTIONED]),
            ),
            models.CheckConstraint(
                name="recommendation_proposed_by_somebody",
                condition=~Q(state=RecommendationState.PROPOSED) | Q(proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="recommendation_confirmed_by_somebody_else",
                condition=Q(decided_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"


class RecommendationLead(CouncilOwned):
    """Who leads on a recommendation: an organisation of the directory, or a role as it was printed."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="leads")
    position = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "recommendation", "position"], name="recommendation_lead_has_a_place"
            ),
            models.CheckConstraint(
                name="recommendation_lead_is_organisation_or_title",
                condition=Q(organisation__isnull=False, title="")
                | Q(organisation__isnull=True) & ~Q(title=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.organisation_id)


class RecommendationAction(CouncilOwned):
    """An action of a plan that carries a recommendation out."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="action_links")
    action = models.ForeignKey(Action, models.CASCADE, related_name="recommendation_links")

    class Meta:
        indexes = [models.Index(fields=["council", "action"], name="rec_action_council_action")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "recommendation", "action"], name="recommendation_action_is_linked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_id} for {self.recommendation_id}"


class RecommendationProgress(CouncilOwned):
    """One line of a recommendation's log: a note, a proposal, or what the committee said. Append-only."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="progress")
    kind = models.CharField(
        max_length=12, choices=RecommendationEntry.choices, default=RecommendationEntry.NOTE
    )
    as_at = models.DateField(default=timezone.localdate, help_text="The day it describes or was decided.")
    note = models.TextField()
    link = models.URLField(max_length=500, blank=True, default="", help_text="Evidence elsewhere.")
    why_no_evidence = models.TextField(blank=True, default="")
    body = models.CharField(max_length=160, blank=True, default="", help_text="The committee, if it spoke.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["council", "recommendation", "-at"], name="rec_progress_council_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="rec_progress_token_is_used_once"),
            models.CheckConstraint(
                name="rec_progress_names_the_body_that_decided",
                condition=~Q(
                    kind__in=[
                        RecommendationEntry.CONFIRMED,
                        RecommendationEntry.REFUSED,
                        RecommendationEntry.REOPENED,
                    ]
                )
                | ~Q(body=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} at {self.at}"


class RecommendationImport(CouncilOwned):
    """A file of recommendations that was read without a problem and waits to be confirmed, once."""

    review = models.ForeignKey(ScrutinyReview, models.CASCADE, related_name="imports")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    notices = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["council", "review"], name="rec_import_council_review")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "review", "sha256"],
                name="rec_import_file_is_taken_once",
                condition=Q(confirmed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.file_name
