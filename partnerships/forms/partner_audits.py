"""Forms of audits of partners and their findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from partnerships.enums import AuditKind, AuditResult
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
)

FINDINGS = (("", "All"), ("open", "With open findings"), ("none", "Without open findings"))


class AuditFilterForm(FilterForm):
    """Narrow the list of audits."""

    q = forms.CharField(label="Organisation", required=False, max_length=100)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *AuditKind.choices])
    result = forms.ChoiceField(
        label="Result", required=False, choices=[("", "All results"), *AuditResult.choices]
    )
    findings = forms.ChoiceField(label="Findings", required=False, choices=FINDINGS)


class _AuditForm(GovukForm):
    kind = forms.ChoiceField(label="Kind", choices=AuditKind.choices)
    title = forms.CharField(
        label="Name of the audit",
        required=False,
        max_length=160,
        help_text="Where its kind is not enough, such as the round of a year.",
    )
    audited_on = DateField(label="Date of the audit")
    carried_out_by = forms.CharField(label="Carried out by", required=False, max_length=120)
    result = forms.ChoiceField(label="Result", widget=forms.RadioSelect, choices=AuditResult.choices)
    summary = LongTextField(
        label="Summary",
        required=False,
        max_length=3000,
        help_text="What it looked at and concluded. No names of people of concern, no intelligence.",
    )
    next_due_on = DateField(label="Next audit due", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audited_on"].latest = timezone.localdate()  # type: ignore[attr-defined] # our own date field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        done, due = cleaned.get("audited_on"), cleaned.get("next_due_on")
        if done and due and due <= done:
            self.add_error("next_due_on", "The next audit must be after this one")
        return cleaned


class AuditForm(FormTokenMixin, _AuditForm):
    """Record an audit."""


class AuditChangeForm(VersionMixin, _AuditForm):
    """Change an audit."""


class FindingForm(GovukForm):
    """Add a finding."""

    text = LongTextField(
        label="What did the audit find?",
        max_length=500,
        rows=3,
        error_messages={"required": "Enter what the audit found"},
    )


class FindingCloseForm(VersionMixin, GovukForm):
    """Close a finding."""

    words = LongTextField(
        label="What was done about it?",
        max_length=500,
        rows=3,
        error_messages={"required": "Say what was done about the finding"},
    )


class FindingActionForm(GovukForm):
    """Turn a finding into an action of the plan."""

    title = forms.CharField(label="What is to be done?", max_length=200)
    owner = forms.ChoiceField(label="Owner", required=False)
    due_on = DateField(label="Due date")

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "Nobody yet"), *((str(key), name) for key, name in people)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined] # declared as a choice above
