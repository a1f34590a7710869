"""Forms of the bodies that review a plan, their reviews, and frozen versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from compliance.models import ActionPlan, PlanReview, PlanVersion
from compliance.queries.plan_reviews import possible_boards
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import DateField, FormTokenMixin, GovukForm, LongTextField, VersionMixin


class ReviewerForm(GovukForm):
    """A body that is to review the plan."""

    board = forms.ModelChoiceField(
        label="Body", queryset=Board.objects.none(), empty_label="Choose a board or group"
    )
    cadence = forms.ChoiceField(label="How often", widget=forms.RadioSelect, choices=Cadence.choices)
    starts_on = DateField(
        label="From", required=False, help_text="Leave empty if it has reviewed the plan from its first day."
    )

    def __init__(self, *args: Any, plan: ActionPlan, present: Sequence[UUID], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[Any]", self.fields["board"])
        field.queryset = possible_boards(plan.council, without=present)


class ReviewerChangeForm(VersionMixin, GovukForm):
    """How often a body reviews the plan, or the day on which it stopped."""

    cadence = forms.ChoiceField(label="How often", widget=forms.RadioSelect, choices=Cadence.choices)
    ends_on = DateField(
        label="Last day",
        required=False,
        help_text="Only if the body no longer reviews this plan. Its reviews stay on record.",
    )


class ReviewForm(FormTokenMixin, GovukForm):
    """What a body said of the plan."""

    board = forms.ModelChoiceField(
        label="Which body reviewed the plan?",
        queryset=Board.objects.none(),
        empty_label="Choose a body",
        error_messages={"required": "Select the body that reviewed the plan"},
    )
    reviewed_on = DateField(
        label="Date of the review", error_messages={"required": "Enter the date of the review"}
    )
    version = forms.ChoiceField(
        label="Which version did it review?",
        widget=forms.RadioSelect,
        choices=(),
        error_messages={"required": "Select which version the body reviewed"},
    )
    noted = LongTextField(
        label="What did it note?",
        max_length=4000,
        rows=5,
        help_text="Decisions and requests, in a few lines. No names of people of concern.",
        error_messages={"required": "Enter what the body noted"},
    )
    agreed_by = forms.CharField(
        label="Who agreed it?",
        max_length=160,
        help_text="The post, such as “Chair of the board”.",
        error_messages={"required": "Enter who agreed it"},
    )

    def __init__(
        self,
        *args: Any,
        boards: QuerySet[Board],
        versions: Sequence[PlanVersion] = (),
        corrects: PlanReview | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Any]", self.fields["board"]).queryset = boards
        if corrects is not None:
            del self.fields["version"]
            return
        cast("forms.ChoiceField", self.fields["version"]).choices = [
            ("now", "The plan as it stands now: freeze it as a version"),
            *(
                (str(found.number), f"Version {found.number} of {british_date(found.created_at)}")
                for found in versions
            ),
        ]
        self.fields["version"].initial = "now"


class FreezeForm(GovukForm):
    """Why a version is frozen."""

    reason = forms.CharField(
        label="What is it for?",
        max_length=200,
        help_text="Such as “Cabinet, 12 March 2019, item 4”.",
        error_messages={"required": "Enter what the version is for"},
    )
