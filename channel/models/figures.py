"""The register of released figures, and what a council has decided about printing them.

Nothing here is an exact count: a figure is stored as it was printed, with what its readers can learn of it,
so that every later release can be attacked together with it (PS-2).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.disclosure.gate import Form
from channel.enums import REASON_LIMIT, Audience, FigureChoice, ReleaseState
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class FigureProfile(CouncilOwned):
    """A council's decision how numbers about cases are printed for an audience. Append-only."""

    audience = models.CharField(max_length=6, choices=Audience.choices)
    choice = models.CharField(max_length=15, choices=FigureChoice.choices)
    zeros_shown = models.BooleanField(default=False, help_text="A zero speaks of everybody else (PS-3).")
    reason = models.TextField(max_length=REASON_LIMIT)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["audience", "-decided_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "audience", "decided_at"], name="figure_profile_latest")]
        constraints = [
            models.CheckConstraint(name="figure_profile_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.choice}"


class FigureRelease(CouncilOwned):
    """Figures of one panel's cases for one audience, proposed by one person and approved by another (OP-6).

    The database moves a release only from proposed to approved or declined, and never otherwise changes it.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="figure_releases")
    audience = models.CharField(max_length=6, choices=Audience.choices)
    choice = models.CharField(max_length=15, choices=FigureChoice.choices)
    zeros_shown = models.BooleanField(default=False)
    title = models.CharField(max_length=160)
    reason = models.TextField(max_length=REASON_LIMIT)
    state = models.CharField(max_length=8, choices=ReleaseState.choices, default=ReleaseState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(max_length=REASON_LIMIT, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["council", "panel", "state"], name="figure_release_panel_state"),
            models.Index(fields=["council", "audience", "state"], name="figure_release_audience"),
        ]
        constraints = [
            models.CheckConstraint(
                name="figure_release_states_have_their_people",
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["approved", "declined"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="figure_release_is_approved_by_another",
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(name="figure_release_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="figure_release_is_of_a_rule", condition=~Q(choice="none")),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"


class ReleasedFigure(CouncilOwned):
    """One figure of a release: the cells it counts, how it is printed, what a reader may learn. Append-only.

    ``low`` and ``high`` say what the printed words leave possible. There is no exact count here unless that
    is what was printed.
    """

    release = models.ForeignKey(FigureRelease, models.CASCADE, related_name="figures")
    position = models.PositiveIntegerField()
    group: models.JSONField[Any, Any] = models.JSONField(help_text="Measure, quarters and values counted.")
    form = models.CharField(max_length=8, choices=[(form.value, form.value) for form in Form])
    printed = models.CharField(max_length=20)
    number = models.PositiveIntegerField(null=True, blank=True)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField(null=True, blank=True)
    small_low = models.PositiveIntegerField()
    small_high = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["release", "position"], name="released_figure_has_one_place"),
            models.UniqueConstraint(fields=["release", "group"], name="released_figure_once_per_release"),
            models.CheckConstraint(
                name="released_figure_band_is_one", condition=Q(high__isnull=True) | Q(high__gte=F("low"))
            ),
            # A number stands only where one is printed, so that no chart can hold one that words hide (PS-3).
            models.CheckConstraint(
                name="released_figure_number_is_printed",
                condition=Q(form="shown", number__isnull=False, high__isnull=False)
                | Q(form="small", number__isnull=True, high__isnull=False)
                | Q(form="withheld", number__isnull=True, high__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.printed
