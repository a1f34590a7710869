"""Forms of meetings: planning, agenda, papers, attendance, decisions, actions, minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from partnerships.enums import AttendanceState, PackEdition, PaperAudience
from partnerships.models import AgendaItem, Board, Meeting
from partnerships.queries.meeting_seats import Attended
from prevent_portal.accounts.models import User, display_name
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import (
    ClockField,
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of people by name."""

    def label_from_instance(self, obj: User) -> str:
        return display_name(obj)


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of several people by name."""

    def label_from_instance(self, obj: User) -> str:
        return display_name(obj)


def _narrow() -> forms.TextInput:
    """A box for an answer of two or three figures."""
    return forms.TextInput(attrs={"class": "govuk-input--width-3"})


class MeetingsFilterForm(FilterForm):
    """Narrow the list of meetings."""

    board = forms.ModelChoiceField(
        label="Board", queryset=Board.objects.none(), required=False, empty_label="All boards"
    )
    when = forms.ChoiceField(
        label="When",
        required=False,
        choices=[
            ("", "All"),
            ("coming", "Still to come"),
            ("held", "Held"),
            ("minutes", "Minutes to approve"),
        ],
    )

    def __init__(self, *args: Any, boards: QuerySet[Board], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["board"].queryset = boards  # type: ignore[attr-defined] # declared as a choice above


class YearFirstForm(GovukForm):
    """The first meeting of a year, from which the others follow."""

    first = DateField(label="When is the first meeting?")


class YearPlanForm(GovukForm):
    """The proposed days of a year's meetings, each of which can be left out."""

    days = forms.MultipleChoiceField(
        label="Meetings to plan", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one date"},
    )  # fmt: skip
    starts_at = ClockField(label="Start time", required=False)
    place = forms.CharField(label="Place", max_length=120, required=False)

    def __init__(self, *args: Any, proposed: Sequence[tuple[date, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].choices = [(day.isoformat(), words) for day, words in proposed]  # type: ignore[attr-defined] # declared as choices above

    def clean_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.cleaned_data["days"]]


class MeetingForm(GovukForm):
    """One meeting besides those of the year."""

    held_on = DateField(label="Date")
    starts_at = ClockField(label="Start time", required=False)
    place = forms.CharField(label="Place", max_length=120, required=False)


class MeetingChangeForm(VersionMixin, MeetingForm):
    """Move a planned meeting."""

    papers_due_on = DateField(label="Papers due", required=False)


class CancelForm(GovukForm):
    """Say why a meeting is not held."""

    reason = forms.CharField(label="Why is it cancelled?", max_length=300)


class ArrangementsForm(VersionMixin, GovukForm):
    """How a board meets."""

    standing_items = LongTextField(
        label="Standing items", rows=7, max_length=2000, help_text="One on each line, in order. Meetings "
        "that you plan from now on start with them.",
    )  # fmt: skip
    days_before_papers = WholeNumberField(
        label="How many days before a meeting are papers due?", min_value=0, max_value=60, widget=_narrow()
    )
    starts_at = ClockField(label="Start time", required=False)
    place = forms.CharField(label="Usual place", max_length=120, required=False)

    def clean_standing_items(self) -> list[str]:
        titles = [line.strip() for line in self.cleaned_data["standing_items"].splitlines() if line.strip()]
        if any(len(title) > 200 for title in titles):
            raise forms.ValidationError("Each standing item must be 200 characters or fewer")
        return titles


class ItemForm(GovukForm):
    """An item of an agenda."""

    title = forms.CharField(label="Item", max_length=200)
    lead = forms.CharField(
        label="Lead", max_length=120, required=False, help_text="The post that leads on it, not a name."
    )


class ItemChangeForm(ItemForm):
    """Change an item's words or its place."""

    position = WholeNumberField(label="Place on the agenda", min_value=1, max_value=200, widget=_narrow())


class PaperForm(GovukForm):
    """A paper that an item asks for. Its files are added afterwards."""

    title = forms.CharField(label="Title of the paper", max_length=200)
    owner = PersonField(
        label="Who sends it?", queryset=User.objects.none(), required=False, empty_label="I add it myself",
        help_text="They are reminded until it is there.",
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="Who may read it?", widget=forms.RadioSelect, choices=PaperAudience.choices,
        initial=PaperAudience.EVERYONE,
    )  # fmt: skip
    readers = PeopleField(
        label="Readers", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reveals = {"audience": {"named": ["readers"]}}

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined] # declared as a choice above
        self.fields["readers"].queryset = people  # type: ignore[attr-defined] # declared as a choice above

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("audience") != PaperAudience.NAMED:
            cleaned["readers"] = []
        return cleaned


class AttendanceForm(VersionMixin, GovukForm):
    """Who came, agency by agency."""

    chaired_by = forms.CharField(
        label="Who took the chair?",
        max_length=120,
        help_text="The post and not the person, such as Director of communities.",
    )

    def __init__(self, *args: Any, lines: Sequence[Attended], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        self.inline = {f"state_{place}" for place in range(len(lines))}  # type: ignore[misc] # as many as agencies
        self.small = self.inline  # type: ignore[misc] # so that the answers stand on one line
        for place, line in enumerate(lines):
            self.fields[f"state_{place}"] = forms.ChoiceField(
                label=line.agency.name,
                widget=forms.RadioSelect,
                choices=AttendanceState.choices,
                initial=line.state or None,
                help_text=line.agency.posts,
                error_messages={
                    "required": f"Select how {line.agency.name} was represented",
                    "invalid_choice": "Select one of the answers",
                },
            )
            self.fields[f"people_{place}"] = forms.CharField(
                label=f"Who came for {line.agency.name}",
                max_length=300,
                required=False,
                initial=line.people,
            )

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Key of the agency, state and people, as sent."""
        return [
            (
                line.agency.key,
                self.cleaned_data[f"state_{place}"],
                self.cleaned_data[f"people_{place}"],
            )
            for place, line in enumerate(self.lines)
        ]


class _OfItem(GovukForm):
    """Something that was said under an item."""

    item = forms.ModelChoiceField(
        label="Under which item?",
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label="None of them",
    )

    def __init__(self, *args: Any, items: QuerySet[AgendaItem], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["item"].queryset = items  # type: ignore[attr-defined] # declared as a choice above


class VersionChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of papers' versions."""

    def label_from_instance(self, obj: DocumentVersion) -> str:
        return f"{obj.document.title}, version {obj.number} of {british_date(obj.uploaded_at)}"


class DecisionForm(_OfItem):
    """A decision."""

    text = LongTextField(label="What was decided?", rows=4, max_length=4000)
    paper = VersionChoice(
        label="Which version of a paper is it about?",
        queryset=DocumentVersion.objects.none(),
        required=False,
        empty_label="None",
        help_text="The decision stays bound to that version, even if a newer one is added.",
    )
    field_order = ("item", "text", "paper")

    def __init__(self, *args: Any, versions: Sequence[DocumentVersion], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["paper"].queryset = DocumentVersion.objects.filter(  # type: ignore[attr-defined] # declared as a choice above
            pk__in=[version.pk for version in versions]
        ).select_related("document")


class DecisionChangeForm(VersionMixin, GovukForm):
    """Mend the words of a decision."""

    text = LongTextField(label="What was decided?", rows=4, max_length=4000)


class ActionForm(FormTokenMixin, _OfItem):
    """An action that arises. It goes into the council's action plan."""

    title = forms.CharField(label="What is to be done?", max_length=200)
    owner = PersonField(
        label="Who does it?", queryset=User.objects.none(), empty_label="Choose a person",
        error_messages={"required": "Select who does it"},
    )  # fmt: skip
    due_on = DateField(label="By when?")
    field_order = ("item", "title", "owner", "due_on")

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined] # declared as a choice above


class MinutesForm(VersionMixin, GovukForm):
    """The minutes as plain text."""

    text = LongTextField(
        label="Minutes",
        rows=24,
        max_length=60_000,
        help_text="Plain text. A line that starts with ## is a heading, lines that start with - are a list, "
        "a blank line ends a paragraph. No names of people of concern and no intelligence.",
    )


class MeetingChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of meetings by date."""

    def label_from_instance(self, obj: Meeting) -> str:
        return british_date(obj.held_on)


class ApproveForm(VersionMixin, GovukForm):
    """Record that a later meeting approved the minutes."""

    at = MeetingChoice(
        label="Which meeting approved them?",
        queryset=Meeting.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the meeting that approved them"},
    )

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["at"].queryset = meetings  # type: ignore[attr-defined] # declared as a choice above


class PackForm(GovukForm):
    """For whom a pack is made."""

    edition = forms.ChoiceField(
        label="Who is the pack for?", widget=forms.RadioSelect, choices=PackEdition.choices,
        initial=PackEdition.EVERYONE,
    )  # fmt: skip

    def __init__(self, *args: Any, editions: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["edition"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            (value, label) for value, label in PackEdition.choices if value in editions
        ]


class YearFilterForm(FilterForm):
    """Which twelve months attendance is counted for."""

    year = forms.TypedChoiceField(label="Year", coerce=int, required=False)

    def __init__(self, *args: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(year, f"April {year} to March {year + 1}") for year in years]  # type: ignore[attr-defined] # declared as choices above
