"""Forms of emergency readings."""

from __future__ import annotations

from django import forms

from channel.enums import REASON_LIMIT, BreakGlassGround, BreakGlassVerdict
from prevent_portal.web.forms import GovukForm, LongTextField


class BreakGlassForm(GovukForm):
    """Which case, on what ground, and why now."""

    reference = forms.RegexField(
        label="Case reference",
        regex=r"^\s*[0-9A-Za-z]{4}-[0-9A-Za-z]{4}\s*$",
        help_text="As somebody who knows the case told you, such as K7Q4-MZ2R.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a reference such as K7Q4-MZ2R"},
    )
    ground = forms.ChoiceField(
        label="What allows you to read it", choices=BreakGlassGround.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(
        label="Why you have to read it now",
        max_length=REASON_LIMIT,
        rows=4,
        help_text="Do not name or describe the person.",
    )


class EndBreakGlassForm(GovukForm):
    """Which reading ends."""

    end = forms.UUIDField(widget=forms.HiddenInput)


class ReviewBreakGlassForm(GovukForm):
    """What the review found."""

    small = frozenset({"verdict"})

    verdict = forms.ChoiceField(
        label="Was it justified?",
        choices=BreakGlassVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it was justified"},
    )
    note = LongTextField(
        label="What you found",
        max_length=REASON_LIMIT,
        rows=4,
        help_text="Do not name or describe the person.",
    )
