"""The form of a checklist item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from compliance.enums import TimescaleKind
from compliance.forms.plans import PersonField, VersionMixin, owner_choices
from compliance.models import Edition, ItemAnswer
from compliance.policies import PolicyError, check_answer
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField


class AnswerForm(FormTokenMixin, VersionMixin, GovukForm):
    """Status on the edition's own scale, response, timescale, owner."""

    status = forms.ChoiceField(label="Status", widget=forms.RadioSelect, choices=())
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
        self,
        *args: Any,
        edition: Edition,
        council: Council,
        answer: ItemAnswer,
        assigns: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.edition = edition
        self.fields["status"].choices = [(step["value"], step["label"]) for step in edition.scale]  # type: ignore[attr-defined]
        if assigns:
            self.fields["owner"].queryset = owner_choices(council, answer.owner)  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]

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
                edition=self.edition,
                status=cleaned["status"],
                response=cleaned["response"],
                timescale=cleaned["timescale"],
                due_on=cleaned["due_on"],
            )
        except PolicyError as problem:
            raise ValidationError(str(problem)) from problem
        return cleaned
