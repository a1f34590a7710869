"""Forms of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import (
    DateField,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)
from training.enums import SessionDated, SessionState
from training.models import Course, DeliveryPlan, Facilitator, TrainingSession
from training.queries.delivery_plans import plan_choice_words
from training.queries.sessions import (
    BRIEFINGS,
    Span,
    courses,
    organisation_ids,
    organisations,
    possible_facilitators,
    possible_plans,
)

AREA_HINT = "A district, ward or locality. Capacity and demand are compared by it."


class PlanField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of delivery plans by course, organisation and day."""

    def label_from_instance(self, obj: DeliveryPlan) -> str:
        return plan_choice_words(obj)


class SessionForm(GovukForm):
    """What a session is, when, for whom and by whom. The days are asked as a log knows them."""

    course = forms.ModelChoiceField(
        label="Course", queryset=Course.objects.none(), required=False, empty_label="None: a briefing"
    )
    title = forms.CharField(
        label="Title of the briefing",
        max_length=120,
        required=False,
        help_text="Only if this is not a course. A briefing counts in no course’s totals.",
    )
    dated = forms.ChoiceField(
        label="When is it?",
        widget=forms.RadioSelect,
        choices=SessionDated.choices,
        initial=SessionDated.DAY.value,
    )
    held_on = DateField(label="Date of the session", required=False)
    starts_on = DateField(label="First day", required=False)
    ends_on = DateField(label="Last day", required=False)
    year = WholeNumberField(
        label="Year",
        required=False,
        min_value=1990,
        max_value=2100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4"}),
    )
    sessions = WholeNumberField(
        label="How many sessions?",
        min_value=1,
        max_value=1000,
        initial=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    audience = forms.CharField(
        label="Audience", max_length=200, help_text="Such as social workers, or new starters."
    )
    organisations = forms.ModelMultipleChoiceField(
        label="Organisations",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    host = forms.CharField(
        label="For somebody who is not in the list",
        max_length=160,
        required=False,
        help_text="Such as a charity. Needed where you select no organisation.",
    )
    facilitator = forms.ModelChoiceField(
        label="Facilitator",
        queryset=Facilitator.objects.none(),
        required=False,
        empty_label="Nobody from the list",
    )
    trainer = forms.CharField(
        label="Trainer, by post",
        max_length=120,
        required=False,
        help_text="If the trainer is not a listed facilitator. A job title is enough.",
    )
    venue = forms.CharField(label="Venue", max_length=120, required=False)
    area = forms.CharField(label="Area", max_length=80, required=False, help_text=AREA_HINT)
    places = WholeNumberField(
        label="Places",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Leave empty if it is not known.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    plan = PlanField(
        label="Counts towards the delivery plan",
        queryset=DeliveryPlan.objects.none(),
        required=False,
        empty_label="No delivery plan",
    )

    reveals = {
        "dated": {
            SessionDated.DAY.value: ["held_on"],
            SessionDated.PERIOD.value: ["starts_on", "ends_on"],
            SessionDated.YEAR.value: ["year"],
        }
    }
    small = {"organisations"}
    sometimes_needed = {"title", "host"}

    def __init__(
        self, *args: Any, council: Council, session: TrainingSession | None = None, **options: Any
    ) -> None:
        if session is not None:
            options["initial"] = {**_initial(session), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self._offer("course", courses(council))
        ids = {each.pk for each in organisations(council)}
        ids |= set(organisation_ids(session)) if session is not None else set()
        self._offer("organisations", Organisation.objects.filter(pk__in=ids).order_by("name"))
        self._offer("facilitator", possible_facilitators(council, session.facilitator if session else None))
        self._offer("plan", possible_plans(council, session.plan if session else None))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        dated = cleaned.get("dated")
        wanted = {"day": ["held_on"], "period": ["starts_on", "ends_on"], "year": ["year"]}
        for kind, names in wanted.items():
            for name in names:
                if kind != dated:
                    # What is hidden under another answer is not asked, so it cannot be wrong.
                    self.errors.pop(name, None)
                elif cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, f"Enter the {str(self.fields[name].label).lower()}")
        if dated == SessionDated.DAY:
            cleaned["starts_on"] = cleaned["ends_on"] = cleaned.get("held_on")
        elif dated == SessionDated.YEAR and cleaned.get("year"):
            cleaned["starts_on"] = date(cleaned["year"], 1, 1)
            cleaned["ends_on"] = date(cleaned["year"], 12, 31)
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if dated == SessionDated.PERIOD and starts and ends and ends < starts:
            self.add_error("ends_on", "Last day must be on or after the first day")
        cleaned["organisations"] = list(cleaned.get("organisations") or ())
        return cleaned

    @property
    def fields_given(self) -> dict[str, Any]:
        """The answers by the names that the services take."""
        left_out = {"held_on", "year", "version"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


def _initial(session: TrainingSession) -> dict[str, Any]:
    names = (
        "course", "title", "dated", "starts_on", "ends_on", "sessions", "audience", "host", "facilitator",
        "trainer", "venue", "area", "places", "plan", "version",
    )  # fmt: skip
    return {
        **{name: getattr(session, name) for name in names},
        "held_on": session.starts_on if session.dated == SessionDated.DAY else None,
        "year": session.starts_on.year,
        "organisations": organisation_ids(session),
    }


class NewSessionForm(FormTokenMixin, SessionForm):
    """A session that is not there yet: planned, or booked at once."""

    booked = forms.BooleanField(label="The venue and the trainer are booked", required=False)


class SessionChangeForm(VersionMixin, SessionForm):
    """A session that is still to come."""


class BookForm(VersionMixin, GovukForm):
    """Say that it is certain."""


class CancelForm(VersionMixin, GovukForm):
    """Why a session does not take place."""

    reason = LongTextField(
        label="Why is it cancelled?",
        max_length=500,
        rows=3,
        help_text="Organisations whose requests it answered go back to the waiting list.",
        error_messages={"required": "Enter why the session is cancelled"},
    )


class DeliveryForm(VersionMixin, GovukForm):
    """What took place and how many came. That nobody knows is an answer of its own, never 0."""

    sessions = WholeNumberField(
        label="How many sessions took place?",
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    known = forms.ChoiceField(
        label="How many people attended?",
        widget=forms.RadioSelect,
        choices=[("yes", "A number is known"), ("no", "Nobody knows: record it as unknown")],
        error_messages={"required": "Select whether the number of attendees is known"},
    )
    attendees = WholeNumberField(
        label="Attendees, all sessions together",
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    note = forms.CharField(label="Why are the numbers corrected?", max_length=500, required=False)

    reveals = {"known": {"yes": ["attendees"]}}
    option_hints = {"known": {"no": "It stays unknown in every total, and can be corrected later."}}

    def __init__(self, *args: Any, session: TrainingSession, **options: Any) -> None:
        corrects = session.state == SessionState.DELIVERED
        initial: dict[str, Any] = {"version": session.version, "sessions": session.sessions}
        if corrects:
            initial["known"] = "no" if session.attendees is None else "yes"
            initial["attendees"] = session.attendees
        options["initial"] = initial
        super().__init__(*args, **options)
        if corrects:
            self.fields["note"].required = True
        else:
            del self.fields["note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("known") == "yes":
            if cleaned.get("attendees") is None and "attendees" not in self.errors:
                self.add_error("attendees", "Enter how many people attended")
        else:
            self.errors.pop("attendees", None)
            cleaned["attendees"] = None
        return cleaned


class SessionFilterForm(GovukForm):
    """How the log is narrowed down."""

    period = forms.ChoiceField(label="Year or quarter", required=False)
    subject = forms.ChoiceField(label="Course", required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Every state"), *SessionState.choices]
    )
    audience = forms.CharField(label="Audience or organisation", required=False, max_length=100)
    marks_optional = False

    def __init__(
        self, *args: Any, spans: Sequence[Span], log_courses: Sequence[Course], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["period"].choices = [("", "The whole log"), *((each.key, each.label) for each in spans)]  # type: ignore[attr-defined] # declared as a choice above
        self.fields["subject"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Every course and briefing"),
            *((course.slug, course.name) for course in log_courses),
            (BRIEFINGS, "Briefings"),
        ]
