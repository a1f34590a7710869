"""Forms of requests for training."""

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
    LongTextField,
    VersionMixin,
    WholeNumberField,
)
from training.enums import RequestState
from training.forms.sessions import AREA_HINT
from training.models import Course, TrainingRequest, TrainingSession
from training.queries.sessions import courses, sessions_to_come, subject_words, when_words


class AskForm(FormTokenMixin, GovukForm):
    """What an organisation needs, for whom and by when."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none(), empty_label="Choose an organisation"
    )
    course = forms.ModelChoiceField(
        label="Course",
        queryset=Course.objects.none(),
        required=False,
        empty_label="Not sure which course",
    )
    audience = forms.CharField(
        label="Who needs the training?", max_length=200, help_text="Such as ward staff, or new starters."
    )
    sessions = WholeNumberField(
        label="How many sessions?",
        min_value=1,
        max_value=100,
        initial=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    people = WholeNumberField(
        label="About how many people?",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Leave empty if you do not know yet.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    wished_by = DateField(label="By when?", required=False)
    area = forms.CharField(label="Area", max_length=80, required=False, help_text=AREA_HINT)
    message = LongTextField(
        label="Anything else?",
        required=False,
        max_length=1000,
        rows=3,
        help_text="No names of people of concern and no intelligence.",
    )

    def __init__(
        self, *args: Any, council: Council, organisations: Sequence[Organisation], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[Any]", self.fields["organisation"])
        field.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations]).order_by(
            "name"
        )
        if len(organisations) == 1:
            field.empty_label = None
        cast("forms.ModelChoiceField[Any]", self.fields["course"]).queryset = courses(council)


class SessionChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of sessions by course, day and audience."""

    def label_from_instance(self, obj: TrainingSession) -> str:
        return f"{subject_words(obj)}, {when_words(obj)}: {obj.audience}"


class AnswerForm(FormTokenMixin, VersionMixin, GovukForm):
    """Accept with a session, put on the waiting list, or decline with a reason."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[
            ("session", "Accept, with a session that is planned"),
            ("new", "Accept, and plan a new session"),
            ("wait", "Put on the waiting list"),
            ("decline", "Decline"),
        ],
        error_messages={"required": "Select what you decide"},
    )
    session = SessionChoiceField(
        label="Session",
        queryset=TrainingSession.objects.none(),
        required=False,
        empty_label="Choose a session",
    )
    course = forms.ModelChoiceField(
        label="Course", queryset=Course.objects.none(), required=False, empty_label="Choose a course"
    )
    held_on = DateField(label="Day of the new session", required=False)
    venue = forms.CharField(label="Venue", max_length=120, required=False)
    answer = LongTextField(
        label="What do you tell the organisation?",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Needed where you decline or put on the waiting list. The organisation reads it.",
    )

    sometimes_needed = {"answer"}
    reveals = {"decision": {"session": ["session"], "new": ["course", "held_on", "venue"]}}

    def __init__(self, *args: Any, asked: TrainingRequest, **options: Any) -> None:
        options["initial"] = {"version": asked.version, "course": asked.course}
        super().__init__(*args, **options)
        rows = sessions_to_come(asked.council)
        if asked.course_id is not None:
            rows = rows.filter(course_id=asked.course_id)
        cast("forms.ModelChoiceField[Any]", self.fields["session"]).queryset = rows
        offered = courses(asked.council)
        if asked.course_id is not None:
            offered = offered.filter(pk=asked.course_id)
        cast("forms.ModelChoiceField[Any]", self.fields["course"]).queryset = offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decision = cleaned.get("decision")
        needed = {
            "session": {"session": "Select the session"},
            "new": {"course": "Select the course", "held_on": "Enter the day of the new session"},
        }
        for choice, names in needed.items():
            for name, words in names.items():
                if choice != decision:
                    self.errors.pop(name, None)
                elif not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, words)
        if decision in {"wait", "decline"} and not cleaned.get("answer") and "answer" not in self.errors:
            words = "what the organisation waits for" if decision == "wait" else "why the request is declined"
            self.add_error("answer", f"Enter {words}")
        return cleaned


class WithdrawForm(VersionMixin, GovukForm):
    """Take a request back."""


class RequestFilterForm(GovukForm):
    """How the list is narrowed down."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Every state"), *RequestState.choices]
    )
    marks_optional = False
