"""People and posts that deliver courses: how they were trained to, for which courses, and how often."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import FacilitatorState
from training.models.courses import Course


class Facilitator(CouncilOwned):
    """Somebody trained to train. A post is enough; nothing about the person is kept but what stands here."""

    name = models.CharField(max_length=120, help_text="A post or a name.")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.CharField(max_length=80, blank=True, help_text="District or locality.")
    state = models.CharField(
        max_length=12, choices=FacilitatorState.choices, default=FacilitatorState.TRAINED
    )
    state_since = models.DateField(default=timezone.localdate)
    sessions_a_quarter = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many sessions a quarter. Empty: not known, which is not 0."
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["council", "name"], name="facilitator_council_name")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="facilitator_token_is_used_once"),
            models.CheckConstraint(name="facilitator_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class FacilitatorCourse(CouncilOwned):
    """A course that a facilitator may deliver."""

    facilitator = models.ForeignKey(Facilitator, models.CASCADE, related_name="may_deliver")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["course"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "facilitator", "course"], name="facilitator_course_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facilitator_id}: {self.course_id}"


class FacilitatorStep(CouncilOwned):
    """A step of a facilitator's way: trained, observed, signed off, active, lapsed. Kept, never changed."""

    facilitator = models.ForeignKey(Facilitator, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=FacilitatorState.choices)
    happened_on = models.DateField()
    by_whom = models.CharField(max_length=120, blank=True, help_text="The post that observed or decided.")
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["council", "facilitator"], name="facilitator_step_of")]

    def __str__(self) -> str:
        return f"{self.facilitator_id}: {self.state} on {self.happened_on}"
