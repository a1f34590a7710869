"""Forms of meetings: planning, agenda, attendance, and the year of figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from django import forms

from channel.enums import Agency, AttendanceState, ListedFor
from channel.queries.attendance import Expected
from prevent_portal.accounts.models import display_name
from prevent_portal.web.forms import ClockField, DateField, FilterForm, GovukForm


def _place() -> forms.CharField:
    return forms.CharField(
        label="Place", max_length=120, required=False, help_text="A room, or that it is held online."
    )


class YearFirstForm(FilterForm):
    """The first meeting of a year, from which the others follow."""

    first = DateField(label="When is the first meeting?")
    every = forms.TypedChoiceField(
        label="How often does the panel meet?",
        choices=[("1", "Every month"), ("2", "Every other month")],
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
    )


class YearPlanForm(GovukForm):
    """The proposed days of a year's meetings, each of which can be left out."""

    days = forms.MultipleChoiceField(
        label="Meetings to plan",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one date"},
    )
    starts_at = ClockField(label="Start time")
    place = _place()

    def __init__(self, *args: Any, proposed: Sequence[tuple[date, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].choices = [(day.isoformat(), words) for day, words in proposed]  # type: ignore[attr-defined] # declared as choices above
        self.fields["starts_at"].initial = time(10, 0)

    def clean_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.cleaned_data["days"]]


class MeetingForm(GovukForm):
    """When and where one meeting is held."""

    held_on = DateField(label="Date")
    starts_at = ClockField(label="Start time")
    place = _place()


class ListCaseForm(GovukForm):
    """Which case goes on the agenda, and why."""

    reference = forms.ChoiceField(label="Case")
    listed_for = forms.ChoiceField(
        label="Why it is discussed",
        choices=ListedFor.choices,
        initial=ListedFor.DISCUSSION,
        widget=forms.RadioSelect,
    )
    small = frozenset({"listed_for"})

    def __init__(self, *args: Any, references: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reference"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Choose a case"),
            *((one, one) for one in references),
        ]


class AttendanceForm(GovukForm):
    """Who came: one question for each seat."""

    marks_optional = False

    def __init__(self, *args: Any, expected: Sequence[Expected], **options: Any) -> None:
        super().__init__(*args, **options)
        self.seats = {f"seat_{one.seat.pk}": one.seat.pk for one in expected}
        for one in expected:
            seat = one.seat
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=f"{display_name(seat.person)}, {Agency(seat.agency).label}",
                help_text="Signed the statement of this meeting." if one.signed else "",
                choices=AttendanceState.choices,
                widget=forms.RadioSelect,
                initial=one.state or (AttendanceState.PRESENT if one.signed else None),
                error_messages={"required": f"Say whether {display_name(seat.person)} came"},
            )
        self.small = self.inline = frozenset(self.seats)  # type: ignore[misc] # this form's, not the class's

    def states(self) -> dict[UUID, AttendanceState]:
        """Return what was answered, by seat."""
        return {
            seat: AttendanceState(self.cleaned_data[name])
            for name, seat in self.seats.items()
            if self.cleaned_data.get(name)
        }


class YearForm(FilterForm):
    """Which year of figures."""

    year = forms.TypedChoiceField(label="Year", coerce=int)

    def __init__(self, *args: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(year, f"1 April {year} to 31 March {year + 1}") for year in years]  # type: ignore[attr-defined] # declared as a choice above
