"""Forms of facilitators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import (
    DateField,
    FormTokenMixin,
    GovukForm,
    VersionMixin,
    WholeNumberField,
)
from training.enums import FacilitatorState
from training.forms.sessions import AREA_HINT
from training.models import Course, Facilitator
from training.queries.facilitators import NO_AREA
from training.queries.sessions import courses, organisations


class FacilitatorForm(GovukForm):
    """What is kept of somebody who delivers courses: as little as planning needs."""

    name = forms.CharField(
        label="Post or name",
        max_length=120,
        help_text="A post is enough, such as Team manager, youth justice.",
    )
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="None from the list",
    )
    area = forms.CharField(label="Area", max_length=80, required=False, help_text=AREA_HINT)
    courses = forms.ModelMultipleChoiceField(
        label="Courses they may deliver",
        queryset=Course.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one course that they may deliver"},
    )
    sessions_a_quarter = WholeNumberField(
        label="Sessions a quarter",
        required=False,
        min_value=0,
        max_value=200,
        help_text="How many they can deliver. Leave empty if it is not known.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    small = {"courses"}

    def __init__(
        self, *args: Any, council: Council, facilitator: Facilitator | None = None, **options: Any
    ) -> None:
        if facilitator is not None:
            names = ("name", "organisation", "area", "sessions_a_quarter", "version")
            options["initial"] = {
                **{name: getattr(facilitator, name) for name in names},
                "courses": [each.course_id for each in facilitator.may_deliver.all()],
            }
        super().__init__(*args, **options)
        ids = {each.pk for each in organisations(council)}
        if facilitator is not None and facilitator.organisation_id:
            ids.add(facilitator.organisation_id)
        cast(
            "forms.ModelChoiceField[Any]", self.fields["organisation"]
        ).queryset = Organisation.objects.filter(pk__in=ids).order_by("name")
        cast("forms.ModelChoiceField[Any]", self.fields["courses"]).queryset = courses(council)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["courses"] = list(cleaned.get("courses") or ())
        return cleaned


class NewFacilitatorForm(FormTokenMixin, FacilitatorForm):
    """Somebody who was trained to train."""

    trained_on = DateField(label="Trained on", help_text="The day of the train-the-trainer course.")


class FacilitatorChangeForm(VersionMixin, FacilitatorForm):
    """Somebody who is in the list."""


class StepForm(VersionMixin, GovukForm):
    """The next step of a facilitator, with its day and who decided."""

    state = forms.ChoiceField(
        label="What happened?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what happened"},
    )
    happened_on = DateField(label="On which day?")
    by_whom = forms.CharField(
        label="By whom?", max_length=120, help_text="The post that observed, signed off or decided."
    )
    note = forms.CharField(label="Note", max_length=500, required=False)

    def __init__(self, *args: Any, states: Sequence[FacilitatorState], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer(states)

    def offer(self, states: Sequence[FacilitatorState]) -> None:
        """Set the steps to choose from."""
        self.fields["state"].choices = [(state.value, STEP_WORDS[state]) for state in states]  # type: ignore[attr-defined] # declared as a choice above


STEP_WORDS: dict[str, str] = {
    FacilitatorState.OBSERVED: "Observed while delivering",
    FacilitatorState.SIGNED_OFF: "Signed off to deliver alone",
    FacilitatorState.ACTIVE: "Active: delivers sessions",
    FacilitatorState.LAPSED: "Lapsed: delivers no more",
}


class FacilitatorFilterForm(GovukForm):
    """How the list is narrowed down."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Every state"), *FacilitatorState.choices]
    )
    area = forms.ChoiceField(label="Area", required=False)
    marks_optional = False

    def __init__(self, *args: Any, areas: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Every area"),
            *((area, area) for area in areas),
            (NO_AREA, NO_AREA),
        ]
