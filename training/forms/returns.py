"""A council's word on a return."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from prevent_portal.web.forms import GovukForm, LongTextField
from training.enums import ReturnState


class ReviewReturnForm(GovukForm):
    """Accept a return, or ask the organisation about it."""

    state = forms.ChoiceField(
        label="Do you accept this return?",
        choices=[
            (ReturnState.ACCEPTED, "Yes, accept it"),
            (ReturnState.QUERIED, "No, ask the organisation about it"),
        ],
        widget=forms.RadioSelect,
    )
    comment = LongTextField(
        label="Your question",
        help_text="The organisation reads it on its own page. Do not name any person.",
        required=False,
        max_length=2000,
    )
    reveals: ClassVar[dict[str, dict[str, list[str]]]] = {"state": {ReturnState.QUERIED.value: ["comment"]}}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == ReturnState.QUERIED and not cleaned.get("comment"):
            self.add_error("comment", "Enter your question")
        return cleaned
