"""Forms of organisations: filters, the directory, own ones, codes, leads, contacts and who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from partnerships.enums import CodeScheme, LinkState, OrganisationKind
from prevent_portal.web.forms import DateField, FilterForm, GovukForm, VersionMixin

SCHEDULES = (
    ("", "All"),
    ("6", "Specified authorities (Schedule 6)"),
    ("7", "Panel partners (Schedule 7)"),
    ("none", "Neither"),
)


def _chosen(pairs: Sequence[tuple[Any, str]], nobody: str) -> list[tuple[str, str]]:
    return [("", nobody), *((str(key), name) for key, name in pairs)]


class OrganisationFilterForm(FilterForm):
    """Narrow the list of organisations."""

    q = forms.CharField(label="Name or code", required=False, max_length=100)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *OrganisationKind.choices]
    )
    state = forms.ChoiceField(label="Link", required=False, choices=[("", "All"), *LinkState.choices])
    schedule = forms.ChoiceField(label="Duty", required=False, choices=SCHEDULES)


class DirectoryForm(FilterForm):
    """Find organisations to link."""

    q = forms.CharField(
        label="Name or code",
        required=False,
        max_length=100,
        help_text="Part of a name, or a whole code such as RAL or 101260.",
    )
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *OrganisationKind.choices]
    )
    area = forms.CharField(
        label="Code of the local authority",
        required=False,
        max_length=12,
        help_text="Schools only: the number in the register of schools, such as 302.",
    )
    back = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class LinkManyForm(GovukForm):
    """Link the organisations that were found and ticked."""

    organisations = forms.MultipleChoiceField(
        label="Which organisations serve your area?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one organisation"},
    )
    starts_on = DateField(label="First day of the link", required=False)
    small = frozenset({"organisations"})

    def __init__(
        self, *args: Any, offered: Sequence[tuple[str, str]], hints: dict[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["organisations"].choices = list(offered)  # type: ignore[attr-defined] # declared as a choice above
        self.option_hints = {"organisations": hints}  # type: ignore[misc] # the hints of this page alone


class OrganisationForm(GovukForm):
    """Add an organisation that no official register lists."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=OrganisationKind.choices)
    specified_authority = forms.BooleanField(
        label="The duty binds it: it is a specified authority (Schedule 6)", required=False
    )
    panel_partner = forms.BooleanField(
        label="It must co-operate with the Channel panel (Schedule 7)", required=False
    )
    parent = forms.ChoiceField(label="Part of", required=False)

    def __init__(self, *args: Any, parents: Sequence[tuple[Any, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].choices = _chosen(parents, "Nothing else")  # type: ignore[attr-defined] # declared as a choice above


class NewOrganisationForm(OrganisationForm):
    """Add it, and link it from a day."""

    starts_on = DateField(label="First day of the link", required=False)


class OrganisationChangeForm(VersionMixin, OrganisationForm):
    """Change an organisation that the council added for itself."""

    ends_on = DateField(label="Last day on which it exists", required=False)
    successor = forms.ChoiceField(
        label="Followed by", required=False, help_text="The organisation that took its place."
    )

    def __init__(self, *args: Any, parents: Sequence[tuple[Any, str]], **options: Any) -> None:
        super().__init__(*args, parents=parents, **options)
        self.fields["successor"].choices = _chosen(parents, "Nobody")  # type: ignore[attr-defined] # declared as a choice above


class LinkDatesForm(VersionMixin, GovukForm):
    """Change the days of a link."""

    starts_on = DateField(label="First day", required=False)
    ends_on = DateField(
        label="Last day",
        required=False,
        help_text="From the day after, its people see and send nothing here any more. "
        "If you open the link again, say again who acts for it.",
    )


class CodeForm(GovukForm):
    """Give an own organisation a code."""

    scheme = forms.ChoiceField(label="Which register is the code from?", choices=CodeScheme.choices)
    code = forms.CharField(
        label="Code", max_length=20, widget=forms.TextInput(attrs={"class": "govuk-input--width-10"})
    )
    starts_on = DateField(label="Valid from", required=False)
    ends_on = DateField(label="Valid until", required=False)


class CodeEndForm(GovukForm):
    """Say when a code was last valid."""

    ends_on = DateField(label="Last day on which the code is valid")


class LeadsForm(VersionMixin, GovukForm):
    """Name whom the council writes to."""

    prevent_lead = forms.ChoiceField(label="Prevent lead", required=False)
    executive_lead = forms.ChoiceField(
        label="Executive lead",
        required=False,
        help_text="Written to when the lead does not answer.",
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("prevent_lead", "executive_lead"):
            self.fields[name].choices = _chosen(people, "Nobody named")  # type: ignore[attr-defined] # declared as a choice above


class ActingPersonForm(GovukForm):
    """Say who acts for an organisation."""

    person = forms.ChoiceField(
        label="Who acts for it?",
        help_text="Listed are people whose only role is partner submitter or partner Prevent lead.",
        error_messages={"required": "Select who acts for the organisation"},
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = _chosen(people, "Select a person")  # type: ignore[attr-defined] # declared as a choice above


class ConfirmForm(GovukForm):
    """Nothing to fill in: the button confirms."""


class ContactForm(GovukForm):
    """A contact at an organisation."""

    name = forms.CharField(label="Name", max_length=120)
    job_title = forms.CharField(label="Job title", required=False, max_length=120)
    email = forms.EmailField(label="Email address", required=False, max_length=254)
    telephone = forms.CharField(
        label="Telephone number",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "inputmode": "tel"}),
    )
    about = forms.CharField(label="What to call them about", required=False, max_length=200)
    marks_optional: ClassVar[bool] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("email") and not cleaned.get("telephone"):
            self.add_error("email", "Enter an email address or a telephone number")
        return cleaned


class ContactChangeForm(VersionMixin, ContactForm):
    """Change a contact."""
