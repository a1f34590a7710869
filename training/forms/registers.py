"""A staff register: whose staff, which quarter, and the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import GovukForm
from training.periods import last_ended_quarter, quarters_up_to

QUARTERS = 8
"""How many quarters back a register may be about: two years. Older figures are sent as figures."""

SERVICES = "services"
OTHER_COURSES = "leave_out"


def offered_quarters(today: date) -> list[tuple[str, str]]:
    """Ended quarters by their last day, the latest first."""
    ended = quarters_up_to(last_ended_quarter(today), QUARTERS)
    return [(each.end.isoformat(), f"{each.label}, to {_month(each.end)}") for each in reversed(ended)]


def _month(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


class SendRegisterForm(GovukForm):
    """Choose a register and say what it is about."""

    file = forms.FileField(
        label="Your staff register",
        help_text="A CSV file, an Excel workbook (.xlsx or .xls) or an OpenDocument sheet (.ods), "
        "20 MB at most.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods,.xls"}),
        error_messages={"required": "Select the file with your staff register"},
    )
    organisation = forms.ChoiceField(
        label="Whose staff does it list?", error_messages={"required": "Select whose staff it lists"}
    )
    quarter = forms.ChoiceField(
        label="Which quarter is it for?",
        help_text="What counts is the position on the last day of the quarter: completions after it do not, "
        "nor those so old that the course is due again by then.",
    )
    whose = forms.ChoiceField(
        label="Which of the organisation’s staff?",
        widget=forms.RadioSelect,
        required=False,
        initial="whole",
    )
    other_courses = forms.MultipleChoiceField(
        label="Other courses",
        choices=[(OTHER_COURSES, "Leave out rows about courses that are not on the list")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    marks_optional: ClassVar[bool] = False
    small: ClassVar[frozenset[str] | set[str]] = {"whose", "other_courses"}

    def __init__(
        self,
        *args: Any,
        council: Council,
        organisations: Sequence[Organisation],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        services = [each for each in organisations if each.kind == OrganisationKind.COUNCIL_SERVICE]
        self._organisations = {str(each.pk): each for each in organisations}
        choices = [(key, each.name) for key, each in self._organisations.items()]
        if len(services) > 1:
            choices.insert(0, (SERVICES, "All services, as the file says"))
        if len(choices) > 1:
            choices.insert(0, ("", "Choose whose staff"))
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined] # declared as a choice above
        self.fields["quarter"].choices = offered_quarters(today)  # type: ignore[attr-defined] # declared as a choice above
        self.fields["whose"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("whole", "The whole organisation"),
            ("council", f"Only staff based in {council.name}"),
        ]
        if services and len(services) == len(organisations):
            del self.fields["whose"]

    @property
    def chosen_organisation(self) -> Organisation | None:
        """The organisation, or None for all services of the council."""
        return self._organisations.get(self.cleaned_data["organisation"])

    @property
    def of_services(self) -> bool:
        chosen = self.chosen_organisation
        return chosen is None or chosen.kind == OrganisationKind.COUNCIL_SERVICE

    @property
    def council_staff_only(self) -> bool:
        return bool(self.cleaned_data.get("whose") == "council")

    @property
    def period_end(self) -> date:
        return date.fromisoformat(self.cleaned_data["quarter"])

    @property
    def leaves_out_other_courses(self) -> bool:
        return OTHER_COURSES in self.cleaned_data["other_courses"]
