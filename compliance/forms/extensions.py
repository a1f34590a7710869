"""Forms of requests for a later due date."""

from __future__ import annotations

from typing import Any

from django import forms

from compliance.models import ExtensionRequest
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField, VersionMixin


class ExtensionForm(FormTokenMixin, VersionMixin, GovukForm):
    """Ask for a later date."""

    wished_on = DateField(
        label="New due date", error_messages={"required": "Enter the new due date that you ask for"}
    )
    reason = LongTextField(
        label="Why is more time needed?",
        max_length=1000,
        rows=3,
        help_text="Whoever decides reads this, and it stays on record.",
        error_messages={"required": "Enter why more time is needed"},
    )


class DecisionForm(GovukForm):
    """Approve a request, for the date asked or an earlier one, or refuse it with a reason."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
    )
    granted_on = DateField(
        label="New due date", required=False, help_text="The date asked for, or an earlier one."
    )
    note = LongTextField(
        label="Note",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Needed where you refuse. The person who asked reads it.",
    )

    sometimes_needed = {"note"}
    reveals = {"decision": {"approve": ["granted_on"]}}

    def __init__(self, *args: Any, asked: ExtensionRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["granted_on"].initial = asked.wished_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse":
            self.errors.pop("granted_on", None)
            cleaned["granted_on"] = None
            if not cleaned.get("note"):
                self.add_error("note", "Enter why the request is refused")
        elif not cleaned.get("granted_on") and "granted_on" not in self.errors:
            self.add_error("granted_on", "Enter the date that you approve")
        return cleaned
