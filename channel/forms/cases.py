"""Forms of case summaries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from channel.enums import SUMMARY_LIMIT, LawfulBasis, SourceSector
from channel.policies import ChannelRefused, require_clean_summary
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField


class CaseForm(FormTokenMixin, GovukForm):
    """A new case summary. There is no field for anything that names a person."""

    small = frozenset({"lawful_basis"})

    summary = LongTextField(
        label="Summary",
        max_length=SUMMARY_LIMIT,
        rows=9,
        help_text="What the panel needs to know, and nothing that identifies a person: no name, initials, "
        "date of birth, address, school or employer.",
    )
    referred_on = DateField(label="Date of referral", required=False)
    source_sector = forms.ChoiceField(
        label="Where the referral came from", choices=[("", "Choose a sector"), *SourceSector.choices]
    )
    residence = forms.ModelChoiceField(
        label="Council of residence",
        queryset=Council.objects.none(),
        help_text="The district, borough or unitary council.",
    )
    police_area = forms.CharField(label="Police area", max_length=80)
    lawful_basis = forms.ChoiceField(
        label="Lawful basis for processing personal data",
        choices=LawfulBasis.choices,
        widget=forms.RadioSelect,
        initial=LawfulBasis.PUBLIC_TASK,
        help_text="UK GDPR, Article 6. It is never consent to support.",
    )
    no_intelligence = forms.BooleanField(
        label="I declare that this summary holds no intelligence",
        error_messages={"required": "Declare that the summary holds no intelligence"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["residence"].queryset = Council.objects.current()  # type: ignore[attr-defined] # declared as a choice above
        self.fields["referred_on"].latest = timezone.localdate()  # type: ignore[attr-defined] # declared as a date above

    def clean_summary(self) -> str:
        summary = str(self.cleaned_data["summary"])
        try:
            require_clean_summary(summary, timezone.localdate())
        except ChannelRefused as refused:
            raise ValidationError(str(refused), code="identifies") from refused
        return summary
