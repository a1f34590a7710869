"""Action plans: objectives, actions with their leads, moved due dates and the progress log."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone

from compliance.enums import OPEN_STATUSES, ActionRating, ActionStatus, PlanKind, Priority
from partnerships.enums import Cadence
from partnerships.models import Board, Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned


class ActionPlan(CouncilOwned):
    """A plan of a council: multi-agency, its own, or a district's. A council has several.

    A district that is on the portal keeps its own plan and shares it; for one that is not, its county holds
    the plan here and says in ``district`` whose it is.
    """

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=PlanKind.choices, default=PlanKind.MULTI_AGENCY)
    part_of = models.CharField(
        max_length=200, blank=True, help_text="Title or reference of the plan inside which it stands."
    )
    district = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The district of this county whose plan it is.",
    )  # fmt: skip
    purpose = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_on", "title"]
        indexes = [models.Index(fields=["council", "-starts_on"], name="plan_council_start")]
        constraints = [
            models.UniqueConstraint(fields=["council", "title"], name="plan_title_is_unique_in_council"),
            models.CheckConstraint(
                name="plan_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanReviewer(CouncilOwned):
    """A body that reviews a plan. How often is a property of the pair: the same plan goes to a board twice a
    year and to a working group every quarter."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="reviewers")
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=20, choices=Cadence.choices)
    starts_on = models.DateField(null=True, help_text="From when; empty means since the plan began.")
    ends_on = models.DateField(null=True, help_text="Last day on which the body reviews the plan.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "plan", "board"],
                condition=Q(ends_on__isnull=True),
                name="plan_reviewed_once_per_board",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} by {self.board_id}"


class Objective(CouncilOwned):
    """A heading of a plan, under which its actions stand."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="objectives")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    outcome = models.TextField(blank=True, help_text="What will be different when it is met.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            # Checked at the end of a statement, so that one statement can put them into a new order.
            models.UniqueConstraint(
                fields=["council", "plan", "number"],
                name="objective_number_is_unique_in_plan",
                deferrable=models.Deferrable.IMMEDIATE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


def overdue(on: date, prefix: str = "") -> Q:
    """The condition of an action that is overdue: open, and the date first promised has passed (rule 11).

    Args:
        prefix: the way to the action from the rows that are asked for, such as ``actions__``.
    """
    return Q(**{f"{prefix}status__in": OPEN_STATUSES, f"{prefix}first_due_on__lt": on})


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> ActionQuerySet:
        """Actions that still wait for somebody."""
        return self.filter(status__in=OPEN_STATUSES)

    def with_leads(self) -> ActionQuerySet:
        """Give each action ``lead_names`` and ``lead_ids``, by name: part of the same statement."""
        leads = ActionLead.objects.filter(council=OuterRef("council"), action=OuterRef("pk")).order_by(
            "organisation__name", "organisation"
        )
        return self.annotate(
            lead_names=ArraySubquery(leads.values("organisation__name")),
            lead_ids=ArraySubquery(leads.values("organisation")),
        )


class Action(CouncilOwned):
    """One thing that somebody has promised to do by a date.

    ``first_due_on`` is what was promised; a trigger refuses to change it. ``due_on`` is the date in force.
    """

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="actions")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField(
        help_text="Within the council, so that a reference names one action."
    )
    title = models.CharField(max_length=200)
    measure = models.TextField(blank=True, help_text="How anybody can tell that it is done.")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.MEDIUM)
    status = models.CharField(max_length=12, choices=ActionStatus.choices, default=ActionStatus.NOT_STARTED)
    rating = models.CharField(
        max_length=6, choices=ActionRating.choices, blank=True, default=ActionRating.NONE
    )
    first_due_on = models.DateField()
    due_on = models.DateField()
    times_moved = models.PositiveSmallIntegerField(default=0)
    completed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["council", "plan", "due_on"], name="action_council_plan_due"),
            models.Index(fields=["council", "status", "due_on"], name="action_council_status_due"),
            models.Index(fields=["council", "owner", "status"], name="action_council_owner"),
            models.Index(fields=["council", "due_on", "number"], name="action_council_due"),
            models.Index(fields=["council", "objective", "number"], name="action_council_objective"),
            models.Index(
                fields=["council", "first_due_on"],
                condition=Q(status__in=["not_started", "in_progress", "on_hold"]),
                name="action_council_first_due_open",
            ),
            models.Index(
                fields=["council", "times_moved"],
                condition=Q(times_moved__gt=0),
                name="action_council_slipped",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="action_number_is_unique_in_council"),
            models.CheckConstraint(
                name="action_completed_has_its_day",
                condition=Q(status="complete", completed_on__isnull=False)
                | (~Q(status="complete") & Q(completed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Short name for e-mails and lists, without personal data (rule 14 of the product)."""
        return f"A{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def leads_words(self) -> str:
        """The lead organisations of an action read with :meth:`ActionQuerySet.with_leads`, or nothing."""
        names: list[str] = getattr(self, "lead_names", [])
        return ", ".join(names)

    def is_overdue(self, on: date) -> bool:
        """Whether the date first promised has passed, extended or not (rule 11 of the product)."""
        return self.is_open and self.first_due_on < on


class ActionLead(CouncilOwned):
    """An organisation that leads on an action; there can be several, none before another."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="leads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["council", "organisation"], name="lead_council_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "action", "organisation"], name="organisation_leads_an_action_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} leads {self.action_id}"


class DueDateMove(CouncilOwned):
    """A due date that moved: from, to, why, who approved it. Append-only."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="moves")
    moved_from = models.DateField()
    moved_to = models.DateField()
    reason = models.TextField()
    request = models.ForeignKey(
        "compliance.ExtensionRequest", models.PROTECT, null=True, related_name="moves",
        help_text="Empty for dates that moved before moves were asked for.",
    )  # fmt: skip
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["council", "action"], name="due_move_council_action"),
            models.Index(fields=["council", "at"], name="due_move_council_at"),
        ]
        constraints = [
            models.CheckConstraint(name="due_move_changes_the_date", condition=~Q(moved_to=F("moved_from"))),
            models.UniqueConstraint(
                fields=["council", "request"],
                condition=Q(request__isnull=False),
                name="due_move_once_per_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moved_from} to {self.moved_to}"


class ProgressEntry(CouncilOwned):
    """One line of an action's log. Append-only: what was said on the day stays said."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="progress")
    note = models.TextField()
    rating = models.CharField(max_length=6, choices=ActionRating.choices, blank=True)
    rating_before = models.CharField(max_length=6, choices=ActionRating.choices, blank=True)
    status = models.CharField(max_length=12, choices=ActionStatus.choices)
    status_before = models.CharField(max_length=12, choices=ActionStatus.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once.")

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["council", "action", "-at"], name="progress_council_action_at"),
            models.Index(fields=["council", "at"], name="progress_council_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="progress_token_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} at {self.at}"
