"""Councils, their dated codes, and the base of every council-owned table."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import uuid_utils.compat
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from prevent_portal.tenancy.enums import Nation, Tier


def new_id() -> uuid.UUID:
    """Return a UUID of version 7: random enough to be unguessable, ordered enough for an index."""
    return uuid_utils.compat.uuid7()


class CouncilQuerySet(models.QuerySet["Council"]):
    def joined(self) -> CouncilQuerySet:
        """Councils that use the portal, as opposed to names in the register."""
        return self.filter(joined_on__isnull=False)

    def current(self, on: date | None = None) -> CouncilQuerySet:
        """Councils that exist on a day (today unless told)."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Council(models.Model):
    """A local authority of England or Wales. It is a tenant once ``joined_on`` is set."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=20, choices=Tier.choices)
    nation = models.CharField(max_length=10, choices=Nation.choices, default=Nation.ENGLAND)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="districts",
        help_text="The county council of a district.",
    )  # fmt: skip
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which this council existed.")
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    joined_on = models.DateField(null=True, blank=True, help_text="First day on the portal.")

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="council_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="council_replaced_only_if_ended",
                condition=Q(replaced_by__isnull=True) | Q(ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilCode(models.Model):
    """A code of a council for a time. The code names a boundary, not a legal body, so it is never a key."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=12, default="GSS")
    code = models.CharField(max_length=20)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="council_code_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class CouncilOwned(models.Model):
    """Base of every table that belongs to one council.

    The migration of a model built on it must apply
    :class:`prevent_portal.tenancy.isolation.IsolateByCouncil`, which writes the row-level-security policies
    and the composite foreign keys. A test reads the catalogue and fails for a table that lacks them (TI-1).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a changed row must name the fields it changes, so that two people never undo each other."""
        if not self._state.adding and kwargs.get("update_fields") is None and not kwargs.get("force_insert"):
            raise TypeError(f"{type(self).__name__}.save() needs update_fields for a stored row.")
        super().save(*args, **kwargs)
