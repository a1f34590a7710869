"""Forms and filters of plans and actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from compliance.enums import OPEN_STATUSES, ActionRating, ActionStatus, PlanKind, Priority
from compliance.models import Action, ActionLead, ActionPlan, Objective
from compliance.models.plans import overdue
from compliance.queries.actions import choices_of, plans_holding
from compliance.queries.plans import districts_of, objectives_of, possible_leads, possible_owners
from compliance.shipped_plans import SHIPPED_PLANS, suits
from partnerships.models import Organisation
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
)

FILE_HINT = (
    "PDF, Word, Excel, PNG or JPEG picture, CSV or text. Do not send anything that names a person of concern."
)


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
        label="How does the action stand?",
        widget=forms.RadioSelect,
        choices=ActionRating.choices[1:],
        error_messages={"required": "Select how the action stands"},
    )
    status = forms.ChoiceField(label="Status", widget=forms.RadioSelect, choices=ActionStatus.choices)
    evidence = forms.FileField(label="Evidence", required=False, help_text=FILE_HINT)

    inline = {"status"}
    small = {"status"}

    def __init__(self, *args: Any, statuses: Sequence[ActionStatus], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"].choices = [(status.value, status.label) for status in statuses]  # type: ignore[attr-defined] # declared as a choice above


class ActionForm(VersionMixin, GovukForm):
    """Words, owner, lead and priority of an action."""

    title = forms.CharField(label="Action", max_length=200)
    measure = LongTextField(
        label="How can anybody tell that it is done?", required=False, max_length=1000, rows=3
    )
    owner = PersonField(label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody yet")
    lead_organisations = forms.ModelMultipleChoiceField(
        label="Lead organisations",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    priority = forms.ChoiceField(
        label="Priority", widget=forms.RadioSelect, choices=Priority.choices, initial=Priority.MEDIUM
    )
    inline = {"priority"}
    small = {"lead_organisations"}

    def __init__(self, *args: Any, council: Council, action: Action | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("owner", owner_choices(council, action.owner if action else None))
        leads = {lead.pk for lead in possible_leads(council, timezone.localdate())}
        leads |= set(getattr(action, "lead_ids", ()))
        self._offer("lead_organisations", Organisation.objects.filter(pk__in=leads).order_by("name"))
        if not leads:
            del self.fields["lead_organisations"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["lead_organisations"] = list(cleaned.get("lead_organisations") or ())
        return cleaned

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


class NewActionForm(ActionForm):
    """A new action with its objective and its first due date, which stays."""

    objective = forms.ModelChoiceField(
        label="Objective", queryset=Objective.objects.none(), empty_label="Choose an objective"
    )
    due_on = DateField(label="Due date", help_text="Keep it honest: the first date stays on record.")
    field_order = ["objective", "title", "measure", "owner", "lead_organisations", "due_on", "priority"]

    def __init__(self, *args: Any, plan: ActionPlan, **options: Any) -> None:
        super().__init__(*args, council=plan.council, **options)
        del self.fields["version"]
        self._offer("objective", Objective.objects.filter(council=plan.council, plan=plan).order_by("number"))


def _check_days(form: GovukForm, cleaned: dict[str, Any]) -> None:
    starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
    if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        form.add_error("ends_on", "Last day must be on or after the first day")


class PlanForm(GovukForm):
    """The head of a plan. A county with districts is asked whose plan it is."""

    title = forms.CharField(label="Title", max_length=160)
    kind = forms.ChoiceField(label="Kind of plan", widget=forms.RadioSelect, choices=PlanKind.choices)
    part_of = forms.CharField(
        label="Title or reference of the community safety plan", max_length=200, required=False
    )
    district = forms.ModelChoiceField(
        label="District",
        queryset=Council.objects.none(),
        required=False,
        empty_label="None: it is not a district’s plan",
        help_text="For a district’s own plan, or its part of a community safety plan, that you keep for it.",
    )
    purpose = LongTextField(label="Purpose", required=False, max_length=2000, rows=3)
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day")

    reveals = {"kind": {PlanKind.COMMUNITY_SAFETY.value: ["part_of"]}}

    def __init__(self, *args: Any, council: Council, **options: Any) -> None:
        super().__init__(*args, **options)
        districts = districts_of(council)
        if districts:
            field = cast("forms.ModelChoiceField[Any]", self.fields["district"])
            field.queryset = Council.objects.filter(parent=council).order_by("name")
        else:
            del self.fields["district"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_days(self, cleaned)
        if cleaned.get("kind") != PlanKind.COMMUNITY_SAFETY:
            cleaned["part_of"] = ""
        elif not cleaned.get("part_of"):
            self.add_error("part_of", "Enter the title or reference of the community safety plan")
        return cleaned


class ShippedPlanForm(GovukForm):
    """Which shipped plan to start from, what the council calls it, and for which months."""

    shape = forms.ChoiceField(
        label="Which plan do you start from?",
        widget=forms.RadioSelect,
        choices=[(shape.key, shape.name) for shape in SHIPPED_PLANS.values()],
    )
    title = forms.CharField(
        label="Title", max_length=160, help_text="No two plans of a council share a title."
    )
    starts_on = DateField(
        label="First day", help_text="Actions fall due one to twelve months after it; nobody owns one yet."
    )
    ends_on = DateField(label="Last day")

    option_hints = {"shape": {shape.key: suits(shape) for shape in SHIPPED_PLANS.values()}}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_days(self, cleaned)
        return cleaned


class PlanChangeForm(VersionMixin, PlanForm):
    """The head of a plan that is there, with the version that was seen."""


class ObjectiveForm(GovukForm):
    """A new objective of a plan."""

    title = forms.CharField(label="Objective", max_length=200)
    outcome = LongTextField(
        label="What will be different when it is met?", required=False, max_length=1000, rows=3
    )


class ObjectiveChangeForm(VersionMixin, ObjectiveForm):
    """The words of an objective that is there, with the version that was seen."""


class DayFilter(django_filters.Filter):  # type: ignore[misc] # the library has no types
    """A British date in three boxes; a whole date in one parameter is taken as well."""

    field_class = DateField


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc] # the library has no types
    """Filters of the actions of a plan, or of all plans of the council, kept in the address."""

    plan = django_filters.ChoiceFilter(
        label="Plan", empty_label="Every plan", choices=(), field_name="plan_id"
    )
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
    lead = django_filters.ChoiceFilter(
        label="Lead organisation", empty_label="Every organisation", choices=(), method="by_lead"
    )
    objective = django_filters.ChoiceFilter(
        label="Objective", empty_label="Every objective", choices=(), field_name="objective_id"
    )
    due_from = DayFilter(label="Due from", field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(label="Due to", field_name="due_on", lookup_expr="lte")
    text = django_filters.CharFilter(label="Words or reference", method="by_text")
    overdue = django_filters.BooleanFilter(
        label="Only overdue", widget=forms.CheckboxInput, method="by_overdue"
    )
    slipped = django_filters.BooleanFilter(
        label="Only those whose date has moved", widget=forms.CheckboxInput, method="by_slipped"
    )

    class Meta:
        model = Action
        fields: list[str] = []
        form = FilterForm

    def __init__(
        self, data: Any, queryset: QuerySet[Action], *, council: Council, plan: ActionPlan | None = None
    ) -> None:
        """Offer what the given actions hold and nothing else: ``queryset`` is what the person may read."""
        super().__init__(data, queryset)
        owners, leads = choices_of(council, queryset)
        self.filters["owner"].extra["choices"] = [
            ("nobody", "Nobody"),
            *((str(owner.pk), display_name(owner)) for owner in owners),
        ]
        self.filters["lead"].extra["choices"] = [
            ("none", "None named"),
            *((str(lead.pk), lead.name) for lead in leads),
        ]
        self.objectives = objectives_of(plan) if plan else []
        if plan is None:
            del self.filters["objective"]
            self.filters["plan"].extra["choices"] = [
                (str(found.pk), found.title) for found in plans_holding(council, queryset)
            ]
        else:
            del self.filters["plan"]
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

    def by_lead(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        leads = ActionLead.objects.filter(council=OuterRef("council"), action=OuterRef("pk"))
        if value == "none":
            return rows.filter(~Exists(leads))
        return rows.filter(Exists(leads.filter(organisation=UUID(value))))

    def by_text(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        wanted = Q(title__icontains=value) | Q(measure__icontains=value)
        reference = value.strip().upper().removeprefix("A")
        if reference.isdecimal() and len(reference) < 9:
            wanted |= Q(number=int(reference))
        return rows.filter(wanted)

    def by_overdue(self, rows: QuerySet[Action], name: str, value: bool) -> QuerySet[Action]:
        return rows.filter(overdue(timezone.localdate())) if value else rows

    def by_slipped(self, rows: QuerySet[Action], name: str, value: bool) -> QuerySet[Action]:
        return rows.filter(times_moved__gt=0) if value else rows
