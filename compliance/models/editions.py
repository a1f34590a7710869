"""Editions of the guidance as a checklist, and what a council says instead of an unverified prompt."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.enums import ItemKind, TrainingRule
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Nation
from prevent_portal.tenancy.models import CouncilOwned


class Edition(models.Model):
    """One edition of the guidance as a checklist. Shared by every council and read-only for the app.

    ``scale`` is the edition's own rating scale: a list of ``{"value", "label", "counts_as"}`` where counts_as
    is one of in_place, under_way, not_started, not_applicable. ``counts_words`` says in the edition's own
    terms what each of these is called in a summary, where that differs. ``parts`` is a list of
    ``{"value", "label"}``; a round covers some or all of them.
    """

    code = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    nations = ArrayField(models.CharField(max_length=10, choices=Nation.choices), default=list)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    source = models.URLField(max_length=300)
    last_checked_on = models.DateField()
    scale = models.JSONField()
    counts_words = models.JSONField(default=dict)
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ["-in_force_from"]
        constraints = [
            models.CheckConstraint(
                name="edition_in_force_for_a_time",
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def part_labels(self) -> dict[str, str]:
        """Each part's value with its label, in the edition's order."""
        return {part["value"]: part["label"] for part in self.parts}

    @property
    def nation_words(self) -> str:
        """Such as "England and Wales"."""
        return " and ".join(Nation(nation).label for nation in self.nations)


class EditionItem(models.Model):
    """One item of an edition. ``ref`` is stable; the prompt is in the portal's own words."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="items")
    ref = models.CharField(max_length=12)
    part = models.CharField(max_length=20, blank=True)
    workstream_order = models.PositiveSmallIntegerField()
    workstream = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=ItemKind.choices)
    prompt = models.TextField(blank=True, help_text="Blank where the guidance gives a heading and no detail.")
    expected_evidence = models.TextField(blank=True)
    guidance = models.CharField(max_length=120, blank=True, help_text="Where in the guidance.")
    training_rule = models.CharField(
        max_length=20, choices=TrainingRule.choices, blank=True, default=TrainingRule.NONE
    )
    verified = models.BooleanField(
        default=True,
        help_text="False: nobody has checked the prompt against the guidance; councils may edit it.",
    )

    class Meta:
        ordering = ["workstream_order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ref"], name="edition_item_ref_is_unique"),
            models.UniqueConstraint(fields=["edition", "order"], name="edition_item_order_is_unique"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def title(self) -> str:
        """The prompt, or the workstream's name where there is no detail."""
        return self.prompt or self.workstream


class PromptEdit(CouncilOwned):
    """A council's own words for an unverified prompt. Append-only: the highest number counts.

    A blank prompt gives the item back to the portal's words. A closed round is read with the words that
    counted when it closed.
    """

    item = models.ForeignKey(EditionItem, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    prompt = models.TextField(blank=True)
    expected_evidence = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "item", "number"], name="prompt_edit_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} edit {self.number}"


class LocalItem(CouncilOwned):
    """An item that a council adds to its own rounds. Its number is never used again."""

    number = models.PositiveIntegerField()
    workstream = models.CharField(max_length=120)
    kind = models.CharField(max_length=6, choices=ItemKind.choices)
    prompt = models.TextField()
    expected_evidence = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="local_item_number_is_unique")
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Stable reference, such as "L-1"."""
        return f"L-{self.number}"

    @property
    def title(self) -> str:
        return self.prompt

    @property
    def guidance(self) -> str:
        return "The council’s own item"
