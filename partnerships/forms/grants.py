"""Forms of grants and claims. Money is typed as people write it: £1,007.50, 1007.5 or 1,007."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from partnerships.enums import ClaimState
from partnerships.models import Grant, GrantHead
from partnerships.policies.grants import MOST_HEADS, HeadGiven
from prevent_portal.accounts.models import User, display_name
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)

_SPARE_HEADS = 2
_FIRST_HEADS = 4
_MONEY = {"class": "govuk-input--width-10", "inputmode": "decimal", "spellcheck": "false"}


class PoundsField(forms.DecimalField):
    """An amount of money; a pound sign, commas and spaces are understood."""

    def __init__(self, **options: Any) -> None:
        label = options.get("label", "The amount")
        options.setdefault("widget", forms.TextInput(attrs=_MONEY))
        options.setdefault(
            "error_messages",
            {
                "invalid": f"{label} must be an amount of money, like £1,007.50",
                "min_value": f"{label} must be £0.00 or more",
                "max_decimal_places": f"{label} must be in pounds and whole pence",
                "max_digits": f"{label} is too large. Check the amount",
                "max_whole_digits": f"{label} is too large. Check the amount",
            },
        )
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal(0), **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # as the stubs' own decimal
        if isinstance(value, str):
            value = value.replace("£", "").replace(",", "").replace(" ", "").replace("\xa0", "")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}" if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class GrantForm(GovukForm):
    """A grant with its heads. Rows of heads that are left empty are not stored."""

    title = forms.CharField(label="Name of the grant", max_length=160)
    funder = forms.CharField(label="Funder", max_length=160)
    reference = forms.CharField(label="Reference of the agreement", max_length=80, required=False)
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day", help_text="The last day on which spending is allowed.")
    days_to_claim = WholeNumberField(
        label="Days to claim",
        help_text="A claim is made in arrears for each quarter. It is due this many days after the quarter.",
        min_value=1,
        max_value=180,
        initial=28,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    owner = forms.ChoiceField(
        label="Owner",
        required=False,
        help_text="Who is told before a claim is due. With nobody named: everyone who may submit claims.",
    )
    awarded = PoundsField(label="Award", help_text="In pounds, like £1,007.50.")
    # A grant without any head is refused.
    sometimes_needed = frozenset({"head_1", "allowed_1"})

    def __init__(
        self,
        *args: Any,
        owners: Sequence[User],
        grant: Grant | None = None,
        heads: Sequence[GrantHead] = (),
        **options: Any,
    ) -> None:
        self._owners = {str(person.pk): person for person in owners}
        if grant is not None:
            options["initial"] = {
                "title": grant.title,
                "funder": grant.funder,
                "reference": grant.reference,
                "starts_on": grant.starts_on,
                "ends_on": grant.ends_on,
                "days_to_claim": grant.days_to_claim,
                "awarded": grant.awarded,
                "owner": str(grant.owner_id or ""),
                **options.get("initial", {}),
            }
        super().__init__(*args, **options)
        self.fields["owner"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Nobody named"),
            *((key, display_name(person)) for key, person in self._owners.items()),
        ]
        self._rows = min(MOST_HEADS, max(_FIRST_HEADS, len(heads) + _SPARE_HEADS))
        for place in range(1, self._rows + 1):
            head = heads[place - 1] if place <= len(heads) else None
            self.fields[f"head_{place}"] = forms.CharField(
                label=f"Head {place}",
                max_length=120,
                required=False,
                initial=head.name if head else "",
                help_text="What the money may be spent on, such as staff." if place == 1 else "",
            )
            self.fields[f"allowed_{place}"] = PoundsField(
                label=f"Amount of head {place}", required=False, initial=head.allowed if head else None
            )
            self.fields[f"head_id_{place}"] = forms.UUIDField(
                widget=forms.HiddenInput, required=False, initial=head.pk if head else None
            )

    def clean_owner(self) -> User | None:
        return self._owners.get(self.cleaned_data["owner"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given: list[HeadGiven] = []
        for place in range(1, self._rows + 1):
            name, allowed = cleaned.pop(f"head_{place}", ""), cleaned.pop(f"allowed_{place}", None)
            key = cleaned.pop(f"head_id_{place}", None)
            if f"allowed_{place}" in self.errors or f"head_{place}" in self.errors:
                continue
            if name and allowed is None:
                self.add_error(f"allowed_{place}", f"Enter the amount of {name}")
            elif not name and allowed is not None:
                self.add_error(f"head_{place}", f"Enter what the amount of head {place} is for")
            elif name:
                given.append(HeadGiven(name, allowed, key))
        cleaned["heads"] = given
        return cleaned


class GrantChangeForm(VersionMixin, GrantForm):
    """Change a grant. Its claims follow its term."""


class FiguresForm(VersionMixin, GovukForm):
    """What is claimed under each head. An empty box is no figure yet, which is not zero."""

    def __init__(
        self, *args: Any, heads: Sequence[GrantHead], amounts: Mapping[UUID, Decimal], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._heads = heads
        for head in heads:
            self.fields[f"head_{head.pk.hex}"] = PoundsField(
                label=head.name, required=False, initial=amounts.get(head.pk)
            )

    @property
    def amounts(self) -> dict[UUID, Decimal | None]:
        return {head.pk: self.cleaned_data[f"head_{head.pk.hex}"] for head in self._heads}


class DueForm(VersionMixin, GovukForm):
    """Another day by which one claim is due."""

    due_on = DateField(label="When is the claim due?", help_text="As agreed with the funder for this claim.")


class SubmitForm(VersionMixin, GovukForm):
    """Record that a claim went to the funder."""

    submitted_on = DateField(label="When was it sent to the funder?")
    note = LongTextField(
        label="Where the evidence is held",
        help_text="Needed where no evidence is attached to the claim. Do not name anyone.",
        max_length=1000,
        rows=3,
        error_messages={"required": "Attach the evidence of the spending, or say where it is held"},
    )

    def __init__(self, *args: Any, has_evidence: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].required = not has_evidence


class QueryForm(VersionMixin, GovukForm):
    """Record what the funder asks."""

    queried_on = DateField(label="When did the funder ask?")
    note = LongTextField(label="What does the funder ask?", max_length=1000, rows=3)


class PaymentForm(VersionMixin, GovukForm):
    """Record a payment."""

    paid_on = DateField(label="When was it paid?")
    amount = PoundsField(label="Amount paid")
    note = LongTextField(
        label="Why does it differ from the claim?",
        help_text="Needed where less was paid than was claimed.",
        required=False,
        max_length=1000,
        rows=3,
    )
    sometimes_needed = frozenset({"note"})


class GrantFilterForm(FilterForm):
    """Narrow the list of grants."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All grants"), ("open", "Open"), ("closed", "Closed")]
    )
    claim = forms.ChoiceField(
        label="With a claim that is", required=False, choices=[("", "Any"), *ClaimState.choices]
    )
