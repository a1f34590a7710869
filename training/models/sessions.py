"""Sessions planned, booked, delivered or cancelled, and every record of what was delivered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import SessionDated, SessionState
from training.models.courses import Course
from training.models.delivery_plans import DeliveryPlan
from training.models.facilitators import Facilitator


class TrainingSession(CouncilOwned):
    """One line of a council's log of sessions: of a course, or a briefing with a title of its own.

    A line may stand for several sessions, and for a period where a log gives no days. ``attendees`` is empty
    until a delivered number is known: unknown is never 0 (rule 10).
    """

    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(
        max_length=120, blank=True, help_text="Of a briefing, which counts for no course."
    )
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    dated = models.CharField(max_length=10, choices=SessionDated.choices, default=SessionDated.DAY)
    starts_on = models.DateField()
    ends_on = models.DateField()
    audience = models.CharField(max_length=200)
    host = models.CharField(max_length=160, blank=True, help_text="Where no organisation is chosen.")
    venue = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=80, blank=True, help_text="District or locality.")
    facilitator = models.ForeignKey(Facilitator, models.PROTECT, null=True, blank=True, related_name="+")
    trainer = models.CharField(max_length=120, blank=True, help_text="A post, where it is no facilitator.")
    sessions = models.PositiveSmallIntegerField(default=1)
    places = models.PositiveIntegerField(null=True, blank=True)
    attendees = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not known.")
    plan = models.ForeignKey(DeliveryPlan, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )

    class Meta:
        ordering = ["starts_on", "ends_on", "pk"]
        indexes = [
            models.Index(fields=["council", "ends_on"], name="session_council_end"),
            models.Index(fields=["council", "plan"], name="session_council_plan"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="session_token_is_used_once"),
            models.CheckConstraint(
                name="session_is_of_a_course_or_a_briefing",
                condition=Q(course__isnull=False, title="") | (Q(course__isnull=True) & ~Q(title="")),
            ),
            models.CheckConstraint(name="session_counts_at_least_one", condition=Q(sessions__gte=1)),
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="session_of_a_day_is_one_day",
                condition=~Q(dated=SessionDated.DAY) | Q(ends_on=F("starts_on")),
            ),
            models.CheckConstraint(
                name="session_attended_once_delivered",
                condition=Q(attendees__isnull=True) | Q(state=SessionState.DELIVERED),
            ),
            models.CheckConstraint(
                name="session_cancelled_with_a_reason",
                condition=(Q(state=SessionState.CANCELLED) & ~Q(cancel_reason=""))
                | (~Q(state=SessionState.CANCELLED) & Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="session_has_one_trainer", condition=Q(facilitator__isnull=True) | Q(trainer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.course_id} on {self.ends_on}"


class SessionOrganisation(CouncilOwned):
    """An organisation whose people a session is for."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="for_organisations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "session", "organisation"], name="session_organisation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.organisation_id}"


class SessionRecord(CouncilOwned):
    """What was recorded of a delivered session, and when. The latest up to a day counts on that day."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="records")
    sessions = models.PositiveSmallIntegerField()
    attendees = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not known.")
    note = models.CharField(max_length=500, blank=True, help_text="Why an earlier number was corrected.")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["council", "session", "recorded_at"], name="session_record_of")]
        constraints = [
            models.CheckConstraint(name="session_record_counts_at_least_one", condition=Q(sessions__gte=1))
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.attendees}"
