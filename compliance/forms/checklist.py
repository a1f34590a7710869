"""The form of a checklist item."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from compliance.enums import TimescaleKind, TrainingDelivery
from compliance.models import ItemAnswer
from compliance.policies import PolicyError
from compliance.policies.answers import check_answer
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField, VersionMixin


class AnswerForm(FormTokenMixin, VersionMixin, GovukForm):
    """Status on the edition's own scale, response, timescale, owner; how training was delivered where that
    is asked.

    Args:
        respondents: whom the person may ask to answer; None for those who may ask nobody.
    """

    status = forms.ChoiceField(label="Status", widget=forms.RadioSelect, choices=())
    training_delivery = forms.ChoiceField(
        label="How was the training delivered?",
        widget=forms.RadioSelect,
        choices=TrainingDelivery.choices[1:],
        required=False,
    )
    response = LongTextField(
        label="Response",
        max_length=4000,
        rows=6,
        help_text="What the council and its partners do. Where the item does not apply, say why.",
    )
    timescale = forms.ChoiceField(
        label="Timescale", widget=forms.RadioSelect, choices=TimescaleKind.choices[1:]
    )
    due_on = DateField(label="Date", required=False)
    owner = PersonField(label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody yet")
    reveals = {"timescale": {"date": ["due_on"]}}

    def __init__(
        self, *args: Any, answer: ItemAnswer, respondents: QuerySet[User] | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.answer = answer
        cast("forms.ChoiceField", self.fields["status"]).choices = [
            (step["value"], step["label"]) for step in answer.assessment.edition.scale
        ]
        if respondents is not None:
            cast("PersonField", self.fields["owner"]).queryset = respondents
        else:
            del self.fields["owner"]
        if not answer.training_rule:
            del self.fields["training_delivery"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["timescale"] != TimescaleKind.DATE:
            cleaned["due_on"] = None  # a date typed before another answer was chosen
        elif cleaned["due_on"] is None:
            self.add_error("due_on", "Enter the date by which it will be done")
            return cleaned
        try:
            check_answer(
                edition=self.answer.assessment.edition,
                status=cleaned["status"],
                response=cleaned["response"],
                timescale=cleaned["timescale"],
                due_on=cleaned["due_on"],
                training_rule=self.answer.training_rule,
                training_delivery=cleaned.get("training_delivery", ""),
            )
        except PolicyError as problem:
            raise ValidationError(str(problem)) from problem
        return cleaned
