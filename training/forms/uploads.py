"""A file of figures, and what rows mean that do not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.forms import GovukForm
from training.models import Course

_FILE_SAYS = ("", "The file says which")


class SendReturnsForm(GovukForm):
    """A file of figures, and what its rows mean where they do not say."""

    file = forms.FileField(
        label="Your file",
        help_text="An Excel (.xlsx, .xls) or OpenDocument (.ods) workbook or a CSV file, 2 MB at most. "
        "Extra columns do no harm.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": "Select the file with your figures"},
    )
    organisation = forms.ChoiceField(label="Which organisation are the figures for?", required=False)
    course = forms.ChoiceField(label="Which course are the figures about?", required=False)
    whose = forms.ChoiceField(
        label="Whose staff are the figures about?",
        help_text="Only used for rows that do not say.",
        widget=forms.RadioSelect,
        required=False,
        initial="whole",
    )
    marks_optional: ClassVar[bool] = False
    small: ClassVar[frozenset[str] | set[str]] = {"whose"}

    def __init__(
        self,
        *args: Any,
        council: Council,
        organisations: Sequence[Organisation],
        courses: Sequence[Course],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._organisations = {str(each.pk): each for each in organisations}
        self._courses = {str(each.pk): each for each in courses}
        self.fields["organisation"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            _FILE_SAYS,
            *((key, each.name) for key, each in self._organisations.items()),
        ]
        self.fields["course"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            _FILE_SAYS,
            *((key, each.name) for key, each in self._courses.items()),
        ]
        self.fields["whose"].choices = [  # type: ignore[attr-defined] # declared as a choice above
            ("whole", "The whole organisation"),
            ("council", f"Only staff based in {council.name}"),
        ]
        if len(organisations) < 2:
            del self.fields["organisation"]

    @property
    def chosen_organisation(self) -> Organisation | None:
        return self._organisations.get(self.cleaned_data.get("organisation", ""))

    @property
    def chosen_course(self) -> Course | None:
        return self._courses.get(self.cleaned_data.get("course", ""))

    @property
    def for_council(self) -> bool:
        return bool(self.cleaned_data.get("whose") == "council")
