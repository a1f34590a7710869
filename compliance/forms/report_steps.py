"""Forms of the steps of a report's life."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from compliance.queries.report_changes import BlockChange
from prevent_portal.web.forms import GovukForm, LongTextField


class TakeChangesForm(GovukForm):
    """Which tables of a frozen report are taken as they are today."""

    tables = forms.MultipleChoiceField(
        label="Which tables should the report take as they are today?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one table",
            "invalid_choice": (
                "These figures have changed again since you opened this page. Look at them anew."
            ),
        },
        help_text="The others stay as they were frozen. What was signed before no longer counts.",
    )

    def __init__(self, *args: Any, changes: Iterable[BlockChange], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.MultipleChoiceField", self.fields["tables"]).choices = [
            (change.key, f"{change.title} ({change.section})") for change in changes
        ]


class CorrectionForm(GovukForm):
    """What a correction of a final report changes."""

    correction = LongTextField(
        label="What does the correction change?",
        max_length=1000,
        rows=4,
        help_text="The corrected report prints this under its title, and its page for the public shows it.",
        error_messages={"required": "Enter what the correction changes"},
    )
