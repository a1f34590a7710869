"""Figures typed by hand, a council's word on a return, and whom returns are shared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import GovukForm, LongTextField, VersionMixin, WholeNumberField
from training.enums import Reported, ReturnState
from training.services.returns import Typed

_NUMBER = forms.TextInput(attrs={"class": "govuk-input--width-10"})


class ReviewReturnForm(GovukForm):
    """Accept a return, or ask the organisation about it."""

    state = forms.ChoiceField(
        label="Do you accept this return?",
        choices=[
            (ReturnState.ACCEPTED, "Yes, accept it"),
            (ReturnState.QUERIED, "No, ask the organisation about it"),
        ],
        widget=forms.RadioSelect,
    )
    comment = LongTextField(
        label="Your question",
        help_text="The organisation reads it on its own page. Do not name any person.",
        required=False,
        max_length=2000,
    )
    reveals: ClassVar[dict[str, dict[str, list[str]]]] = {"state": {ReturnState.QUERIED.value: ["comment"]}}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == ReturnState.QUERIED and not cleaned.get("comment"):
            self.add_error("comment", "Enter your question")
        return cleaned


class FiguresForm(VersionMixin, GovukForm):
    """The figures of one return. A draft may be unfinished; what is sent may not."""

    reported = forms.ChoiceField(
        label="What do you report?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you report"},
        choices=[
            (Reported.FIGURES, "Figures"),
            (Reported.NIL, "Nil: no staff need this course"),
            (Reported.UNKNOWN, "We do not know how many are compliant"),
        ],
    )
    eligible = WholeNumberField(
        label="Staff who need the course",
        required=False,
        min_value=0,
        max_value=10_000_000,
        widget=_NUMBER,
    )
    compliant = WholeNumberField(
        label="Staff who are compliant",
        help_text="They have taken the course, and no refresher is overdue.",
        required=False,
        min_value=0,
        max_value=10_000_000,
        widget=_NUMBER,
    )
    sessions = WholeNumberField(
        label="Sessions delivered",
        help_text="Leave empty if you do not know.",
        required=False,
        min_value=0,
        max_value=100_000,
        widget=_NUMBER,
    )
    reveals: ClassVar[dict[str, dict[str, list[str]]]] = {
        "reported": {Reported.FIGURES.value: ["eligible", "compliant"]}
    }
    small: ClassVar[frozenset[str] | set[str]] = {"reported"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        eligible, compliant = cleaned.get("eligible"), cleaned.get("compliant")
        figures = cleaned.get("reported") == Reported.FIGURES
        if figures and eligible is not None and compliant is not None and compliant > eligible:
            self.add_error("compliant", "There cannot be more compliant staff than staff who need the course")
        return cleaned

    @property
    def typed(self) -> Typed:
        """What was typed."""
        data = self.cleaned_data
        figures = data["reported"] == Reported.FIGURES
        return Typed(
            reported=Reported(data["reported"]),
            eligible=data["eligible"] if figures else None,
            compliant=data["compliant"] if figures else None,
            sessions=data["sessions"],
        )


class AnswerForm(GovukForm):
    """Answer a council's question about a return."""

    text = LongTextField(
        label="Your answer",
        help_text="The council reads it. Do not name any person.",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter your answer"},
    )


class ShareForm(GovukForm):
    """Choose a council that shall see an organisation's trust-wide returns."""

    share = forms.ChoiceField(
        label="Which council should see them?",
        error_messages={"required": "Select the council that should see your trust-wide returns"},
    )

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        served: Mapping[UUID, Sequence[Council]],
        shared: set[tuple[UUID, int]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        several = len(organisations) > 1
        self._choices = {
            f"{organisation.pk}:{council.pk}": (organisation, council)
            for organisation in organisations
            for council in served.get(organisation.pk, ())
            if (organisation.pk, council.pk) not in shared
        }
        self.fields["share"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Choose a council"),
            *(
                (key, f"{council.name} ({organisation.name})" if several else council.name)
                for key, (organisation, council) in self._choices.items()
            ),
        ]

    @property
    def has_choices(self) -> bool:
        """Whether there is a council left to share with."""
        return bool(self._choices)

    @property
    def chosen(self) -> tuple[Organisation, Council]:
        return self._choices[self.cleaned_data["share"]]
