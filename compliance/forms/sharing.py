"""Forms of sharing: with whom, from when, until when and why."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone

from compliance.queries.sharing import receivers
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin


class ShareForm(GovukForm):
    """Let another council read something for a time."""

    receiver = forms.TypedChoiceField(
        label="Council", error_messages={"required": "Choose the council that may read it"}
    )
    starts_on = DateField(label="First day of reading")
    ends_on = DateField(
        label="Last day of reading", help_text="You are reminded a month before, and can renew it."
    )
    reason = LongTextField(
        label="Why is it shared?",
        max_length=500,
        rows=3,
        help_text="Kept with the sharing in your council’s record. The other council does not see it.",
        error_messages={"required": "Enter why it is shared"},
    )

    def __init__(self, *args: Any, council: Council, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = receivers(council, timezone.localdate())
        self.councils = {str(one.pk): one for _, found in groups for one in found}
        field = cast("forms.TypedChoiceField", self.fields["receiver"])
        field.coerce = self.councils.get
        field.choices = [
            ("", "Choose a council"),
            *((label, [(str(one.pk), one.name) for one in found]) for label, found in groups),
        ]


class RenewForm(VersionMixin, GovukForm):
    """Another last day."""

    ends_on = DateField(label="Last day of reading")


class EndForm(VersionMixin, GovukForm):
    """The word that a sharing ends now."""
