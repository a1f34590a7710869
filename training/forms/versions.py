"""What the forms of changed rows share."""

from __future__ import annotations

from django import forms

_INCOMPLETE = "This page was incomplete when it was sent. Check your answers and send it again."


class VersionMixin(forms.Form):
    """Carries the version that the person saw, so that a save in between is noticed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _INCOMPLETE, "invalid": _INCOMPLETE}
    )
