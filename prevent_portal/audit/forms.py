"""Filters of the audit page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from prevent_portal.audit.presenters import registered_actions
from prevent_portal.web.forms import DateField, GovukForm


def action_words(action: str) -> str:
    """``accounts.role_granted`` as "Accounts: role granted"."""
    room, _, what = action.partition(".")
    return f"{room.replace('_', ' ').capitalize()}: {what.replace('_', ' ')}"


class AuditFilterForm(GovukForm):
    """Who, what and when; the answers live in the page's address."""

    marks_optional = False

    person = forms.ChoiceField(label="Person", required=False)
    action = forms.ChoiceField(label="What happened", required=False)
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined] # declared as a choice above
        actions = sorted((action_words(action), action) for action in registered_actions())
        self.fields["action"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Everything"),
            *((action, words) for words, action in actions),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not be before the first")
        return data
