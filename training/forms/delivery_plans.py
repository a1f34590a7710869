"""Forms of delivery plans."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import (
    DateField,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)
from training.models import Course, DeliveryPlan
from training.queries.sessions import courses, organisations


class DeliveryPlanForm(GovukForm):
    """So many sessions of a course, for whom, by when."""

    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="None from the list",
    )
    host = forms.CharField(
        label="For somebody who is not in the list",
        max_length=160,
        required=False,
        help_text="Needed where you select no organisation.",
    )
    course = forms.ModelChoiceField(
        label="Course", queryset=Course.objects.none(), empty_label="Choose a course"
    )
    audience = forms.CharField(label="Audience", max_length=200)
    sessions = WholeNumberField(
        label="How many sessions?",
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    starts_on = DateField(label="First day")
    due_on = DateField(label="Due by")
    sometimes_needed = {"organisation", "host"}

    def __init__(
        self, *args: Any, council: Council, plan: DeliveryPlan | None = None, **options: Any
    ) -> None:
        if plan is not None:
            names = (
                "organisation",
                "host",
                "course",
                "audience",
                "sessions",
                "starts_on",
                "due_on",
                "version",
            )
            options["initial"] = {name: getattr(plan, name) for name in names}
        super().__init__(*args, **options)
        ids = {each.pk for each in organisations(council)}
        if plan is not None and plan.organisation_id:
            ids.add(plan.organisation_id)
        cast(
            "forms.ModelChoiceField[Any]", self.fields["organisation"]
        ).queryset = Organisation.objects.filter(pk__in=ids).order_by("name")
        cast("forms.ModelChoiceField[Any]", self.fields["course"]).queryset = courses(council)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("organisation") and not cleaned.get("host") and "host" not in self.errors:
            self.add_error("organisation", "Select an organisation, or enter who it is for")
        starts, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if starts and due and due < starts:
            self.add_error("due_on", "Due by must be on or after the first day")
        return cleaned


class NewDeliveryPlanForm(FormTokenMixin, DeliveryPlanForm):
    """A new plan."""


class DeliveryPlanChangeForm(VersionMixin, DeliveryPlanForm):
    """A plan that runs."""


class EndPlanForm(VersionMixin, GovukForm):
    """Why a plan is given up."""

    reason = LongTextField(
        label="Why is it ended?",
        max_length=500,
        rows=3,
        help_text="What was delivered stays counted.",
        error_messages={"required": "Enter why the plan is ended"},
    )
