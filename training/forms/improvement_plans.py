"""Forms of improvement plans, their steps and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.web.forms import (
    DateField,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    VersionMixin,
)
from training.enums import ImprovementState
from training.models import Course


class MonitorField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of people by name."""

    def label_from_instance(self, obj: User) -> str:
        return display_name(obj) + (f", {obj.job_title}" if obj.job_title else "")


class _HeadForm(GovukForm):
    """Why a plan is needed, who watches it, and by when."""

    reason = LongTextField(
        label="Why is the plan needed?",
        max_length=2000,
        rows=4,
        help_text="The figures, and what stands behind them. No names of people.",
        error_messages={"required": "Enter why the plan is needed"},
    )
    monitor = MonitorField(
        label="Who watches it?",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        help_text="Somebody of the council. They are reminded when a step is due.",
        error_messages={"required": "Select who watches the plan"},
    )
    target_on = DateField(label="When should the target be reached?")

    def __init__(self, *args: Any, monitors: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["monitor"].queryset = monitors  # type: ignore[attr-defined] # declared as a choice above


class ImprovementPlanForm(FormTokenMixin, _HeadForm):
    """Agree a plan with an organisation in a course."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none(), empty_label="Choose an organisation"
    )
    course = forms.ModelChoiceField(
        label="Course", queryset=Course.objects.none(), empty_label="Choose a course"
    )
    council_staff_only = forms.BooleanField(
        label="Only staff based in the council’s area, not the whole organisation", required=False
    )

    field_order = (
        "organisation",
        "course",
        "council_staff_only",
        "reason",
        "monitor",
        "target_on",
    )

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        courses: Sequence[Course],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined] # declared as a choice above
            pk__in=[each.pk for each in organisations]
        )
        self.fields["course"].queryset = Course.objects.filter(  # type: ignore[attr-defined] # declared as a choice above
            pk__in=[each.pk for each in courses]
        )


class ImprovementChangeForm(VersionMixin, _HeadForm):
    """Change a plan's head."""


class ImprovementEndForm(VersionMixin, GovukForm):
    """End a plan."""

    state = forms.ChoiceField(
        label="How does the plan end?",
        widget=forms.RadioSelect,
        choices=[(s.value, s.label) for s in (ImprovementState.ACHIEVED, ImprovementState.CLOSED)],
        error_messages={"required": "Select how the plan ends"},
    )
    reason = LongTextField(
        label="Reason",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Needed where the target was not reached. It stays on record.",
    )
    sometimes_needed = {"reason"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == ImprovementState.CLOSED and not cleaned.get("reason"):
            self.add_error("reason", "Enter why the plan is closed without reaching the target")
        return cleaned


class MilestoneForm(GovukForm):
    """One step of a plan."""

    text = forms.CharField(
        label="What is to be done?", max_length=300, error_messages={"required": "Enter what is to be done"}
    )
    due_on = DateField(label="Due date", error_messages={"required": "Enter when it is due"})


class MilestoneChangeForm(VersionMixin, MilestoneForm):
    """Change a step."""


class MilestoneDoneForm(GovukForm):
    """Say when a step was done, or that it is not done."""

    done = forms.ChoiceField(
        label="Is it done?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No, not yet")],
        error_messages={"required": "Select whether it is done"},
    )
    done_on = DateField(label="When was it done?", required=False)

    reveals = {"done": {"yes": ["done_on"]}}

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["done_on"].initial = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("done") == "no":
            self.errors.pop("done_on", None)
            cleaned["done_on"] = None
        elif not cleaned.get("done_on") and "done_on" not in self.errors:
            self.add_error("done_on", "Enter when it was done")
        elif cleaned.get("done_on") and cleaned["done_on"] > self.today:
            self.add_error("done_on", "The day it was done must be today or in the past")
        return cleaned


class NoteForm(FormTokenMixin, GovukForm):
    """A note on the progress of a plan."""

    text = LongTextField(
        label="Progress note",
        max_length=2000,
        rows=3,
        help_text="No names of people of concern and no intelligence.",
        error_messages={"required": "Enter what has happened"},
    )
