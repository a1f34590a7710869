"""Forms of the committees that get a report: how often, by whom, and when they meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone

from compliance.enums import HeaderField
from compliance.models import ReportSchedule, ReportTemplate
from compliance.queries.report_templates import boards_of, fingerprint, possible_authors
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import DateField, GovukForm, VersionMixin, WholeNumberField
from prevent_portal.web.quarters import Quarter

BY_MEETING = "One report for each meeting on record, on the last quarter that had ended by then."
MOST_DAYS = 60
HEADER = "header_"
"""Before the names of the fields that hold the header's lines."""

DAYS = ("days_to_write", "advice_days", "sign_off_days", "papers_days")


def _days(label: str, hint: str = "", *, initial: int) -> WholeNumberField:
    return WholeNumberField(
        label=label,
        min_value=0,
        max_value=MOST_DAYS,
        initial=initial,
        help_text=hint,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )


class ScheduleForm(GovukForm):
    """What both forms of a schedule ask."""

    title = forms.CharField(label="Title of each report", max_length=200)
    committee = forms.CharField(label="Committee", max_length=160)
    board = forms.ModelChoiceField(
        label="Board, if the committee is one of yours",
        queryset=Board.objects.none(),
        required=False,
        empty_label="None of these",
    )
    cadence = forms.ChoiceField(
        label="How often does it get the report?",
        widget=forms.RadioSelect,
        choices=Cadence.choices,
        initial=Cadence.QUARTERLY,
        help_text="Figures are those of a quarter of the financial year.",
    )
    author = PersonField(
        label="Author", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )
    advice_days = _days("Working days before the meeting by which advice is in", initial=15)
    sign_off_days = _days("Working days before the meeting by which everybody has signed", initial=10)
    papers_days = _days(
        "Working days before the meeting on which papers go out",
        "Six leave five clear days between the papers and the meeting.",
        initial=6,
    )
    days_to_write = _days(
        "Days to write", "After the end of the quarter, where no meeting is on record.", initial=28
    )
    starts_on = DateField(
        label="First day", help_text="The quarter that this day lies in is the first to get a report."
    )

    small = {"cadence"}
    option_hints = {
        "cadence": {
            Cadence.MONTHLY.value: BY_MEETING,
            Cadence.BI_MONTHLY.value: BY_MEETING,
            Cadence.TERMLY.value: BY_MEETING,
            Cadence.SIX_MONTHLY.value: "On the quarters that end in September and in March.",
            Cadence.ANNUAL.value: "On the quarter that ends in March.",
        }
    }

    def __init__(
        self, *args: Any, council: Council, schedule: ReportSchedule | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Board]", self.fields["board"]).queryset = boards_of(council)
        authors = possible_authors(council)
        if schedule is not None and schedule.author_id is not None:
            # Whoever is the author stays selectable, although a role of theirs has ended.
            authors = User.objects.filter(Q(pk__in=authors.values("pk")) | Q(pk=schedule.author_id)).order_by(
                "name", "email"
            )
        cast("forms.ModelChoiceField[User]", self.fields["author"]).queryset = authors

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        days = [given.get(name) for name in ("advice_days", "sign_off_days", "papers_days")]
        if None not in days and not days[0] >= days[1] >= days[2]:  # type: ignore[operator] # none is None here
            self.add_error(
                "advice_days",
                "Advice comes before sign-off and sign-off before the papers: the days must not grow",
            )
        return given


class ScheduleAddForm(ScheduleForm):
    """A committee that is to get a report."""

    template = forms.ModelChoiceField(
        label="Template", queryset=ReportTemplate.objects.none(), empty_label="Choose a template"
    )

    def __init__(
        self, *args: Any, council: Council, templates: Sequence[ReportTemplate], **options: Any
    ) -> None:
        super().__init__(*args, council=council, **options)
        cast(
            "forms.ModelChoiceField[ReportTemplate]", self.fields["template"]
        ).queryset = ReportTemplate.objects.filter(
            council=council, pk__in=[template.pk for template in templates]
        ).order_by("name")
        self.fields["starts_on"].initial = Quarter.of(timezone.localdate()).start
        self.order_fields(["template"])


class ScheduleChangeForm(VersionMixin, ScheduleForm):
    """A schedule, with the lines that each report's header starts with, and its last day."""

    ends_on = DateField(
        label="Last day", required=False, help_text="Only if the committee no longer gets the report."
    )

    def __init__(self, *args: Any, council: Council, schedule: ReportSchedule, **options: Any) -> None:
        super().__init__(*args, council=council, schedule=schedule, **options)
        self.lines = [
            key
            for key in schedule.template.header_fields
            if key in HeaderField.values and key != HeaderField.MEETING_ON
        ]
        for key in self.lines:
            self.fields[HEADER + key] = forms.CharField(
                label=f"Header: {HeaderField(key).label}", max_length=300, required=False
            )

    @classmethod
    def showing(cls, schedule: ReportSchedule, council: Council) -> ScheduleChangeForm:
        names = ("title", "committee", "board", "cadence", "author", "starts_on", "ends_on", *DAYS)
        return cls(
            council=council,
            schedule=schedule,
            initial={
                **{name: getattr(schedule, name) for name in names},
                **{HEADER + key: value for key, value in schedule.header.items()},
                "version": fingerprint(schedule),
            },
        )

    @property
    def given(self) -> dict[str, Any]:
        """What was entered, with the header's lines together."""
        cleaned = dict(self.cleaned_data)
        header = {key: cleaned.pop(HEADER + key) for key in self.lines}
        return {**cleaned, "header": header}


class MeetingForm(GovukForm):
    """A day on which the committee meets."""

    held_on = DateField(label="Date of the meeting")

    heading = "held_on"


class OpenReportForm(GovukForm):
    """The quarter on which to open a report by hand."""

    quarter = forms.ChoiceField(label="On which quarter?", widget=forms.RadioSelect, choices=())

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["quarter"]).choices = [
            (quarter.start.isoformat(), quarter.words) for quarter in quarters
        ]
