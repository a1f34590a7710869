"""Forms of a report's sign-off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from compliance.models import ReportSection
from prevent_portal.accounts.fields import PersonField
from prevent_portal.accounts.models import User
from prevent_portal.web.forms import GovukForm, LongTextField


class SignatoryForm(GovukForm):
    """Who signs in one place.

    Args:
        people: who may be chosen.
        writes: whether it is the author's place.
    """

    person = PersonField(
        label="Who signs here?",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who signs here"},
        help_text="People who may sign reports in your council and hold no other place of this one.",
    )

    def __init__(self, *args: Any, people: QuerySet[User], writes: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        person = cast("PersonField", self.fields["person"])
        person.queryset = people
        if writes:
            person.label = "Who writes this report?"
            person.help_text = "People who may write reports here and hold no other place of this one."
        if not people.exists():
            person.help_text = (
                "Nobody here may do this yet, or they hold another place already. An administrator of your "
                "council gives people their roles under Settings."
            )


class SendBackForm(GovukForm):
    """Why the report goes back, beside the section that it is about."""

    section = forms.ChoiceField(
        label="Which section is it about?", error_messages={"required": "Choose a section"}
    )
    words = LongTextField(
        label="What should change?",
        max_length=2000,
        rows=6,
        help_text="The author reads this beside the section. It is never part of the report.",
        error_messages={"required": "Enter what should change"},
    )

    def __init__(self, *args: Any, sections: Iterable[ReportSection], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sections = {str(section.pk): section for section in sections}
        choice = cast("forms.ChoiceField", self.fields["section"])
        choice.choices = [
            ("", "Choose a section"),
            *((key, section.heading) for key, section in self.sections.items()),
        ]

    @property
    def chosen(self) -> ReportSection:
        """The section that was chosen, once the form is valid."""
        return self.sections[self.cleaned_data["section"]]
