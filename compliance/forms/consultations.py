"""Forms of advice, comments and earlier texts of a report's sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from compliance.models import ReportSection, SectionRevision
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import DateField, FilterForm, GovukForm, LongTextField


class AdviceForm(GovukForm):
    """Whose advice on a section is sought, and by when."""

    title = forms.CharField(
        label="Office",
        max_length=160,
        help_text="As the report’s audit trail prints it, such as “Director of Law”.",
        error_messages={"required": "Enter the office of the person"},
    )
    person = PersonField(
        label="Person",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        help_text="They read and write this section of the report, and nothing else of it.",
        error_messages={"required": "Select a person"},
    )
    due_on = DateField(label="By when?", required=False)

    def __init__(self, *args: Any, people: QuerySet[User], section: ReportSection, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = people
        self.fields["title"].initial = section.adviser


class CommentForm(GovukForm):
    """A remark beside a section."""

    text = LongTextField(
        label="Comment",
        max_length=2_000,
        rows=3,
        help_text="Comments are for those who write the report. They are never printed.",
        error_messages={"required": "Enter a comment"},
    )


class ComparisonForm(FilterForm):
    """Which two texts of a section are compared."""

    before = forms.TypedChoiceField(label="Earlier text", coerce=int, required=False)
    after = forms.TypedChoiceField(label="Later text", coerce=int, required=False)

    def __init__(self, *args: Any, revisions: Sequence[SectionRevision], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(one.version, f"Version {one.version}, {british_date(one.at)}") for one in revisions]
        for name in ("before", "after"):
            cast("forms.ChoiceField", self.fields[name]).choices = choices
