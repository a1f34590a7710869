"""Forms of a council's own courses and targets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from partnerships.enums import OrganisationKind
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin, WholeNumberField
from training.enums import Delivery, Tier
from training.models import Course


class CourseForm(GovukForm):
    """A course of the council's own."""

    name = forms.CharField(label="Name", max_length=120)
    also_known_as = LongTextField(
        label="Also known as",
        help_text="Other names that returns use for it, one on each line.",
        required=False,
        max_length=1000,
        rows=3,
    )
    tier = forms.ChoiceField(label="What it is for", choices=Tier.choices, initial=Tier.LOCAL)
    delivery = forms.ChoiceField(label="How it is given", choices=Delivery.choices, widget=forms.RadioSelect)
    refresh_months = WholeNumberField(
        label="Months until it is refreshed",
        help_text="Leave empty if it is taken once.",
        required=False,
        min_value=1,
        max_value=120,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    is_historic = forms.BooleanField(label="It is no longer delivered", required=False)
    small = {"delivery"}

    def clean_also_known_as(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["also_known_as"].splitlines() if line.strip()]


class CourseChangeForm(VersionMixin, CourseForm):
    """The same, with the version that the person saw."""


class TargetForm(GovukForm):
    """A target for the council's own reading."""

    course = forms.ChoiceField(label="Course")
    organisation_kind = forms.ChoiceField(
        label="Kind of organisation", choices=[("", "Choose a kind"), *OrganisationKind.choices]
    )
    per_cent = forms.DecimalField(
        label="Target in per cent",
        min_value=Decimal(1),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
    )
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day", required=False)
    source = forms.CharField(
        label="Who set it", max_length=120, help_text="Such as the Prevent board, with the date."
    )

    def __init__(self, *args: Any, courses: Sequence[Course], **options: Any) -> None:
        super().__init__(*args, **options)
        self._courses = {str(each.pk): each for each in courses}
        self.fields["course"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Choose a course"),
            *((key, each.name) for key, each in self._courses.items()),
        ]

    def clean_course(self) -> Course:
        return self._courses[self.cleaned_data["course"]]


class TargetChangeForm(VersionMixin, TargetForm):
    """A target that is there: its course and kind stay."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, courses=[], **options)
        del self.fields["course"], self.fields["organisation_kind"]
