"""Forms of the registers, made from a register's definition."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from partnerships.models import RegisterEntry
from partnerships.models.registers import MOST_REMIND_DAYS
from partnerships.queries.registers import (
    owners_in,
    possible_organisations,
    possible_owners,
    possible_people,
    venue_policies,
)
from partnerships.registers import Answer, Field, Register
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)

MOST_RADIOS = 4
"""A choice with more answers is a list to open."""
MOST_CHECKBOXES = 30
MOST_SITES = 100_000


class RegisterEntryForm(GovukForm):
    """A new entry: what the register asks, in the order of its definition."""

    def __init__(
        self,
        *args: Any,
        register: Register,
        council: Council,
        entry: RegisterEntry | None = None,
        names: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        self.register, self.council, self.entry = register, council, entry
        self.rows: dict[str, dict[str, Any]] = {}
        asked = list(register.labels()) if names is None else list(names)
        made = {name: self._field(name) for name in asked}
        self.base_fields = {**made, **self._hidden()}  # type: ignore[misc] # this form's, not the class's
        # Django's checkboxes are a kind of its radios.
        radios = {
            name
            for name, each in made.items()
            if isinstance(each.widget, forms.RadioSelect)
            and not isinstance(each.widget, forms.CheckboxSelectMultiple)
        }
        self.small = radios  # type: ignore[misc] # this form's, not the class's
        options["initial"] = {**self._initial(asked), **(options.get("initial") or {})}
        super().__init__(*args, **options)

    def _hidden(self) -> dict[str, forms.Field]:
        return {"token": FormTokenMixin.base_fields["token"]}

    def _initial(self, asked: Sequence[str]) -> dict[str, Any]:
        started = {"remind_days": self.register.remind_days, "token": uuid.uuid4()}
        return {**started, **{each.name: each.initial for each in self.register.fields if each.initial}}

    def _field(self, name: str) -> forms.Field:
        label = self.register.labels()[name]
        if name == "title":
            return forms.CharField(label=label, max_length=160, help_text=self.register.title_hint)
        if name == "remind_days":
            return WholeNumberField(
                label="Days of notice",
                help_text="How many days before the end or review it is shown as due and a reminder is sent.",
                min_value=0,
                max_value=MOST_REMIND_DAYS,
                widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
            )
        if name == "owner":
            people = possible_owners(self.council, self.register)
            return self._chosen(name, label, people, required=True, hint="Whom it is due for.")
        if name == "notes":
            return LongTextField(label=label, max_length=2000, rows=3, required=False)
        if name in self.register.dates:
            needed = {"starts_on": self.register.starts_required, "ends_on": self.register.ends_required}
            return DateField(label=label, required=needed.get(name, False))
        return self._own({each.name: each for each in self.register.fields}[name])

    def _own(self, field: Field) -> forms.Field:
        plain: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
        match field.answer:
            case Answer.LONG:
                return LongTextField(max_length=field.longest, rows=4, **plain)
            case Answer.DATE:
                return DateField(**plain)
            case Answer.NUMBER:
                narrow = forms.TextInput(attrs={"class": "govuk-input--width-5"})
                return WholeNumberField(min_value=0, max_value=MOST_SITES, widget=narrow, **plain)
            case Answer.CHOICE:
                choices = list(field.choices.choices) if field.choices is not None else []
                if len(choices) <= MOST_RADIOS:
                    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **plain)
                return forms.ChoiceField(choices=[("", "Choose"), *choices], **plain)
            case Answer.PERSON:
                people = possible_people(self.council)
                return self._chosen(field.name, field.label, people, required=field.required, hint=field.hint)
            case Answer.VENUE_POLICY:
                rules = venue_policies(self.council)
                return self._chosen(field.name, field.label, rules, required=field.required, hint=field.hint)
            case Answer.ORGANISATION:
                linked = possible_organisations(self.council)
                return self._chosen(field.name, field.label, linked, required=field.required, hint=field.hint)
            case Answer.ORGANISATIONS:
                return self._several(field)
            case _:
                return forms.CharField(max_length=field.longest, **plain)

    def _chosen(self, name: str, label: str, rows: Any, *, required: bool, hint: str) -> forms.Field:
        self.rows[name] = {str(row.pk): row for row in rows}
        choices = [("", "Choose" if required else "None"), *self._named(name)]
        return forms.ChoiceField(label=label, help_text=hint, required=required, choices=choices)

    def _several(self, field: Field) -> forms.Field:
        self.rows[field.name] = {str(row.pk): row for row in possible_organisations(self.council)}
        choices = self._named(field.name)
        many = len(choices) > MOST_CHECKBOXES
        return forms.MultipleChoiceField(
            label=field.label,
            help_text=f"{field.hint} Hold Ctrl to choose several." if many else field.hint,
            required=field.required,
            choices=choices,
            widget=forms.SelectMultiple(attrs={"size": 12}) if many else forms.CheckboxSelectMultiple,
        )

    def _named(self, name: str) -> list[tuple[str, str]]:
        """The choices, with what the entry names already even if nobody else could choose it any more."""
        rows = self.rows[name]
        if self.entry is not None and name != "owner":
            stored = getattr(self.entry, name)
            named = [link.organisation for link in stored.all()] if hasattr(stored, "all") else [stored]
            rows.update({str(row.pk): row for row in named if row is not None})
        return [(key, display_name(r) if isinstance(r, User) else str(r)) for key, r in rows.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts = cleaned.get("starts_on")
        for name in ("ends_on", "review_on"):
            day = cleaned.get(name)
            if starts is not None and day is not None and day < starts:
                label = self.register.dates[name]
                self.add_error(name, f"{label} must be on or after {british_date(starts)}")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was answered, by name of field, people and organisations as rows."""
        answered = {}
        for name, value in self.cleaned_data.items():
            if name in ("token", "version"):
                continue
            rows = self.rows.get(name)
            if rows is None:
                answered[name] = value
            elif isinstance(value, list):
                answered[name] = [rows[key] for key in value]
            else:
                answered[name] = rows.get(value)
        return answered


class RegisterEntryChangeForm(RegisterEntryForm):
    """The same with what is stored, and the version that the person saw."""

    def _hidden(self) -> dict[str, forms.Field]:
        return {"version": VersionMixin.base_fields["version"]}

    def _initial(self, asked: Sequence[str]) -> dict[str, Any]:
        version = self.entry.version if self.entry is not None else None
        return {"version": version, **{name: self._stored(name) for name in asked}}

    def _stored(self, name: str) -> Any:
        value = getattr(self.entry, name)
        if name not in self.rows:
            return value
        if hasattr(value, "all"):
            return [str(link.organisation_id) for link in value.all()]
        return "" if value is None else str(value.pk)


class RenewalForm(RegisterEntryChangeForm):
    """The next term: its dates, and what is agreed anew with it."""

    def __init__(self, *args: Any, register: Register, **options: Any) -> None:
        again = [each.name for each in register.fields if each.renewed]
        super().__init__(*args, register=register, names=[*register.dates, *again], **options)
        self.fields["starts_on"].required = True

    def _initial(self, asked: Sequence[str]) -> dict[str, Any]:
        stored = super()._initial(asked)
        dates = {each.name for each in self.register.fields if each.answer is Answer.DATE}
        for name in {*dates, *self.register.dates} & set(stored):
            stored[name] = None
        ends = self.entry.ends_on if self.entry else None
        stored["starts_on"] = ends + timedelta(days=1) if ends else None
        return stored


class WithdrawalForm(VersionMixin, GovukForm):
    """From when on an entry is not used."""

    withdrawn_on = DateField(
        label="Not used from", help_text="It stays in the register and can be brought back."
    )


class BringBackForm(VersionMixin, GovukForm):
    """Undo a withdrawal: nothing is asked."""


class RegisterFilterForm(FilterForm):
    """Narrows a register by words, status, owner and its own choices."""

    q = forms.CharField(label="Name contains", max_length=80, required=False)

    def __init__(self, *args: Any, register: Register, council: Council, **options: Any) -> None:
        super().__init__(*args, **options)
        statuses = [(each.value, register.status_words(each)) for each in register.statuses]
        self.fields["status"] = forms.ChoiceField(
            label="Status", required=False, choices=[("", "Any"), *statuses]
        )
        for each in register.fields:
            if each.filtered and each.choices is not None:
                self.fields[each.name] = forms.ChoiceField(
                    label=each.label, required=False, choices=[("", "Any"), *each.choices.choices]
                )
        owners = [(str(person.pk), display_name(person)) for person in owners_in(council, register)]
        self.fields["owner"] = forms.ChoiceField(
            label="Owner", required=False, choices=[("", "Anybody"), *owners]
        )

    @property
    def given(self) -> dict[str, str]:
        """The filters that were answered rightly, as the query ``narrowed`` takes them."""
        self.is_valid()
        named = {"q": "text"}
        return {named.get(name, name): value for name, value in self.cleaned_data.items() if value}
