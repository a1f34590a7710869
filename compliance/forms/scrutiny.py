"""The form of a recommendation's progress."""

from __future__ import annotations

from django import forms

from compliance.forms.plans import VersionMixin
from prevent_portal.web.forms import FormTokenMixin, GovukForm, LongTextField


class RecommendationProgressForm(FormTokenMixin, VersionMixin, GovukForm):
    """What has happened with a recommendation."""

    note = LongTextField(
        label="What has happened?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what has happened"},
    )
    completes = forms.BooleanField(label="The work on this recommendation is complete", required=False)

    def __init__(self, *args: object, is_complete: bool = False, **options: object) -> None:
        super().__init__(*args, **options)
        if is_complete:
            del self.fields["completes"]
