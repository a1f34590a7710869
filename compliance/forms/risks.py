"""Forms and filters of the risk register. What informs a risk is asked for as dates, never as words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from compliance.enums import Impact, Likelihood, RiskDirection, RiskSourceKind, RiskStatus
from compliance.models import Action, Risk
from compliance.models.risks import DESCRIPTION_LIMIT, NOTE_LIMIT, SUMMARY_LIMIT, THEME_LIMIT
from compliance.policies.risks import Declaration, DoubtfulWords
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User, display_name
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
)

LIKELIHOODS = [(str(level.value), f"{level.value}: {level.label}") for level in Likelihood]
IMPACTS = [(str(level.value), f"{level.value}: {level.label}") for level in Impact]
REASON_LIMIT = 900
SOURCES = tuple(f"source_{kind.value}" for kind in RiskSourceKind)


class DeclarationMixin(forms.Form):
    """The declaration of rule 7 on every save, and the box for doubtful words once they were found."""

    no_intelligence = forms.BooleanField(
        label="I declare that what I save holds no intelligence and nothing that identifies a person",
        help_text="Counter-Terrorism and Security Act 2015, section 38.",
        error_messages={
            "required": "Declare that what you save holds no intelligence and nothing that identifies anybody"
        },
    )
    words_checked = forms.BooleanField(
        label="I have looked at these words again: they are not intelligence", required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._words_checked = self.fields["words_checked"]
        if "words_checked" not in (self.data or {}):
            del self.fields["words_checked"]

    def add_doubt(self, problem: DoubtfulWords) -> None:
        """Ask about the words that the screen found: only now is there a box to tick."""
        self.fields["words_checked"] = self._words_checked
        self.add_error("words_checked", str(problem))

    @property
    def declaration(self) -> Declaration:
        return Declaration(
            no_intelligence=self.cleaned_data["no_intelligence"],
            words_checked=bool(self.cleaned_data.get("words_checked")),
        )


class RiskWordsForm(DeclarationMixin, GovukForm):
    """Theme, description, what informs the risk, its owner and its review date."""

    theme = forms.CharField(
        label="Theme", max_length=THEME_LIMIT, help_text="A kind of risk, not a place, a group or a person."
    )
    description = LongTextField(
        label="Description",
        max_length=DESCRIPTION_LIMIT,
        rows=8,
        help_text="What the risk means here. No intelligence, no names, and no words of the local profile: "
        "below you say that it informs the risk, and when it was received.",
    )
    source_ctlp = DateField(
        label="Counter-terrorism local profile: day received",
        required=False,
        help_text="Here and below: what informs the risk, by its date. Give at least one date.",
    )
    source_referrals = DateField(label="Referral trends: day they were looked at", required=False)
    source_partners = DateField(label="Information from partners: day received", required=False)
    source_open_sources = DateField(label="Open sources: day they were read", required=False)
    owner = PersonField(
        label="Owner",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        help_text="Somebody on the audience of this risk.",
    )
    review_on = DateField(label="Review date")
    field_order: Sequence[str] = (
        *("theme", "description", *SOURCES, "owner", "review_on"),
        *("no_intelligence", "words_checked"),
    )

    def __init__(self, *args: Any, owners: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "owner", owners)
        for name in SOURCES:
            cast(DateField, self.fields[name]).latest = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.sources and not set(SOURCES) & set(self.errors):
            self.add_error("source_ctlp", "Enter the date of at least one thing that informs the risk")
        return cleaned

    @property
    def sources(self) -> dict[str, date]:
        """A date for each kind that informs the risk."""
        dates = {kind.value: self.cleaned_data.get(f"source_{kind.value}") for kind in RiskSourceKind}
        return {kind: dated_on for kind, dated_on in dates.items() if dated_on is not None}

    @property
    def words(self) -> dict[str, Any]:
        """What the services take, beside the declaration."""
        given = {name: self.cleaned_data[name] for name in ("theme", "description", "owner", "review_on")}
        return {**given, "sources": self.sources, "declaration": self.declaration}


class LevelsMixin(forms.Form):
    """Likelihood, impact and direction."""

    likelihood = forms.TypedChoiceField(
        label="Likelihood", widget=forms.RadioSelect, choices=LIKELIHOODS, coerce=int
    )
    impact = forms.TypedChoiceField(label="Impact", widget=forms.RadioSelect, choices=IMPACTS, coerce=int)
    direction = forms.ChoiceField(label="Direction", widget=forms.RadioSelect, choices=RiskDirection.choices)


class NewRiskForm(FormTokenMixin, LevelsMixin, RiskWordsForm):
    """A new risk with its first assessment."""

    small = frozenset({"likelihood", "impact", "direction"})
    inline = frozenset({"direction"})
    field_order = (
        *("theme", "description", "likelihood", "impact", "direction", *SOURCES, "owner", "review_on"),
        *("no_intelligence", "words_checked"),
    )

    def __init__(self, *args: Any, owners: Sequence[User], **options: Any) -> None:
        super().__init__(*args, owners=owners, **options)
        cast(DateField, self.fields["review_on"]).earliest = timezone.localdate()

    @property
    def answers(self) -> dict[str, Any]:
        """What :func:`compliance.services.risks.create_risk` takes."""
        levels = {name: self.cleaned_data[name] for name in ("likelihood", "impact", "direction", "token")}
        return {**self.words, **levels}


class RiskForm(VersionMixin, RiskWordsForm):
    """Change a risk's words."""


class ReviewForm(FormTokenMixin, VersionMixin, LevelsMixin, DeclarationMixin, GovukForm):
    """A new assessment of a risk."""

    note = LongTextField(
        label="What does this assessment rest on?",
        max_length=NOTE_LIMIT,
        rows=4,
        help_text="Two lines are enough. No intelligence and no names.",
        error_messages={"required": "Enter what this assessment rests on"},
    )
    review_on = DateField(label="Next review date")
    small = frozenset({"likelihood", "impact", "direction"})
    inline = frozenset({"direction"})
    field_order = (
        "likelihood",
        "impact",
        "direction",
        "note",
        "review_on",
        "words_checked",
        "no_intelligence",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(DateField, self.fields["review_on"]).earliest = timezone.localdate()


class CloseRiskForm(VersionMixin, DeclarationMixin, GovukForm):
    """Why a risk is closed."""

    reason = LongTextField(
        label="Why is the risk closed?",
        max_length=REASON_LIMIT,
        rows=4,
        error_messages={"required": "Enter why the risk is closed"},
    )
    field_order = ("reason", "no_intelligence", "words_checked")


class ReopenRiskForm(VersionMixin, GovukForm):
    """When an opened risk is looked at next."""

    review_on = DateField(label="Next review date")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(DateField, self.fields["review_on"]).earliest = timezone.localdate()


class SummaryForm(DeclarationMixin, GovukForm):
    """Words about a risk for everybody."""

    title = forms.CharField(label="Heading", max_length=THEME_LIMIT)
    text = LongTextField(
        label="Summary for publication",
        max_length=SUMMARY_LIMIT,
        rows=6,
        help_text="Words that anybody may read. Nothing from the restricted description that a reader could "
        "use, and no score.",
    )
    field_order = ("title", "text", "no_intelligence", "words_checked")


class LinkActionForm(GovukForm):
    """An action that answers to the risk."""

    action = forms.ModelChoiceField(
        label="Action", queryset=Action.objects.none(), empty_label="Choose an open action"
    )

    def __init__(self, *args: Any, actions: QuerySet[Action], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Action]", self.fields["action"]).queryset = actions


class ReaderForm(GovukForm):
    """Who comes on the audience, and until when."""

    person = PersonField(label="Person", queryset=User.objects.none(), empty_label="Choose a person")
    ends_on = DateField(
        label="Last day", required=False, help_text="Leave it empty for as long as they hold their role."
    )

    def __init__(self, *args: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "person", people)
        cast(DateField, self.fields["ends_on"]).earliest = timezone.localdate()


class EndReaderForm(forms.Form):
    """Whose place ends."""

    end = forms.UUIDField(widget=forms.HiddenInput)


class KeeperForm(GovukForm):
    """Which coordinator keeps the register."""

    person = PersonField(label="Coordinator", queryset=User.objects.none(), empty_label="Choose a person")

    def __init__(self, *args: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "person", people)


def _offer(form: forms.Form, name: str, people: Sequence[User]) -> None:
    field = cast("forms.ModelChoiceField[User]", form.fields[name])
    field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "email")


class RiskFilter(django_filters.FilterSet):  # type: ignore[misc] # the library has no types
    """Filters of the register, kept in the address. No free text: an address must hold no word of a risk."""

    status = django_filters.ChoiceFilter(
        label="Status", empty_label="Open", choices=[*RiskStatus.choices[1:], ("all", "Open and closed")],
        method="by_status",
    )  # fmt: skip
    likelihood = django_filters.ChoiceFilter(
        label="Likelihood", empty_label="Every likelihood", choices=LIKELIHOODS
    )
    impact = django_filters.ChoiceFilter(label="Impact", empty_label="Every impact", choices=IMPACTS)
    direction = django_filters.ChoiceFilter(
        label="Direction", empty_label="Every direction", choices=RiskDirection.choices
    )
    owner = django_filters.ChoiceFilter(label="Owner", empty_label="Everybody", choices=())
    overdue = django_filters.BooleanFilter(
        label="Only with a review overdue", widget=forms.CheckboxInput, method="by_overdue"
    )

    class Meta:
        model = Risk
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, queryset: QuerySet[Risk]) -> None:
        super().__init__(data, queryset)
        owners = User.objects.filter(pk__in=queryset.order_by().values("owner")).order_by("name", "email")
        self.filters["owner"].extra["choices"] = [(str(owner.pk), display_name(owner)) for owner in owners]

    @property
    def in_use(self) -> bool:
        return any(value not in (None, "", False) for value in self.form.cleaned_data.values())

    def filter_queryset(self, queryset: QuerySet[Risk]) -> QuerySet[Risk]:
        found = cast("QuerySet[Risk]", super().filter_queryset(queryset))
        return found if self.form.cleaned_data.get("status") else found.filter(status=RiskStatus.OPEN)

    def by_status(self, rows: QuerySet[Risk], name: str, value: str) -> QuerySet[Risk]:
        return rows if value == "all" else rows.filter(status=value)

    def by_overdue(self, rows: QuerySet[Risk], name: str, value: bool) -> QuerySet[Risk]:
        if not value:
            return rows
        return rows.filter(status=RiskStatus.OPEN, review_on__lt=timezone.localdate())
