"""Courses, and the share of staff that should have taken them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from partnerships.enums import OrganisationKind
from prevent_portal.tenancy.models import new_id
from training.enums import Delivery, Tier


class Course(models.Model):
    """A course of the national list. ``also_known_as`` holds the names that returns use for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120, unique=True)
    also_known_as = models.JSONField(default=list, blank=True)
    tier = models.CharField(max_length=20, choices=Tier.choices)
    delivery = models.CharField(max_length=20, choices=Delivery.choices)
    refresh_months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_historic = models.BooleanField(default=False, help_text="No longer delivered nationally.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """The share that organisations of a kind should reach in a course, from a day on, and who set it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="targets")
    organisation_kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    starts_on = models.DateField()
    per_cent = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["course", "organisation_kind", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "organisation_kind", "starts_on"], name="target_once_per_day"
            ),
            models.CheckConstraint(
                name="target_is_a_share", condition=Q(per_cent__gt=0) & Q(per_cent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_cent}% from {self.starts_on}"
