"""The form that takes a plan's sheet back."""

from __future__ import annotations

from typing import Any

from django import forms

from prevent_portal.web.forms import GovukForm
from prevent_portal.web.spreadsheets import LIMIT_BYTES


class PlanUploadForm(GovukForm):
    """One workbook."""

    file = forms.FileField(
        label="The plan’s workbook",
        help_text="The .xlsx file that you downloaded here, with your changes. At most 2 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Choose the workbook", "empty": "The file is empty."},
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LIMIT_BYTES:
            raise forms.ValidationError("The file is larger than 2 MB. Send a file with the table only.")
        return sent
