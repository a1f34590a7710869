"""Forms of rounds of returns, extensions and what is expected from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from partnerships.models import Organisation
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)
from prevent_portal.web.quarters import Quarter
from training.models import Course

_DAYS = forms.TextInput(attrs={"class": "govuk-input--width-3"})


class RoundForm(GovukForm):
    """Open a quarter's round."""

    quarter = forms.ChoiceField(label="Quarter")
    due_on = DateField(label="Deadline", help_text="An organisation that you gave a later deadline keeps it.")
    remind_before = WholeNumberField(
        label="Days before the deadline to remind the Prevent lead",
        min_value=0,
        max_value=60,
        initial=7,
        widget=_DAYS,
    )
    remind_after = WholeNumberField(
        label="Days after the deadline to remind the Prevent lead again",
        min_value=1,
        max_value=60,
        initial=1,
        widget=_DAYS,
    )
    executive_after = WholeNumberField(
        label="Days after the deadline to remind the executive lead",
        min_value=1,
        max_value=90,
        initial=7,
        widget=_DAYS,
    )

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **options: Any) -> None:
        super().__init__(*args, **options)
        self._quarters = {each.end.isoformat(): each for each in quarters}
        # Short, because a telephone cuts off the end of a longer choice, and that is the year.
        self.fields["quarter"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            (key, f"{each} ({_months(each)})") for key, each in self._quarters.items()
        ]

    def clean_quarter(self) -> Quarter:
        return self._quarters[self.cleaned_data["quarter"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        after, executive = cleaned.get("remind_after"), cleaned.get("executive_after")
        if after is not None and executive is not None and executive < after:
            self.add_error(
                "executive_after",
                "The executive lead must not be reminded before the Prevent lead",
            )
        return cleaned


class MoreTimeForm(GovukForm):
    """Give an organisation more time in a round."""

    due_on = DateField(label="New deadline")
    reason = LongTextField(
        label="Why do they need more time?",
        max_length=500,
        rows=3,
        help_text="The reason is kept on record. Do not name anyone.",
        error_messages={"required": "Enter why they need more time"},
    )


class ExpectedForm(GovukForm):
    """Expect a return of an organisation each quarter."""

    organisation = forms.ChoiceField(label="Organisation")
    course = forms.ChoiceField(label="Course")
    whose = forms.ChoiceField(
        label="Whose staff is it about?",
        widget=forms.RadioSelect,
        choices=[
            ("whole", "The whole organisation"),
            ("council", "Only staff based in the council’s area"),
        ],
    )
    starts_on = DateField(label="First day of the first quarter")
    ends_on = DateField(
        label="Last day of the last quarter",
        required=False,
        help_text="Leave empty if there is no end date.",
    )
    days_to_return = WholeNumberField(
        label="Days to send the return",
        help_text="Counted from the last day of the quarter.",
        min_value=1,
        max_value=180,
        initial=28,
        widget=_DAYS,
    )
    small = {"whose"}

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        courses: Sequence[Course],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._organisations = {str(each.pk): each for each in organisations}
        self._courses = {str(each.pk): each for each in courses}
        self._offer("organisation", "Choose an organisation", self._organisations)
        self._offer("course", "Choose a course", self._courses)

    def _offer(self, name: str, nothing: str, offered: Mapping[str, Organisation | Course]) -> None:
        """Begin with an empty choice: the first of a list that nobody looked at is no answer."""
        choices = [("", nothing), *((key, each.name) for key, each in offered.items())]
        self.fields[name].choices = choices  # type: ignore[attr-defined] # declared as a choice above

    def clean_organisation(self) -> Organisation:
        return self._organisations[self.cleaned_data["organisation"]]

    def clean_course(self) -> Course:
        return self._courses[self.cleaned_data["course"]]


class ExpectedChangeForm(VersionMixin, GovukForm):
    """Until when a return is expected, and how many days after the quarter it is due."""

    ends_on = DateField(
        label="Last day of the last quarter",
        required=False,
        help_text="Leave empty if there is no end date.",
    )
    days_to_return = WholeNumberField(
        label="Days to send the return",
        help_text="Counted from the last day of the quarter. Open rounds keep their deadlines.",
        min_value=1,
        max_value=180,
        widget=_DAYS,
    )


class RoundFilterForm(FilterForm):
    """Which lines of a round to show."""

    STATES = (
        ("", "All returns"),
        ("missing", "Not returned"),
        ("overdue", "Overdue"),
        ("late", "Late"),
        ("queried", "Queried"),
        ("submitted", "To be reviewed"),
        ("accepted", "Accepted"),
    )
    state = forms.ChoiceField(label="Which returns", required=False, choices=STATES)

    @property
    def state_wanted(self) -> str:
        return str(self.cleaned_data.get("state", "")) if self.is_valid() else ""


def _months(quarter: Quarter) -> str:
    """July to September: the quarter's own name says the year."""
    return quarter.months.rpartition(" ")[0]


def first_due(quarters: Sequence[Quarter], proposed: date | None) -> dict[str, Any]:
    """What an empty form of a round offers."""
    return {"quarter": quarters[0].end.isoformat() if quarters else "", "due_on": proposed}
