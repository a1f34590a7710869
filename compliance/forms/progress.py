"""Forms of the page of a review meeting: one row for each open action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from compliance.enums import ActionRating, ActionStatus
from compliance.models import Action
from prevent_portal.web.forms import FormTokenMixin, GovukForm, LongTextField, VersionMixin


class BulkForm(FormTokenMixin, GovukForm):
    """What the rows share: the token with which they are sent once."""


class BulkRowForm(VersionMixin, GovukForm):
    """Rating, status and note of one action. Its fields are named after the action."""

    rating = forms.ChoiceField(
        label="Rating",
        required=False,
        choices=[(value, label.partition(":")[0]) for value, label in ActionRating.choices],
    )
    status = forms.ChoiceField(label="Status", choices=ActionStatus.choices)
    note = LongTextField(label="What has happened?", required=False, max_length=2000, rows=2)

    marks_optional = False

    def __init__(
        self, data: Any = None, *, action: Action, statuses: Sequence[ActionStatus], **options: Any
    ) -> None:
        super().__init__(
            data,
            prefix=action.reference,
            initial={"version": action.version, "rating": action.rating, "status": action.status},
            **options,
        )
        self.fields["status"].choices = [(status.value, status.label) for status in statuses]  # type: ignore[attr-defined] # declared as a choice above
        for name in ("rating", "status", "note"):
            label = self.fields[name].label
            self.fields[name].error_messages["required"] = f"{action.reference}: enter {label}"
