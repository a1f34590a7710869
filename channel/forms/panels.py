"""Forms of panels and their seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from channel.enums import Agency, Capacity
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, GovukForm


class PanelForm(GovukForm):
    """What a new panel is called."""

    name = forms.CharField(label="Name of the panel", max_length=120)


class SeatForm(GovukForm):
    """Who sits on the panel, how, for whom and until when."""

    small = frozenset({"capacity"})
    sometimes_needed = frozenset({"ends_on"})
    reveals: ClassVar = {"capacity": {Capacity.DISTRICT: ["district"], Capacity.POLICE: ["police_area"]}}
    option_hints: ClassVar = {
        "capacity": {
            Capacity.CHAIR: "Prepares all cases of the panel, and says who sits on it.",
            Capacity.SECRETARY: "Prepares all cases of the panel.",
            Capacity.MEMBER: "Reads cases that name them, at meetings whose statement they sign.",
            Capacity.PER_CASE: "Comes for one case that names them.",
            Capacity.DISTRICT: "Comes for residents of one district only.",
            Capacity.CASE_MANAGER: "Comes for one case that names them, until a day.",
            Capacity.POLICE: "Comes for residents of one police area only.",
        }
    }

    person = forms.TypedChoiceField(
        label="Person",
        coerce=int,
        help_text="People to whom the administrator has given a role of Channel.",
    )
    capacity = forms.ChoiceField(label="How they sit", choices=Capacity.choices, widget=forms.RadioSelect)
    district = forms.ModelChoiceField(
        label="District", queryset=Council.objects.none(), required=False, empty_label="Choose a district"
    )
    police_area = forms.CharField(label="Police area", max_length=80, required=False)
    agency = forms.ChoiceField(label="Agency", choices=[("", "Choose an agency"), *Agency.choices])
    ends_on = DateField(
        label="Last day", required=False, help_text="A case manager needs one. Otherwise leave it empty."
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [("", "Choose a person"), *people]  # type: ignore[attr-defined] # declared as a choice above
        self.fields["district"].queryset = Council.objects.current()  # type: ignore[attr-defined] # declared as a choice above
        self.fields["ends_on"].earliest = timezone.localdate()  # type: ignore[attr-defined] # declared as a date above

    def clean(self) -> dict[str, Any]:
        """Keep an area only on the seat that it belongs to: what a hidden field held was not meant."""
        answers = super().clean() or {}
        if answers.get("capacity") != Capacity.DISTRICT:
            answers["district"] = None
        elif not answers.get("district"):
            self.add_error("district", "Choose the district whose residents they come for")
        if answers.get("capacity") != Capacity.POLICE:
            answers["police_area"] = ""
        elif not answers.get("police_area"):
            self.add_error("police_area", "Enter the police area whose residents they come for")
        if answers.get("capacity") == Capacity.CASE_MANAGER and not answers.get("ends_on"):
            self.add_error("ends_on", "Enter the last day. A case manager sits for a limited time")
        return answers


class EndSeatForm(GovukForm):
    """When a seat ends."""

    ends_on = DateField(label="Last day", required=False, help_text="Leave it empty to end the seat at once.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ends_on"].earliest = timezone.localdate()  # type: ignore[attr-defined] # declared as a date above
