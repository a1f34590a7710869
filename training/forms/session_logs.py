"""A file that holds a log of sessions, and when they were where it does not say."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from prevent_portal.web.forms import GovukForm
from training.session_logs.days import Days, DaysUnclear, days_of


class SessionLogForm(GovukForm):
    """A file, and the period of rows that name none."""

    file = forms.FileField(
        label="Your file",
        help_text="An Excel (.xlsx, .xls) or OpenDocument (.ods) workbook or a CSV file, 2 MB at most. "
        "Extra columns do no harm.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": "Select the file with your log"},
    )
    when = forms.CharField(
        label="When were the sessions?",
        help_text="Only used for rows that do not say. Such as 2018, 2018/19, Q1 2018/19 or 12 March 2018.",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    marks_optional: ClassVar[bool] = False

    def clean_when(self) -> Days | None:
        """The days that the words name."""
        words = str(self.cleaned_data["when"]).strip()
        if not words:
            return None
        try:
            return days_of(words)
        except DaysUnclear as unclear:
            raise forms.ValidationError(str(unclear)) from None
