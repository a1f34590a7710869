"""Forms and filters of plans and actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from compliance.enums import OPEN_STATUSES, ActionRating, ActionStatus, PlanKind, Priority
from compliance.models import Action, ActionPlan, Objective
from compliance.models.plans import overdue
from compliance.queries.plans import objectives_of, possible_leads, possible_owners
from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField

FILE_HINT = (
    "PDF, Word, Excel, PowerPoint, picture, CSV or text. Do not send anything that names a person of concern."
)


class VersionMixin(forms.Form):
    """Carries the version that the person saw, so that a save in between is noticed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "This page was incomplete when it was sent. Check your answers and send it again.",
            "invalid": "This page was incomplete when it was sent. Check your answers and send it again.",
        },
    )


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of people by name."""

    def label_from_instance(self, obj: User) -> str:
        return display_name(obj) + (f", {obj.job_title}" if obj.job_title else "")


def owner_choices(council: Council, present: User | None = None) -> QuerySet[User]:
    """People who may own something in the council, and whoever owns it now."""
    ids = {owner.pk for owner in possible_owners(council)} | ({present.pk} if present else set())
    return User.objects.filter(pk__in=ids).order_by("name", "email")


class ProgressForm(FormTokenMixin, VersionMixin, GovukForm):
    """Log progress: four questions, usable on a telephone."""

    note = LongTextField(
        label="What has happened?",
        max_length=2000,
        rows=4,
        help_text="Two lines are enough. No names of people of concern and no intelligence.",
        error_messages={"required": "Enter what has happened"},
    )
    rating = forms.ChoiceField(
        label="How does the action stand?", widget=forms.RadioSelect, choices=ActionRating.choices[1:]
    )
    status = forms.ChoiceField(label="Status", widget=forms.RadioSelect, choices=ActionStatus.choices)
    evidence = forms.FileField(label="Evidence", required=False, help_text=FILE_HINT)

    inline = {"status"}
    small = {"status"}

    def __init__(self, *args: Any, statuses: Sequence[ActionStatus], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"].choices = [(status.value, status.label) for status in statuses]  # type: ignore[attr-defined]


class ActionForm(VersionMixin, GovukForm):
    """Words, owner, lead and priority of an action."""

    title = forms.CharField(label="Action", max_length=200)
    measure = LongTextField(
        label="How can anybody tell that it is done?", required=False, max_length=1000, rows=3
    )
    owner = PersonField(label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody yet")
    lead_organisation = forms.ModelChoiceField(
        label="Lead organisation", queryset=Organisation.objects.none(), required=False, empty_label="None"
    )
    priority = forms.ChoiceField(
        label="Priority", widget=forms.RadioSelect, choices=Priority.choices, initial=Priority.MEDIUM
    )
    inline = {"priority"}

    def __init__(self, *args: Any, council: Council, action: Action | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("owner", owner_choices(council, action.owner if action else None))
        leads = {lead.pk for lead in possible_leads(council, timezone.localdate())}
        if action and action.lead_organisation_id:
            leads.add(action.lead_organisation_id)
        self._offer("lead_organisation", Organisation.objects.filter(pk__in=leads).order_by("name"))

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


class NewActionForm(ActionForm):
    """A new action with its objective and its first due date, which stays."""

    objective = forms.ModelChoiceField(
        label="Objective", queryset=Objective.objects.none(), empty_label="Choose an objective"
    )
    due_on = DateField(label="Due date", help_text="Keep it honest: the first date stays on record.")
    field_order = ["objective", "title", "measure", "owner", "lead_organisation", "due_on", "priority"]

    def __init__(self, *args: Any, plan: ActionPlan, **options: Any) -> None:
        super().__init__(*args, council=plan.council, **options)
        del self.fields["version"]
        self._offer("objective", Objective.objects.filter(council=plan.council, plan=plan).order_by("number"))


class MoveForm(VersionMixin, GovukForm):
    """A new due date and the reason for it."""

    due_on = DateField(label="New due date")
    reason = LongTextField(label="Why does it move?", max_length=1000, rows=3)


class PlanForm(GovukForm):
    """A new plan."""

    title = forms.CharField(label="Title", max_length=160)
    kind = forms.ChoiceField(label="Kind of plan", widget=forms.RadioSelect, choices=PlanKind.choices)
    purpose = LongTextField(label="Purpose", required=False, max_length=2000, rows=3)
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            self.add_error("ends_on", "Last day must be on or after the first day")
        return cleaned


class ObjectiveForm(GovukForm):
    """A new objective of a plan."""

    title = forms.CharField(label="Objective", max_length=200)
    outcome = LongTextField(
        label="What will be different when it is met?", required=False, max_length=1000, rows=3
    )


class FilterForm(GovukForm):
    """Filters of a list; nothing is required."""

    marks_optional = False


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of a plan's actions, kept in the address."""

    status = django_filters.ChoiceFilter(
        label="Status",
        empty_label="Every status",
        choices=[("open", "Open"), *ActionStatus.choices],
        method="by_status",
    )
    rating = django_filters.ChoiceFilter(
        label="Rating",
        empty_label="Every rating",
        choices=[*ActionRating.choices[1:], ("none", "Not rated")],
        method="by_rating",
    )
    owner = django_filters.ChoiceFilter(label="Owner", empty_label="Everybody", choices=(), method="by_owner")
    objective = django_filters.ChoiceFilter(
        label="Objective", empty_label="Every objective", choices=(), field_name="objective_id"
    )
    text = django_filters.CharFilter(label="Words or reference", method="by_text")
    overdue = django_filters.BooleanFilter(
        label="Only overdue", widget=forms.CheckboxInput, method="by_overdue"
    )

    class Meta:
        model = Action
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, queryset: QuerySet[Action], *, plan: ActionPlan) -> None:
        super().__init__(data, queryset)
        owners = User.objects.filter(
            pk__in=Action.objects.filter(council=plan.council_id, plan=plan).values("owner")
        ).order_by("name", "email")
        self.filters["owner"].extra["choices"] = [
            ("nobody", "Nobody"),
            *((str(owner.pk), display_name(owner)) for owner in owners),
        ]
        self.objectives = objectives_of(plan)
        self.filters["objective"].extra["choices"] = [
            (str(objective.pk), str(objective)) for objective in self.objectives
        ]

    @property
    def in_use(self) -> bool:
        return any(value not in (None, "", False) for value in self.form.cleaned_data.values())

    def by_status(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return rows.filter(status__in=OPEN_STATUSES) if value == "open" else rows.filter(status=value)

    def by_rating(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return rows.filter(rating="" if value == "none" else value)

    def by_owner(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return rows.filter(owner__isnull=True) if value == "nobody" else rows.filter(owner=int(value))

    def by_text(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        wanted = Q(title__icontains=value) | Q(measure__icontains=value)
        reference = value.strip().upper().removeprefix("A")
        if reference.isdecimal() and len(reference) < 9:
            wanted |= Q(number=int(reference))
        return rows.filter(wanted)

    def by_overdue(self, rows: QuerySet[Action], name: str, value: bool) -> QuerySet[Action]:
        return rows.filter(overdue(timezone.localdate())) if value else rows
