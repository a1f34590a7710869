"""Forms of periods, holds and the review of cases whose period is over."""

from __future__ import annotations

from django import forms

from channel.enums import LONGEST_RETENTION_YEARS, REASON_LIMIT
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, WholeNumberField


class PeriodForm(GovukForm):
    """How long cases are kept, and why."""

    years = WholeNumberField(
        label="Years after the person left",
        min_value=1,
        max_value=LONGEST_RETENTION_YEARS,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )
    reason = LongTextField(label="Why the council decides this", max_length=REASON_LIMIT, rows=3)


class HoldForm(GovukForm):
    """Why a case is held."""

    reason = LongTextField(
        label="Why the case is held",
        max_length=REASON_LIMIT,
        rows=3,
        help_text="Such as an inquiry or a claim. Do not name or describe the person.",
    )


class KeepForm(GovukForm):
    """Until when a case is kept on."""

    until = DateField(label="Keep it until", help_text="After this day it is reviewed again.")
