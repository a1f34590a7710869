"""Forms and filters of scrutiny reviews and recommendations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from compliance.enums import ExecutiveResponse, RecommendationState
from compliance.forms.plans import FILE_HINT
from compliance.models import Action, Recommendation, RecommendationLead
from compliance.queries.recommendations import actions_by_number
from compliance.queries.scrutiny import RecommendationChoices, lead_named, possible_reporters, possible_seats
from compliance.texts.recommendation_table import parse_leads
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)


class ReviewForm(VersionMixin, GovukForm):
    """The head of a review."""

    title = forms.CharField(label="Title", max_length=200)
    panel = forms.CharField(label="Panel", max_length=160, help_text="The committee or panel that reviewed.")
    municipal_year = forms.CharField(
        label="Municipal year",
        max_length=20,
        help_text="Like 2012/13, or 2012/13 to 2013/14.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    purpose = LongTextField(label="What did it look into?", required=False, max_length=2000, rows=3)
    began_on = DateField(label="Began on", required=False)
    agreed_on = DateField(label="Panel agreed its report on", required=False)
    response_due_on = DateField(label="Executive response due on", required=False)


class NewReviewForm(ReviewForm):
    """A new review."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["version"]


class PresentForm(VersionMixin, GovukForm):
    """To whom the review was presented, and when."""

    presented_to = forms.CharField(label="Presented to", max_length=160, initial="Cabinet")
    presented_on = DateField(label="Presented on")
    error_labels = {"presented_to": "Body it was presented to", "presented_on": "Date it was presented"}


class PublishForm(VersionMixin, GovukForm):
    """Nothing but the version that the person saw."""


class PanelForm(GovukForm):
    """The councillors of the panel."""

    people = forms.MultipleChoiceField(
        label="Councillors on the panel",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="They read the review once it is presented, published or not.",
    )

    def __init__(self, *args: Any, council: Council, seated: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(person.pk): person for person in (*seated, *possible_seats(council))}
        self.fields["people"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            (key, display_name(person)) for key, person in self.known.items()
        ]

    @property
    def chosen(self) -> list[User]:
        return [self.known[key] for key in self.cleaned_data["people"]]


class HearingForm(VersionMixin, GovukForm):
    """A body that considered the review."""

    body = forms.CharField(label="Body", max_length=160)
    heard_on = DateField(label="Date")
    outcome = LongTextField(
        label="What did it say?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what the body said"},
    )


class NewHearingForm(FormTokenMixin, HearingForm):
    """A hearing that is new."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["version"]


class PutUpForm(FormTokenMixin, VersionMixin, GovukForm):
    """Ask a body to close the review."""

    body = forms.CharField(label="Put up to", max_length=160, help_text="The body that can close it.")
    put_up_on = DateField(label="Date of the report")
    error_labels = {"body": "Body it is put up to"}
    words = LongTextField(
        label="What do officers report?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what officers report"},
    )


class ReportAgainForm(FormTokenMixin, VersionMixin, GovukForm):
    """A further report after a refusal."""

    body = forms.CharField(label="Reported to", max_length=160)
    reported_on = DateField(label="Date of the report")
    error_labels = {"body": "Body it was reported to"}
    words = LongTextField(
        label="What do officers report?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what officers report"},
    )


class ClosureForm(FormTokenMixin, VersionMixin, GovukForm):
    """What a body decided about a review that was put up."""

    decision = forms.ChoiceField(
        label="What did the body decide?",
        widget=forms.RadioSelect,
        choices=[("close", "It closed the review"), ("refuse", "It refused to close the review")],
        error_messages={"required": "Select what the body decided"},
    )
    body = forms.CharField(label="Body", max_length=160)
    decided_on = DateField(label="Date of the decision")
    words = LongTextField(
        label="What did it say?",
        max_length=2000,
        rows=4,
        help_text="Where it refused: what it asked for.",
        error_messages={"required": "Enter what the body said"},
    )


class CorrectionForm(FormTokenMixin, VersionMixin, GovukForm):
    """A body's correction of a closed review."""

    reopens = forms.ChoiceField(
        label="What does the correction do?",
        widget=forms.RadioSelect,
        choices=[
            ("no", "It sets the record right, and the review stays closed"),
            ("yes", "It opens the review again"),
        ],
        error_messages={"required": "Select what the correction does"},
    )
    body = forms.CharField(label="Body", max_length=160)
    decided_on = DateField(label="Date")
    words = LongTextField(
        label="What did it say?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what the body said"},
    )


class RecommendationForm(VersionMixin, GovukForm):
    """Words, leads and dates of a recommendation."""

    number = WholeNumberField(
        label="Number",
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    theme = forms.CharField(label="Theme", max_length=200, required=False)
    wording = LongTextField(
        label="Recommendation",
        max_length=4000,
        rows=4,
        help_text="In the panel’s own words. They are frozen when the review is presented.",
        error_messages={"required": "Enter the words of the recommendation"},
    )
    leads = LongTextField(
        label="Who leads?",
        max_length=2000,
        rows=3,
        required=False,
        help_text="One to a line, several or nobody: a role as it is printed, or an organisation. One that "
        "stands in the directory is linked to it.",
    )
    owner = PersonField(
        label="Officer who reports progress",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )
    milestone_on = DateField(label="Milestone", required=False, help_text="The day by which it is due.")
    actions = forms.CharField(
        label="Actions of the plans that carry it out",
        max_length=300,
        required=False,
        help_text="Their references, like A4, A12.",
    )

    def __init__(
        self,
        *args: Any,
        council: Council,
        recommendation: Recommendation | None = None,
        may_link: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.council = council
        present = recommendation.owner if recommendation else None
        ids = {person.pk for person in possible_reporters(council)} | ({present.pk} if present else set())
        self.fields["owner"].queryset = User.objects.filter(  # type: ignore[attr-defined] # declared as a choice above
            pk__in=ids
        ).order_by("name", "email")
        if recommendation is None:
            del self.fields["version"]
        else:
            del self.fields["number"]
            if recommendation.frozen_at is not None:
                del self.fields["wording"]
        if not may_link:
            del self.fields["actions"]

    def clean_leads(self) -> list[str]:
        leads = parse_leads(self.cleaned_data["leads"])
        if any(len(lead) > 160 for lead in leads):
            raise forms.ValidationError("The name of a lead must be 160 characters or fewer")
        return leads

    def clean_actions(self) -> list[Action]:
        return read_references(self.council, self.cleaned_data["actions"])


def read_references(council: Council, text: str) -> list[Action]:
    """The actions that "A4, A12" names. An action of another council is as unknown as none (TI-7).

    Raises:
        ValidationError: naming what is no reference of an action.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    numbers: dict[str, int] = {}
    for word in words:
        digits = word.upper().removeprefix("A")
        if digits.isascii() and digits.isdecimal() and len(digits) < 9:
            numbers[word] = int(digits)
    found = actions_by_number(council, set(numbers.values()))
    unknown = [word for word in words if numbers.get(word) not in found]
    if unknown:
        raise forms.ValidationError(f"There is no action {', '.join(unknown[:5])}. Use references like A4")
    return [found[number] for number in dict.fromkeys(numbers.values())]


class ResponseForm(VersionMixin, GovukForm):
    """What the executive said."""

    response = forms.ChoiceField(
        label="Executive response",
        widget=forms.RadioSelect,
        choices=[
            (ExecutiveResponse.ACCEPT.value, "Accept"),
            (ExecutiveResponse.ACCEPT_IN_PART.value, "Accept in part"),
            (ExecutiveResponse.REJECT.value, "Reject"),
        ],
        error_messages={"required": "Select the executive response"},
    )
    reason = LongTextField(
        label="Reason",
        max_length=2000,
        rows=4,
        required=False,
        help_text="Needed where it was rejected, or accepted only in part.",
    )
    responded_by = forms.CharField(
        label="Who responded?",
        max_length=160,
        initial="Cabinet",
        error_messages={"required": "Enter who responded, such as “Cabinet”"},
    )
    responded_on = DateField(label="Date of the response")

    sometimes_needed = {"reason"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        response = cleaned.get("response")
        if response and response != ExecutiveResponse.ACCEPT and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Enter the reason why it was not accepted, or accepted only in part")
        return cleaned


class EvidenceMixin(forms.Form):
    """A file or a link."""

    evidence = forms.FileField(label="Evidence", required=False, help_text=FILE_HINT)
    link = forms.URLField(label="Link to evidence", required=False, max_length=500, assume_scheme="https")


class RecommendationProgressForm(FormTokenMixin, VersionMixin, EvidenceMixin, GovukForm):
    """What has happened with a recommendation."""

    note = LongTextField(
        label="What has happened?",
        max_length=2000,
        rows=4,
        help_text="No names of people of concern and no intelligence.",
        error_messages={"required": "Enter what has happened"},
    )
    as_at = DateField(label="As at", help_text="The day of the report, today unless you change it.")
    field_order = ["note", "as_at", "evidence", "link"]
    error_labels = {"as_at": "Date of the report"}

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"as_at": timezone.localdate(), **(options.get("initial") or {})}
        super().__init__(*args, **options)


class ProposeForm(RecommendationProgressForm):
    """That a recommendation is complete, with the evidence or a reason why there is none."""

    why_no_evidence = LongTextField(
        label="Why is there no evidence?",
        max_length=1000,
        rows=2,
        required=False,
        help_text="Only if you can give neither a file nor a link.",
    )
    field_order = ["note", "as_at", "evidence", "link", "why_no_evidence"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = "What has been done?"


class DecideForm(FormTokenMixin, VersionMixin, GovukForm):
    """What the committee said to a proposal."""

    decision = forms.ChoiceField(
        label="What did the committee decide?",
        widget=forms.RadioSelect,
        choices=[("confirm", "It confirmed the completion"), ("refuse", "It did not confirm it")],
        error_messages={"required": "Select what the committee decided"},
    )
    body = forms.CharField(label="Committee", max_length=160)
    decided_on = DateField(label="Date of the decision")
    words = LongTextField(
        label="What did it say?",
        max_length=2000,
        rows=4,
        error_messages={"required": "Enter what the committee said"},
    )


class ReopenForm(DecideForm):
    """That the committee found a confirmed recommendation not complete after all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["decision"]


class ImportForm(GovukForm):
    """A file of recommendations."""

    file = forms.FileField(
        label="CSV file",
        help_text="The first row names the columns: Number, Theme, Recommendation, Decision, Lead, Reason, "
        "Progress, Milestone, Completed. Number and Decision are needed.",
    )


class ConfirmForm(GovukForm):
    """Nothing to fill in: the button says it."""


class RecommendationFilter(django_filters.FilterSet):  # type: ignore[misc] # the library has no types
    """Filters of a review's recommendations, kept in the address."""

    theme = django_filters.ChoiceFilter(label="Theme", empty_label="Every theme", choices=())
    response = django_filters.ChoiceFilter(
        label="Executive response",
        empty_label="Every response",
        choices=[*ExecutiveResponse.choices[1:], ("none", ExecutiveResponse.PENDING.label)],
        method="by_response",
    )
    state = django_filters.ChoiceFilter(
        label="State", empty_label="Every state", choices=RecommendationState.choices
    )
    lead = django_filters.ChoiceFilter(label="Lead", empty_label="Everybody", choices=(), method="by_lead")

    class Meta:
        model = Recommendation
        fields: list[str] = []
        form = FilterForm

    def __init__(
        self, data: Any, queryset: QuerySet[Recommendation], *, choices: RecommendationChoices
    ) -> None:
        super().__init__(data, queryset)
        self.filters["theme"].extra["choices"] = [(theme, theme) for theme in choices.themes]
        self.filters["lead"].extra["choices"] = [
            ("nobody", "Nobody"),
            *((lead, lead) for lead in choices.leads),
        ]

    @property
    def in_use(self) -> bool:
        return any(value not in (None, "", False) for value in self.form.cleaned_data.values())

    def by_response(self, rows: QuerySet[Recommendation], name: str, value: str) -> QuerySet[Recommendation]:
        return rows.filter(response="" if value == "none" else value)

    def by_lead(self, rows: QuerySet[Recommendation], name: str, value: str) -> QuerySet[Recommendation]:
        leads = RecommendationLead.objects.filter(council=OuterRef("council"), recommendation=OuterRef("pk"))
        if value == "nobody":
            return rows.exclude(Exists(leads))
        return rows.filter(Exists(leads.filter(lead_named(value))))
