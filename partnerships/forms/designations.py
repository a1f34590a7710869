"""Forms of designations."""

from __future__ import annotations

from django import forms

from partnerships.enums import DatePrecision, DesignationKind
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin


class DesignationForm(GovukForm):
    """A designation from a day on."""

    kind = forms.ChoiceField(label="Designation", choices=DesignationKind.choices, widget=forms.RadioSelect)
    starts_on = DateField(
        label="From which day?",
        help_text="It holds until the next designation begins. Where only the month or the year is known, "
        "give its first day.",
    )
    precision = forms.ChoiceField(
        label="How exactly is the day known?",
        choices=DatePrecision.choices,
        initial=DatePrecision.DAY,
        widget=forms.RadioSelect,
    )
    source = LongTextField(
        label="Source",
        help_text="Such as a letter of the Home Office, with its date.",
        max_length=300,
        rows=2,
    )


class DesignationChangeForm(VersionMixin, DesignationForm):
    """Correct a designation."""
