"""Forms of the grants on one case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from prevent_portal.web.forms import DateField, GovukForm


class GrantForm(GovukForm):
    """Who may read the case, and until when."""

    person = forms.TypedChoiceField(label="Person", coerce=int)
    ends_on = DateField(
        label="Last day", required=False, help_text="Leave it empty for as long as they sit on the panel."
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [("", "Choose a person"), *people]  # type: ignore[attr-defined] # declared as a choice above
        self.fields["ends_on"].earliest = timezone.localdate()  # type: ignore[attr-defined] # declared as a date above


class EndGrantForm(GovukForm):
    """Whose grant ends."""

    end = forms.IntegerField(widget=forms.HiddenInput)
