"""Filters of the access log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from channel.queries.access_log import EMERGENCIES, READS, LogFilter
from prevent_portal.web.forms import DateField, GovukForm

_KINDS: dict[str, Sequence[str]] = {
    "reads": READS,
    "emergencies": EMERGENCIES,
    "refusals": ("channel.refused",),
}


class AccessLogForm(GovukForm):
    """Who, what, which case and when; the answers live in the page's address."""

    marks_optional = False

    person = forms.ChoiceField(label="Person", required=False)
    kind = forms.ChoiceField(
        label="What happened",
        required=False,
        choices=[
            ("", "Everything"),
            ("reads", "Somebody looked"),
            ("emergencies", "Emergency readings"),
            ("refusals", "Somebody was refused"),
        ],
    )
    reference = forms.RegexField(
        label="Case reference",
        regex=r"^[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a reference such as K7Q4-MZ2R"},
    )
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined] # declared as a choice above

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not be before the first")
        return data

    def wanted(self) -> LogFilter:
        """What was asked for; nothing of it where an answer is not valid."""
        if not self.is_valid():
            return LogFilter()
        asked = self.cleaned_data
        return LogFilter(
            actor_id=int(asked["person"]) if asked["person"] else None,
            actions=_KINDS.get(asked["kind"], ()),
            reference=asked["reference"].upper(),
            since=asked["since"],
            until=asked["until"],
        )
