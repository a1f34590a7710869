"""Forms of rounds, local items and a council's own prompts."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from compliance.enums import ItemKind
from compliance.models import Assessment, Edition
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin


class EarlierRoundField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of rounds by period and edition."""

    def label_from_instance(self, obj: Assessment) -> str:
        return f"{obj.period}, {obj.edition.name}"


class RoundForm(GovukForm):
    """A new round of an edition: period, parts, and from which round answers are brought forward."""

    period = forms.CharField(
        label="Period",
        max_length=40,
        help_text="As people name it, such as 2026/27.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    period_start = DateField(label="First day")
    period_end = DateField(label="Last day")
    parts = forms.MultipleChoiceField(
        label="Parts of the edition", widget=forms.CheckboxSelectMultiple, choices=()
    )
    earlier = EarlierRoundField(
        label="Bring answers forward from",
        queryset=Assessment.objects.none(),
        required=False,
        empty_label="No round: start with empty answers",
        help_text="Each answer that is brought forward has to be confirmed in this round.",
    )

    def __init__(self, *args: Any, edition: Edition, rounds: QuerySet[Assessment], **options: Any) -> None:
        super().__init__(*args, **options)
        parts = cast("forms.MultipleChoiceField", self.fields["parts"])
        parts.choices = list(edition.part_labels.items())
        earlier = cast("EarlierRoundField", self.fields["earlier"])
        earlier.queryset = rounds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", "Last day must be on or after the first day")
        return cleaned


class BringForwardForm(GovukForm):
    """From which round answers are brought into one that is open."""

    earlier = EarlierRoundField(
        label="Bring answers forward from",
        queryset=Assessment.objects.none(),
        empty_label="Choose a round",
        help_text="Answers that were given in this round already stay as they are.",
    )
    error_labels = {"earlier": "Earlier round"}

    def __init__(self, *args: Any, rounds: QuerySet[Assessment], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("EarlierRoundField", self.fields["earlier"]).queryset = rounds


class ConfirmForm(VersionMixin, GovukForm):
    """Confirms one answer: nothing to fill in, only the version that the person saw."""


class LocalItemForm(GovukForm):
    """An item of the council's own."""

    prompt = LongTextField(
        label="What should be in place?",
        max_length=500,
        rows=3,
        help_text="One sentence that can be answered with a status. Name nobody.",
        error_messages={"required": "Enter what should be in place"},
    )
    kind = forms.ChoiceField(
        label="How binding is it?",
        error_messages={"required": "Select whether it must or should be done"},
        widget=forms.RadioSelect,
        choices=[
            (ItemKind.MUST.value, "Must: the council has decided that it has to be done"),
            (ItemKind.SHOULD.value, "Should: the council expects it"),
        ],
        initial=ItemKind.SHOULD,
    )
    workstream = forms.CharField(
        label="Workstream",
        max_length=120,
        initial="Local items",
        help_text="Named as in an edition, it is asked in that workstream. Any other name is its own.",
    )
    expected_evidence = LongTextField(
        label="What evidence do you expect?", required=False, max_length=500, rows=2
    )


class LocalItemChangeForm(VersionMixin, LocalItemForm):
    """Changes an item that no round has asked yet."""


class PromptForm(VersionMixin, GovukForm):
    """A council's own words for an unverified prompt."""

    prompt = LongTextField(
        label="The council’s words",
        max_length=500,
        rows=3,
        required=False,
        help_text="Leave this empty to go back to the portal’s words.",
    )
    expected_evidence = LongTextField(label="Evidence to expect", required=False, max_length=500, rows=2)
