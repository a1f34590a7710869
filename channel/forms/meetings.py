"""Forms of meetings: planning, agenda, attendance, and the year of figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from channel.enums import Agency, AttendanceState, ListedFor
from channel.queries.attendance import Expected
from prevent_portal.accounts.models import display_name
from prevent_portal.web.dates import british_time
from prevent_portal.web.forms import DateField, FilterForm, GovukForm


class ClockField(forms.TimeField):
    """A time as the portal prints it ("2:30pm", "9am", "midday") or by the 24-hour clock ("14:30")."""

    widget = forms.TextInput
    input_formats = ("%H:%M", "%I:%M%p", "%I%p")
    _WORDS: ClassVar[dict[str, str]] = {"midday": "12:00", "noon": "12:00", "midnight": "00:00"}

    def prepare_value(self, value: Any) -> Any:
        return british_time(value) if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str):
            value = "".join(value.lower().split()).replace(".", ":")
            value = self._WORDS.get(value, value)
        return super().to_python(value)


def _start_time() -> ClockField:
    return ClockField(
        label="Start time",
        help_text="For example, 2:30pm or 14:30.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"invalid": "Start time must be a time, like 2:30pm or 14:30"},
    )


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
    starts_at = _start_time()
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
    starts_at = _start_time()
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
