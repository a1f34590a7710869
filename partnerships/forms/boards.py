"""Forms of boards, their terms of reference, seats, holders and the councils of a joint board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence, SeatRole
from partnerships.models import Board, Organisation, Seat, SeatHolder
from partnerships.queries.boards import BoardFilter
from partnerships.services.boards import BoardDetails
from prevent_portal.accounts.models import User, display_name
from prevent_portal.documents.policies import check_size, safe_name, type_named
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.forms import (
    DateField,
    FilterForm,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
    WholeNumberField,
)

_OPEN_STATES = [(state.value, state.label) for state in (BoardState.ACTIVE, BoardState.PLANNED)]


class BoardFilterForm(FilterForm):
    """Narrow the list of boards."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *BoardKind.choices])
    level = forms.ChoiceField(label="Level", required=False, choices=[("", "All"), *BoardLevel.choices])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All but closed"), *BoardState.choices, ("all", "All")],
    )

    def wanted(self, *, lead_officer: int | None = None) -> BoardFilter:
        """What the list is narrowed to; a value that is not offered narrows nothing."""
        self.is_valid()
        return BoardFilter(
            **{name: self.cleaned_data.get(name, "") for name in ("kind", "level", "state")},
            lead_officer=lead_officer,
        )


class _ReportsToMixin(forms.Form):
    """Choose the bodies that a board reports to."""

    reports_to = forms.MultipleChoiceField(
        label="Which boards does it report to?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that apply. A group can report to more than one body.",
    )

    def offer_boards(self, boards: Sequence[tuple[UUID, str]], chosen: Iterable[UUID]) -> None:
        """Offer these boards, with some of them chosen."""
        field: Any = self.fields["reports_to"]
        field.choices = [(str(key), name) for key, name in boards]
        field.initial = [str(key) for key in chosen]
        if not boards:
            del self.fields["reports_to"]

    def chosen_boards(self) -> list[UUID]:
        return [UUID(key) for key in self.cleaned_data.get("reports_to", [])]


class BoardForm(_ReportsToMixin, GovukForm):
    """Add a board."""

    name = forms.CharField(label="Name of the board", max_length=160)
    kind = forms.ChoiceField(label="Kind", choices=BoardKind.choices)
    level = forms.ChoiceField(label="Level", choices=BoardLevel.choices, widget=forms.RadioSelect)
    state = forms.ChoiceField(
        label="Is it in place?", choices=_OPEN_STATES, widget=forms.RadioSelect, initial=BoardState.ACTIVE
    )
    starts_on = DateField(label="Since when does it meet? (optional)", required=False)
    set_up_by = DateField(label="By when is it to be set up? (optional)", required=False)
    cadence = forms.ChoiceField(label="How often does it meet?", choices=Cadence.choices)
    chair_title = forms.CharField(
        label="Post that chairs it",
        max_length=120,
        required=False,
        help_text="The post and not the person, such as Director of communities.",
    )
    quorum = WholeNumberField(
        label="Quorum",
        required=False,
        min_value=1,
        max_value=99,
        help_text="How many agencies must be present, if the terms of reference say so.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    purpose = LongTextField(label="What is it for?", required=False, max_length=2000, rows=4)
    lead_officer = forms.ChoiceField(
        label="Officer who looks after it",
        required=False,
        help_text="This person is reminded of terms to review and of vacant seats.",
    )

    reveals = {"state": {"active": ["starts_on"], "planned": ["set_up_by"]}}
    field_order = ("name", "kind", "level", "reports_to", "state")

    def __init__(
        self,
        *args: Any,
        officers: Sequence[User],
        boards: Sequence[tuple[UUID, str]],
        reports_to: Iterable[UUID] = (),
        board: Board | None = None,
        **options: Any,
    ) -> None:
        if board is not None:
            options["initial"] = {
                **{name: getattr(board, name) for name in self.base_fields if hasattr(board, name)},
                "lead_officer": str(board.lead_officer_id or ""),
                **options.get("initial", {}),
            }
        super().__init__(*args, **options)
        self.order_fields(self.field_order)
        self.offer_boards(boards, reports_to)
        known = {person.pk: person for person in officers}
        if board is not None and board.lead_officer is not None:
            known.setdefault(board.lead_officer.pk, board.lead_officer)
        self._officers = known
        self.fields["lead_officer"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Nobody in particular"),
            *((str(key), display_name(person)) for key, person in known.items()),
        ]

    def details(self) -> BoardDetails:
        """What was entered, as the service takes it. What its state does not ask for is left out."""
        data = self.cleaned_data
        state = BoardState(data["state"])
        chosen = data["lead_officer"]
        return BoardDetails(
            name=data["name"],
            kind=BoardKind(data["kind"]),
            level=BoardLevel(data["level"]),
            state=state,
            purpose=data["purpose"],
            cadence=Cadence(data["cadence"]),
            chair_title=data["chair_title"],
            quorum=data["quorum"],
            lead_officer=self._officers[int(chosen)] if chosen else None,
            starts_on=data["starts_on"] if state == BoardState.ACTIVE else None,
            set_up_by=data["set_up_by"] if state == BoardState.PLANNED else None,
        )


class BoardChangeForm(VersionMixin, BoardForm):
    """Change a board."""


class PlaceForm(_ReportsToMixin, GovukForm):
    """Place another council's joint board in this council's picture."""

    def __init__(
        self, *args: Any, boards: Sequence[tuple[UUID, str]], reports_to: Iterable[UUID], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.offer_boards(boards, reports_to)


class CloseBoardForm(GovukForm):
    """Close a board."""

    closed_on = DateField(label="Last day of the board")
    reason = LongTextField(
        label="Why does it close?",
        max_length=300,
        rows=3,
        error_messages={"required": "Enter why the board closes"},
    )


class TermsForm(FormTokenMixin, GovukForm):
    """Record terms of reference."""

    agreed_on = DateField(label="When were they agreed?")
    review_on = DateField(label="When are they to be reviewed?")
    summary = LongTextField(label="What they say, or what changed", required=False, max_length=2000, rows=4)
    file = forms.FileField(
        label="Terms of reference",
        required=False,
        max_length=255,
        help_text="The document that was agreed. Earlier versions stay with the board’s evidence.",
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                check_size(upload.size or 0)
                type_named(safe_name(upload.name or "file"))
            except PolicyError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return upload or None


class TermsReviewForm(GovukForm):
    """Record that the terms of reference were looked at and kept."""

    reviewed_on = DateField(label="When were they reviewed?")
    review_on = DateField(label="When are they to be reviewed next?")


class SeatForm(GovukForm):
    """Give an agency a seat."""

    agency = forms.ChoiceField(
        label="Agency",
        help_text="A partner that is linked to the council, or a council that takes part in the board.",
    )
    role = forms.ChoiceField(
        label="Role", choices=SeatRole.choices, widget=forms.RadioSelect, initial=SeatRole.MEMBER
    )
    post = forms.CharField(
        label="Post that is meant to sit here",
        required=False,
        max_length=120,
        help_text="Such as Head of safeguarding. Do not name a person.",
    )
    starts_on = DateField(label="First day of the seat", required=False)

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], councils: Sequence[Council], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._organisations = {f"o-{one.pk}": one for one in organisations}
        self._councils = {f"c-{one.pk}": one for one in councils}
        self.fields["agency"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Choose an agency"),
            ("Councils of the board", [(key, one.name) for key, one in self._councils.items()]),
            ("Partners", [(key, one.name) for key, one in self._organisations.items()]),
        ]

    def agency_chosen(self) -> dict[str, Any]:
        """The agency, as the service takes it."""
        key = self.cleaned_data["agency"]
        return {"organisation": self._organisations.get(key), "agency": self._councils.get(key)}


class SeatChangeForm(VersionMixin, GovukForm):
    """Change a seat."""

    role = SeatForm.base_fields["role"]
    post = SeatForm.base_fields["post"]
    starts_on = SeatForm.base_fields["starts_on"]

    def __init__(self, *args: Any, seat: Seat, **options: Any) -> None:
        options["initial"] = {
            "role": seat.role,
            "post": seat.post,
            "starts_on": seat.starts_on,
            "version": seat.version,
        }
        super().__init__(*args, **options)


class EndForm(GovukForm):
    """Say the last day of something."""

    ends_on = DateField(label="Last day")


class _PersonMixin(forms.Form):
    """Name a holder by post, and by account where there is one."""

    def offer_people(self, people: Sequence[User], present: User | None = None) -> None:
        known = {person.pk: person for person in people}
        if present is not None:
            known.setdefault(present.pk, present)
        self._people = known
        self.fields["person"].choices = [  # type: ignore[attr-defined] # a choice in every form that uses it
            ("", "No account, or not needed"),
            *((str(key), display_name(person)) for key, person in known.items()),
        ]

    def chosen_person(self) -> User | None:
        key = self.cleaned_data["person"]
        return self._people[int(key)] if key else None


class HolderForm(_PersonMixin, GovukForm):
    """Say who holds a seat, or stands in."""

    kind = forms.ChoiceField(
        label="What does this person do?",
        widget=forms.RadioSelect,
        choices=[("holder", "Holds the seat"), ("substitute", "Stands in for the holder")],
        initial="holder",
    )
    post = forms.CharField(
        label="Post",
        max_length=120,
        help_text="The post and not the person. Everybody who sees the board sees the post.",
    )
    person = forms.ChoiceField(
        label="Person with an account",
        required=False,
        help_text="Only where the holder uses the portal here. Other councils do not see the name.",
    )
    starts_on = DateField(label="From")
    ends_on = DateField(label="Until", required=False, help_text="Leave empty if the term has no end.")
    replaces = forms.BooleanField(label="End the present holder’s term on the day before", required=False)

    reveals = {"kind": {"holder": ["replaces"]}}

    def __init__(self, *args: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer_people(people)


class HolderChangeForm(_PersonMixin, VersionMixin, GovukForm):
    """Change a holder or substitute."""

    post = HolderForm.base_fields["post"]
    person = HolderForm.base_fields["person"]
    starts_on = HolderForm.base_fields["starts_on"]
    ends_on = HolderForm.base_fields["ends_on"]

    def __init__(self, *args: Any, people: Sequence[User], holder: SeatHolder, **options: Any) -> None:
        options["initial"] = {
            "post": holder.post,
            "person": str(holder.person_id or ""),
            "starts_on": holder.starts_on,
            "ends_on": holder.ends_on,
            "version": holder.version,
        }
        super().__init__(*args, **options)
        self.offer_people(people, holder.person)


class InviteForm(GovukForm):
    """Invite a council to a joint board."""

    council = forms.ChoiceField(label="Council")
    starts_on = DateField(label="From")
    ends_on = DateField(label="Until", required=False, help_text="Leave empty if there is no end date.")

    def __init__(self, *args: Any, councils: Sequence[Council], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._councils = {str(one.pk): one for one in councils}
        self.fields["starts_on"].initial = today
        self.fields["council"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("", "Choose a council"),
            *((key, one.name) for key, one in self._councils.items()),
        ]

    def clean_council(self) -> Council:
        return self._councils[self.cleaned_data["council"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day cannot be before the first")
        return cleaned


class AnswerForm(GovukForm):
    """Answer an invitation to a joint board."""

    answer = forms.ChoiceField(
        label="Your council’s answer",
        widget=forms.RadioSelect,
        choices=[("accept", "Take part"), ("decline", "Decline")],
        error_messages={"required": "Choose whether your council takes part"},
    )
