"""What to show of coverage, and by how much a return must change to be named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from partnerships.enums import OrganisationKind
from prevent_portal.web.dates import month_and_year
from prevent_portal.web.forms import GovukForm

WINDOWS = (4, 8, 12)
"""How many quarters may be shown."""


class CoverageFilterForm(GovukForm):
    """Which quarters, courses and organisations coverage shows. What is no answer shows the default."""

    to = forms.ChoiceField(label="Up to the quarter that ends in", required=False)
    quarters = forms.ChoiceField(
        label="Trend over",
        required=False,
        choices=[(str(count), f"{count} quarters") for count in WINDOWS],
    )
    course = forms.ChoiceField(label="Course", required=False)
    kind = forms.ChoiceField(label="Kind of organisation", required=False)
    organisation = forms.ChoiceField(label="Organisation", required=False)
    marks_optional: ClassVar[bool] = False

    def __init__(
        self,
        *args: Any,
        ends: Sequence[date],
        courses: Sequence[str],
        kinds: Sequence[str],
        organisations: Sequence[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._offer("to", [(end.isoformat(), month_and_year(end)) for end in ends])
        self._offer("course", [("", "All courses"), *((name, name) for name in courses)])
        named = [(kind.value, kind.label) for kind in OrganisationKind if kind.value in kinds]
        self._offer("kind", [("", "All kinds"), *named])
        everyone = [(str(key), name) for key, name in organisations]
        self._offer("organisation", [("", "All organisations"), *everyone])

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # declared as a choice above


class LineSettingForm(GovukForm):
    """By how many percentage points a return must change to be named."""

    points = forms.DecimalField(
        label="Percentage points",
        min_value=Decimal("0.1"),
        max_value=100,
        max_digits=4,
        decimal_places=1,
        help_text="A return that goes up or down by more than this from one quarter to the next is named.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
        error_messages={"required": "Enter a number of percentage points"},
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "This page was incomplete when it was sent. Check your answers and send it again.",
            "invalid": "This page was incomplete when it was sent. Check your answers and send it again.",
        },
    )
