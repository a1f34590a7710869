"""Forms of a case: a new one, and its parts one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from channel.case_choices import (
    CONSENT_STEPS,
    NATIONAL_REFERENCE_LIMIT,
    OWNER_LIMIT,
    RESULTS_OF,
    CareConsidered,
    ConsentGiver,
    DecisionBasis,
    DecisionKind,
    Outcome,
    PartnerKind,
    ReviewKind,
)
from channel.categories import CURRENT_EDITION, EDITIONS
from channel.enums import SUMMARY_LIMIT, ConsentToSupport, LawfulBasis, SourceSector
from channel.models import CaseReview, ChannelCase, ChannelMeeting
from channel.policies import ChannelRefused, require_clean_summary
from channel.policies.cases import DoubtfulWords
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField, VersionMixin

_NOT_SORTED = [("", "Not known")]
_NOBODY_NAMED = "And nothing that identifies a person (Counter-Terrorism and Security Act 2015, s.38)."


class DeclarationMixin(forms.Form):
    """The declaration of rule 7, and a second look at doubtful words once a service asks for it."""

    no_intelligence = forms.BooleanField(
        label="I declare that this summary holds no intelligence",
        help_text=_NOBODY_NAMED,
        error_messages={"required": "Declare that the summary holds no intelligence"},
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


class SummaryMixin(DeclarationMixin):
    """The summary, screened as it is typed."""

    summary = LongTextField(
        label="Summary",
        max_length=SUMMARY_LIMIT,
        rows=9,
        help_text="What the panel needs to know, and nothing that identifies a person: no name, initials, "
        "date of birth, address, school or employer.",
    )

    def clean_summary(self) -> str:
        summary = str(self.cleaned_data["summary"])
        try:
            require_clean_summary(summary, timezone.localdate())
        except ChannelRefused as refused:
            raise ValidationError(str(refused), code="identifies") from refused
        return summary


class DescriptionMixin(forms.Form):
    """What describes a case without words of one's own."""

    national_reference = forms.CharField(
        label="Reference of the national record",
        max_length=NATIONAL_REFERENCE_LIMIT,
        required=False,
        help_text="Letters and digits only. The case file stays there.",
    )
    source_sector = forms.ChoiceField(
        label="Where the referral came from", choices=[("", "Choose a sector"), *SourceSector.choices]
    )
    residence = forms.ModelChoiceField(
        label="Council of residence",
        queryset=Council.objects.none(),
        empty_label="Choose a council",
        help_text="The district, borough or unitary council.",
    )
    police_area = forms.CharField(label="Police area", max_length=80)
    concern = forms.ChoiceField(label="Type of concern", required=False)
    age_band = forms.ChoiceField(label="Age band at referral", required=False)
    susceptibilities = forms.MultipleChoiceField(
        label="What makes the person susceptible",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Choose all that apply.",
    )
    partners_involved = forms.MultipleChoiceField(
        label="Agencies involved",
        choices=PartnerKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Kinds of agency, not their names. Choose all that apply.",
    )
    lawful_basis = forms.ChoiceField(
        label="Lawful basis for processing personal data",
        choices=LawfulBasis.choices,
        widget=forms.RadioSelect,
        initial=LawfulBasis.PUBLIC_TASK,
        help_text="UK GDPR, Article 6. It is never consent to support.",
    )

    def sort_by(self, edition: str) -> None:
        """Offer the councils of today and one edition's categories."""
        known = EDITIONS[edition]
        cast(Any, self.fields["residence"]).queryset = Council.objects.current()
        cast(Any, self.fields["concern"]).choices = _NOT_SORTED + list(known.concerns.items())
        cast(Any, self.fields["age_band"]).choices = _NOT_SORTED + list(known.age_bands.items())
        cast(Any, self.fields["susceptibilities"]).choices = list(known.susceptibilities.items())


class CaseForm(SummaryMixin, DescriptionMixin, FormTokenMixin, GovukForm):
    """A new case summary. There is no field for anything that names a person."""

    small = frozenset(
        {"lawful_basis", "susceptibilities", "partners_involved", "no_intelligence", "words_checked"}
    )

    referred_on = DateField(label="Date of referral", required=False)
    field_order = (
        *("summary", "referred_on", "national_reference", "source_sector", "residence", "police_area"),
        *("concern", "age_band", "susceptibilities", "partners_involved", "lawful_basis"),
        *("no_intelligence", "words_checked"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sort_by(CURRENT_EDITION)
        _not_ahead(self, "referred_on")


class SummaryForm(SummaryMixin, VersionMixin, GovukForm):
    """The words of a summary."""

    field_order = ("summary", "no_intelligence", "words_checked")


class DescriptionForm(DeclarationMixin, DescriptionMixin, VersionMixin, GovukForm):
    """Where a case came from, where the person lives, how it is sorted, who is involved."""

    # The page shows no summary, so the declaration speaks of what is saved.
    no_intelligence = forms.BooleanField(
        label="I declare that what I save holds no intelligence",
        help_text=_NOBODY_NAMED,
        error_messages={"required": "Declare that what you save holds no intelligence"},
    )
    small = frozenset(
        {"lawful_basis", "susceptibilities", "partners_involved", "no_intelligence", "words_checked"}
    )
    field_order = (
        *("national_reference", "source_sector", "residence", "police_area"),
        *("concern", "age_band", "susceptibilities", "partners_involved", "lawful_basis"),
        *("no_intelligence", "words_checked"),
    )

    def __init__(self, *args: Any, edition: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sort_by(edition)


class StagesForm(VersionMixin, GovukForm):
    """The days of referral, screening and first panel."""

    referred_on = DateField(label="Date of referral", required=False)
    screened_on = DateField(label="Date of screening", required=False)
    first_panel_on = DateField(label="Date of the first panel", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _not_ahead(self, "referred_on", "screened_on", "first_panel_on")


class ConsentForm(VersionMixin, GovukForm):
    """One step of consent to support: only those are offered that may follow."""

    state = forms.ChoiceField(label="What happened", widget=forms.RadioSelect)
    dated = DateField(label="Date")
    under_18 = forms.TypedChoiceField(
        label="How old was the person on that day?",
        choices=[("yes", "Under 18"), ("no", "18 or over")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Select how old the person was on that day"},
    )
    by_whom = forms.ChoiceField(
        label="Who was asked, or answered?",
        choices=ConsentGiver.choices,
        widget=forms.RadioSelect,
        help_text="Under 18, only a parent or guardian can give consent.",
        error_messages={"required": "Select who was asked, or answered"},
    )
    capacity_considered = forms.BooleanField(
        label="The person’s capacity to consent was considered", required=False
    )
    reassess_on = DateField(
        label="Date by which the panel assesses the case again",
        required=False,
        help_text="Needed when consent is refused or withdrawn.",
    )

    def __init__(self, *args: Any, held: ConsentToSupport, **options: Any) -> None:
        super().__init__(*args, **options)
        following = [state for state in ConsentToSupport if state in CONSENT_STEPS[held]]
        if len(following) == 1:
            self.fields["state"].initial = following[0].value
        cast(Any, self.fields["state"]).choices = [
            (state.value, "Given by the person at 18" if state == held else state.label)
            for state in following
        ]
        self.reveals = {  # type: ignore[misc] # this form's, not the class's
            "state": {
                state.value: [name]
                for name, state in (
                    ("capacity_considered", ConsentToSupport.GIVEN),
                    (
                        "reassess_on",
                        ConsentToSupport.REFUSED
                        if ConsentToSupport.REFUSED in following
                        else ConsentToSupport.WITHDRAWN,
                    ),
                )
                if state in following
            }
        }
        if held in {ConsentToSupport.NOT_ASKED, ConsentToSupport.REFUSED, ConsentToSupport.WITHDRAWN}:
            del self.fields["capacity_considered"], self.fields["reassess_on"]
        _not_ahead(self, "dated")

    def clean(self) -> dict[str, Any]:
        """Ask beside its field for the day that a refusal or withdrawal needs; the service asks again."""
        answers = super().clean() or {}
        ended = {ConsentToSupport.REFUSED.value, ConsentToSupport.WITHDRAWN.value}
        if answers.get("state") in ended and "reassess_on" in answers and not answers["reassess_on"]:
            self.add_error("reassess_on", "Enter the date by which the panel assesses the case again")
        return answers


class PlanForm(VersionMixin, GovukForm):
    """That a support plan exists, and when it is reviewed."""

    agreed_on = DateField(label="Date on which the panel agreed the support plan")
    review_on = DateField(label="Date of its next review")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _not_ahead(self, "agreed_on")


class SupportForm(VersionMixin, GovukForm):
    """The first day of support."""

    started_on = DateField(label="Date on which support started")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _not_ahead(self, "started_on")


class ReviewForm(GovukForm):
    """A review that was held."""

    sometimes_needed = frozenset({"next_on"})

    done_on = DateField(label="Date of the review")
    result = forms.ChoiceField(label="What it came to", widget=forms.RadioSelect)
    next_on = DateField(
        label="Date of the next review", required=False, help_text="Needed while support goes on."
    )

    def __init__(self, *args: Any, review: CaseReview, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = ReviewKind(review.kind)
        cast(Any, self.fields["result"]).choices = [
            (result.value, result.label) for result in RESULTS_OF[kind]
        ]
        if kind != ReviewKind.PLAN:
            del self.fields["next_on"]
        _not_ahead(self, "done_on")


class DecisionForm(VersionMixin, GovukForm):
    """What the panel decided, and how."""

    decided_on = DateField(label="Date of the decision")
    kind = forms.ChoiceField(label="Decision", choices=DecisionKind.choices, widget=forms.RadioSelect)
    basis = forms.ChoiceField(
        label="How it was reached",
        choices=DecisionBasis.choices,
        widget=forms.RadioSelect,
        help_text="Section 37: unanimous, otherwise by majority, otherwise by the chair.",
    )
    meeting = forms.ChoiceField(label="Meeting", required=False)
    police_present = forms.BooleanField(
        label="A police representative for the area of residence was present",
        error_messages={
            "required": "A police representative must be present when the panel discusses a case"
        },
    )

    def __init__(self, *args: Any, meetings: Sequence[ChannelMeeting], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_meetings(self, meetings, "Not at a meeting in this portal")
        _not_ahead(self, "decided_on")


class ClosureForm(VersionMixin, GovukForm):
    """How a case ended."""

    reveals = {"outcome": {Outcome.TRANSFERRED.value: ["owner_now"]}}
    sometimes_needed = frozenset({"care_considered"})

    exited_on = DateField(label="Date of exit")
    outcome = forms.ChoiceField(label="Outcome", choices=Outcome.choices, widget=forms.RadioSelect)
    owner_now = forms.CharField(
        label="Organisation that owns the case now", max_length=OWNER_LIMIT, required=False
    )
    care_considered = forms.ChoiceField(
        label="Health or social care",
        choices=CareConsidered.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Section 36(6): needed when a person leaves without support.",
    )
    no_intelligence = forms.BooleanField(
        label="I declare that what I save holds no intelligence",
        error_messages={"required": "Declare that what you save holds no intelligence"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _not_ahead(self, "exited_on")


class ReReferralForm(SummaryMixin, FormTokenMixin, GovukForm):
    """A new referral of a person whose case is closed."""

    referred_on = DateField(label="Date of the new referral")
    field_order = ("referred_on", "summary", "no_intelligence", "words_checked")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _not_ahead(self, "referred_on")


class ListingForm(GovukForm):
    """The meeting that discusses the case."""

    meeting = forms.ChoiceField(label="Meeting")

    def __init__(self, *args: Any, meetings: Sequence[ChannelMeeting], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_meetings(self, meetings, "Choose a meeting")


def stored_description(case: ChannelCase, national_reference: str) -> dict[str, Any]:
    """What the form of the description shows first."""
    return {
        "version": case.version,
        "national_reference": national_reference,
        "source_sector": case.source_sector,
        "residence": case.residence_id,
        "police_area": case.police_area,
        "concern": case.concern,
        "age_band": case.age_band,
        "susceptibilities": case.susceptibilities,
        "partners_involved": case.partners_involved,
        "lawful_basis": case.lawful_basis,
    }


def _offer_meetings(form: forms.Form, meetings: Sequence[ChannelMeeting], none: str) -> None:
    cast(Any, form.fields["meeting"]).choices = [
        ("", none),
        *((str(meeting.pk), f"Meeting of {british_date(meeting.starts_at)}") for meeting in meetings),
    ]


def _not_ahead(form: forms.Form, *names: str) -> None:
    for name in names:
        cast(DateField, form.fields[name]).latest = timezone.localdate()
