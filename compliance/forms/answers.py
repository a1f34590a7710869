"""Forms around one answer of the duty checklist: whom to ask, what to decide, which actions it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from compliance.models import Action, Edition
from compliance.queries.answers import AskedItem
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
)


class AssignForm(GovukForm):
    """Ask one person for several items of a round."""

    items = forms.MultipleChoiceField(
        label="Items",
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        error_messages={"required": "Select at least one item"},
    )
    owner = PersonField(
        label="Who should answer them?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Choose a person",
    )
    answer_by = DateField(
        label="Answer by (optional)",
        required=False,
        help_text="Shown in the person’s work and in their reminders.",
    )
    take_back = forms.BooleanField(
        label="Ask nobody: take the items back from whoever is asked now", required=False
    )
    small = {"items", "take_back"}
    marks_optional = False

    def __init__(
        self, *args: Any, items: Sequence[AskedItem], respondents: QuerySet[User], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        offered = [item for item in items if item.is_open]
        cast("forms.MultipleChoiceField", self.fields["items"]).choices = [
            (str(item.id), f"{item.ref} {item.title}") for item in offered
        ]
        cast("PersonField", self.fields["owner"]).queryset = respondents
        cast("DateField", self.fields["answer_by"]).earliest = timezone.localdate()
        self.fields["items"].option_hints = {  # type: ignore[attr-defined] # declared as a choice above
            str(item.id): _asked_words(item) for item in offered
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "owner" in self.errors:
            return cleaned
        if cleaned.get("take_back") and cleaned.get("owner"):
            self.add_error("take_back", "Choose a person, or take the items back, not both")
        elif not cleaned.get("take_back") and not cleaned.get("owner"):
            self.add_error("owner", "Choose who should answer the items")
        return cleaned


def _asked_words(item: AskedItem) -> str:
    asked = f"Asked: {item.owner}" if item.owner else "Nobody is asked yet"
    by = f", by {british_date(item.answer_by)}" if item.answer_by else ""
    return f"{asked}{by}. {item.state.label}."


NO_COMMENT = "Enter what the respondent should change"


class DecisionForm(FormTokenMixin, VersionMixin, GovukForm):
    """Accept an answer, or return it with a comment."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[("accept", "Accept it"), ("return", "Return it with a comment")],
        error_messages={"required": "Select whether you accept the answer or return it"},
    )
    comment = LongTextField(
        label="What should the respondent change?", required=False, max_length=2000, rows=4
    )
    reveals = {"decision": {"return": ["comment"]}}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "return" and not (cleaned.get("comment") or "").strip():
            self.add_error("comment", NO_COMMENT)
        return cleaned


class ReturnForm(FormTokenMixin, VersionMixin, GovukForm):
    """Return an answer with a comment, where accepting it is not possible."""

    comment = LongTextField(
        label="What should the respondent change?",
        max_length=2000,
        rows=4,
        error_messages={"required": NO_COMMENT},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # A page that was opened while accepting was possible must not return the answer instead.
        if self.data.get("decision", "return") != "return":
            self.add_error(None, "You cannot accept this answer. You can return it with a comment.")
        return {**cleaned, "decision": "return"}


class ModerationForm(FormTokenMixin, VersionMixin, GovukForm):
    """The moderated score, and why it differs."""

    score = forms.ChoiceField(label="Moderated score", widget=forms.RadioSelect, choices=())
    challenge = LongTextField(
        label="Challenge note",
        required=False,
        max_length=2000,
        rows=4,
        help_text="Needed where your score differs from the respondent’s. The respondent reads it.",
    )
    sometimes_needed = {"challenge"}

    def __init__(self, *args: Any, edition: Edition, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_scale(self, edition)


class AgreementForm(FormTokenMixin, VersionMixin, GovukForm):
    """The score that was agreed, and when."""

    score = forms.ChoiceField(label="Agreed score", widget=forms.RadioSelect, choices=())
    agreed_on = DateField(label="Day on which it was agreed")
    comment = LongTextField(
        label="Note",
        required=False,
        max_length=2000,
        rows=3,
        help_text="Such as the meeting at which it was agreed.",
    )

    def __init__(self, *args: Any, edition: Edition, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_scale(self, edition)
        cast("DateField", self.fields["agreed_on"]).latest = timezone.localdate()


def _offer_scale(form: forms.Form, edition: Edition) -> None:
    cast("forms.ChoiceField", form.fields["score"]).choices = [
        (step["value"], step["label"]) for step in edition.scale
    ]


class ActionSearchForm(FilterForm):
    """Words or a reference that an action is looked for by."""

    text = forms.CharField(label="Words or reference of an action", required=False, max_length=100)


class ActionLinksForm(GovukForm):
    """The actions that are to bring an item about. ``linked`` holds those that the page showed as linked, so
    that a link which somebody else made meanwhile stays."""

    actions = forms.ModelMultipleChoiceField(
        label="Plan actions",
        queryset=Action.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    linked = forms.ModelMultipleChoiceField(
        queryset=Action.objects.none(), widget=forms.MultipleHiddenInput, required=False
    )
    small = {"actions"}

    def __init__(
        self, *args: Any, visible: QuerySet[Action], offered: Sequence[Action], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for name in ("actions", "linked"):
            cast("forms.ModelMultipleChoiceField[Action]", self.fields[name]).queryset = visible
        cast("forms.ModelMultipleChoiceField[Action]", self.fields["actions"]).choices = [
            (str(action.pk), str(action)) for action in offered
        ]
        self.fields["actions"].option_hints = {  # type: ignore[attr-defined] # declared as a choice above
            str(action.pk): f"{action.plan}. {action.get_status_display()}." for action in offered
        }
        self.offers_actions = bool(offered)
