"""Forms of knowledge surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

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
from training.models import Course, KnowledgeSurvey, SurveyAnswer, SurveyQuestion, SurveyWave
from training.queries.sessions import courses, organisations
from training.services.surveys import Counts

_NARROW = {"class": "govuk-input--width-5"}
_LEVELS = (("low", "low confidence"), ("medium", "medium confidence"), ("high", "high confidence"))


class SurveyForm(FormTokenMixin, GovukForm):
    """A new survey with its questions, one on each line."""

    title = forms.CharField(label="Title", max_length=160)
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="No organisation in particular",
    )
    course = forms.ModelChoiceField(
        label="Course",
        queryset=Course.objects.none(),
        required=False,
        empty_label="No course in particular",
    )
    questions = LongTextField(
        label="Questions",
        rows=6,
        max_length=4200,
        help_text="One on each line, at most 20. They stay as they are, so that both waves can be compared.",
        error_messages={"required": "Enter at least one question"},
    )
    follow_up_due_on = DateField(label="Follow-up due", required=False)

    def __init__(self, *args: Any, council: Council, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(
            "forms.ModelChoiceField[Any]", self.fields["organisation"]
        ).queryset = Organisation.objects.filter(
            pk__in=[each.pk for each in organisations(council)]
        ).order_by("name")
        cast("forms.ModelChoiceField[Any]", self.fields["course"]).queryset = courses(council)

    def clean_questions(self) -> list[str]:
        return [line.strip() for line in str(self.cleaned_data["questions"]).splitlines() if line.strip()]


class WaveForm(VersionMixin, GovukForm):
    """The numbers of one wave: counts only, never a person's answers."""

    closed_on = DateField(label="Last day of the survey")
    invited = WholeNumberField(
        label="People invited",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="Leave empty if it is not known.",
        widget=forms.TextInput(attrs=_NARROW),
    )
    responses = WholeNumberField(
        label="Responses", min_value=0, max_value=1_000_000, widget=forms.TextInput(attrs=_NARROW)
    )

    def __init__(
        self,
        *args: Any,
        survey: KnowledgeSurvey,
        questions: Sequence[SurveyQuestion],
        wave: SurveyWave | None,
        answers: Mapping[UUID, SurveyAnswer],
        **options: Any,
    ) -> None:
        initial: dict[str, Any] = {"version": survey.version}
        if wave is not None:
            initial |= {"closed_on": wave.closed_on, "invited": wave.invited, "responses": wave.responses}
        self.questions = questions
        made: dict[str, WholeNumberField] = {}
        for question in questions:
            for level, words in _LEVELS:
                name = f"{level}_{question.position}"
                made[name] = WholeNumberField(
                    label=f"{question.text}: {words}",
                    min_value=0,
                    max_value=1_000_000,
                    widget=forms.TextInput(attrs=_NARROW),
                    error_messages={"required": f"Enter how many answered “{question.text}” with {words}"},
                )
                if question.pk in answers:
                    initial[name] = getattr(answers[question.pk], level)
        # The form's own copy: the base class makes components of the fields that it finds there.
        self.base_fields = {**self.base_fields, **made}  # type: ignore[misc] # this form's, not the class's
        super().__init__(*args, initial=initial, **options)

    @property
    def counts(self) -> dict[UUID, Counts]:
        """Low, medium and high of each question."""
        return {
            question.pk: (
                self.cleaned_data[f"low_{question.position}"],
                self.cleaned_data[f"medium_{question.position}"],
                self.cleaned_data[f"high_{question.position}"],
            )
            for question in self.questions
        }
