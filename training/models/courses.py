"""Courses, and the share of staff that should have taken them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from partnerships.enums import OrganisationKind
from prevent_portal.tenancy.models import Council, new_id
from training.enums import Delivery, Tier


class Course(models.Model):
    """A course of the national list or a council's own. ``also_known_as``: the names that returns use for it.

    A council's own is read by that council alone, and a return about it never leaves the council: a trigger
    keeps it so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    also_known_as = models.JSONField(default=list, blank=True)
    tier = models.CharField(max_length=20, choices=Tier.choices)
    delivery = models.CharField(max_length=20, choices=Delivery.choices)
    refresh_months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_historic = models.BooleanField(default=False, help_text="No longer delivered nationally.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "slug"], name="course_slug_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["council", "name"], name="course_name_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="course_own_slug_is_apart",
                condition=Q(council__isnull=True, slug__regex="^(?!local-)")
                | Q(council__isnull=False, slug__startswith="local-"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_local(self) -> bool:
        """True for a council's own course."""
        return self.council_id is not None


class Target(models.Model):
    """The share that organisations of a kind should reach in a course, from a day on, and who set it.

    A national one is every council's. A council's own counts for its own reading alone, and goes before the
    national one from its first day to its last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    course = models.ForeignKey(Course, models.CASCADE, related_name="targets")
    organisation_kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it counts.")
    per_cent = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    source = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["course", "organisation_kind", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "course", "organisation_kind", "starts_on"],
                name="target_once_per_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="target_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="target_is_a_share", condition=Q(per_cent__gt=0) & Q(per_cent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_cent}% from {self.starts_on}"
