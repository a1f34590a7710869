"""Forms of the training of schools: filters, one school, and many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from prevent_portal.web.forms import (
    DateField,
    GovukForm,
    VersionMixin,
)
from training.enums import SchoolMeasure, SchoolPhase, SchoolState
from training.queries.schools import SchoolLine

STATES = (
    ("", "All"),
    ("unknown", "Something is not known"),
    ("not_trained", "Something is not trained"),
    ("due", "The lead’s refresher is overdue"),
)


class SchoolFilterForm(GovukForm):
    """Narrow the list."""

    q = forms.CharField(label="Name", required=False, max_length=100)
    phase = forms.ChoiceField(label="Phase", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    state = forms.ChoiceField(label="What is known", required=False, choices=STATES)
    marks_optional: ClassVar[bool] = False

    def __init__(self, *args: Any, phases: Sequence[str], areas: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(phase, SchoolPhase(phase).label) for phase in phases]
        self.fields["phase"].choices = [("", "All phases"), *named]  # type: ignore[attr-defined] # declared as a choice above
        self.fields["area"].choices = [("", "All areas"), *((area, area) for area in areas)]  # type: ignore[attr-defined] # declared as a choice above


class _TrainedMixin(forms.Form):
    """A state of a measure, and its date where it was trained."""

    def read(self, state_field: str, date_field: str) -> None:
        """Check that trained has a date of the past, and drop a date that nothing asked for."""
        cleaned = self.cleaned_data
        if cleaned.get(state_field) != SchoolState.TRAINED:
            self.errors.pop(date_field, None)
            cleaned[date_field] = None
        elif date_field not in self.errors:
            day: date | None = cleaned.get(date_field)
            if day is None:
                self.add_error(date_field, "Enter the date of the training")
            elif day > timezone.localdate():
                self.add_error(date_field, "The date of the training must be today or in the past")


class SchoolForm(_TrainedMixin, VersionMixin, GovukForm):
    """What is known of one school."""

    whole_school = forms.ChoiceField(
        label="Has the whole school been trained?", widget=forms.RadioSelect, choices=SchoolState.choices
    )
    whole_school_on = DateField(label="When was the whole school trained?", required=False)
    lead = forms.ChoiceField(
        label="Has the designated safeguarding lead been trained?",
        widget=forms.RadioSelect,
        choices=SchoolState.choices,
    )
    lead_on = DateField(
        label="When was the lead last trained?",
        required=False,
        help_text="A refresher is due two years after.",
    )
    phase = forms.ChoiceField(
        label="Phase", required=False, choices=[("", "Not given"), *SchoolPhase.choices]
    )
    area = forms.CharField(label="Area", required=False, max_length=80)

    reveals = {
        "whole_school": {SchoolState.TRAINED.value: ["whole_school_on"]},
        "lead": {SchoolState.TRAINED.value: ["lead_on"]},
    }

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.read("whole_school", "whole_school_on")
        self.read("lead", "lead_on")
        return self.cleaned_data


class SchoolsForm(GovukForm):
    """Record one date for several schools."""

    measure = forms.ChoiceField(
        label="What was done?", widget=forms.RadioSelect, choices=SchoolMeasure.choices
    )
    trained_on = DateField(label="Date of the training")
    schools = forms.MultipleChoiceField(
        label="Which schools?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one school"},
    )
    small = frozenset({"schools"})

    def __init__(self, *args: Any, lines: Sequence[SchoolLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trained_on"].latest = timezone.localdate()  # type: ignore[attr-defined] # our own date field
        self.fields["schools"].choices = [(str(each.organisation_id), each.name) for each in lines]  # type: ignore[attr-defined] # declared as a choice above
