"""Forms of figures and their release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from channel.disclosure.groups import Group, Quarter, one_way, year_to_date
from channel.enums import REASON_LIMIT, Audience, FigureChoice
from channel.queries.case_counts import BY_AGE, BY_CONCERN, BY_OUTCOME, BY_SECTOR, MEASURES, Division
from prevent_portal.web.forms import GovukForm, LongTextField


class ProposeForm(GovukForm):
    """Which figures to put through the gate, for whom and what for."""

    small = frozenset({"audience", "measure", "division"})

    panel = forms.ChoiceField(label="Panel")
    title = forms.CharField(label="Title", max_length=160, help_text="Readers see it above the figures.")
    audience = forms.ChoiceField(label="Who reads them", choices=Audience.choices, widget=forms.RadioSelect)
    measure = forms.ChoiceField(
        label="What is counted",
        choices=[(name, measure.words) for name, measure in MEASURES.items()],
        widget=forms.RadioSelect,
    )
    year = forms.TypedChoiceField(label="Year", coerce=int)
    division = forms.ChoiceField(
        label="How it is divided",
        choices=[
            ("time", "By quarter, with the year to date"),
            *(
                (division.name, f"By {division.words[:1].lower()}{division.words[1:]}")
                for division in (BY_SECTOR, BY_CONCERN, BY_AGE, BY_OUTCOME)
            ),
            ("wait", "By the time from the stage before"),
        ],
        widget=forms.RadioSelect,
        initial="time",
    )
    reason = LongTextField(label="What the figures are for", max_length=REASON_LIMIT, rows=3)

    def __init__(
        self, *args: Any, panels: Sequence[tuple[str, str]], current: Quarter, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.current = current
        self.fields["panel"].choices = panels  # type: ignore[attr-defined] # declared as a choice above
        latest = current.plus(-1)
        newest = latest.year if latest.number > 1 else latest.year - 1
        self.fields["year"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            (year, f"1 April {year} to 31 March {year + 1}") for year in range(newest, newest - 7, -1)
        ]

    def groups(self) -> list[Group]:
        """Return the figures that were chosen: quarters that are over, or values of the year so far."""
        first = Quarter(self.cleaned_data["year"], 2)
        over = min(4, self.current.ordinal - first.ordinal)
        year = Group.over(self.cleaned_data["measure"], first, first.plus(over - 1))
        division = self._division()
        return one_way(year, division.dimension) if division else year_to_date(year, first, over)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        known = {"measure", "division"} <= set(cleaned)
        if known and cleaned["division"] != "time" and self._division() is None:
            self.add_error("division", "What is counted is not divided in this way. Choose another.")
        return cleaned

    def _division(self) -> Division | None:
        """How the chosen measure is divided, None by time alone."""
        divisions = MEASURES[self.cleaned_data["measure"]].divisions
        return next((each for each in divisions if each.name == self.cleaned_data["division"]), None)


class DecisionForm(GovukForm):
    """Whether proposed figures are released, and why."""

    decision = LongTextField(label="Why you decide this", max_length=REASON_LIMIT, rows=3)


class ProfileForm(GovukForm):
    """How figures print for an audience from now on, and why."""

    small = frozenset({"audience", "choice", "zeros_shown"})

    audience = forms.ChoiceField(label="Audience", choices=Audience.choices, widget=forms.RadioSelect)
    choice = forms.ChoiceField(
        label="How figures are shown", choices=FigureChoice.choices, widget=forms.RadioSelect
    )
    zeros_shown = forms.BooleanField(
        label="Show zeros as 0",
        required=False,
        help_text="In a small place a zero says something of everybody who could have been counted.",
    )
    reason = LongTextField(label="Why the council decides this", max_length=REASON_LIMIT, rows=3)
