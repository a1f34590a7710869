"""Forms of committee reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from compliance.enums import HeaderField
from compliance.models import Report, ReportSection
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin

LONGEST_NARRATIVE = 20_000

WRITING_HINT = (
    "Leave an empty line between paragraphs. Start a line with “- ” for a list, or with “## ” for a heading. "
    "The portal numbers sections and paragraphs."
)


class SectionForm(VersionMixin, GovukForm):
    """The words of one section."""

    narrative = LongTextField(
        label="Words", max_length=LONGEST_NARRATIVE, rows=16, required=False, help_text=WRITING_HINT
    )
    none_identified = forms.BooleanField(label="None identified", required=False)

    def __init__(self, *args: Any, section: ReportSection, **options: Any) -> None:
        super().__init__(*args, **options)
        if section.kind == "recommendations":
            self.fields["narrative"].label = "Recommendations"
            self.fields[
                "narrative"
            ].help_text = "Write one recommendation in each paragraph. The portal numbers them."
        if not section.none_identified_allowed:
            del self.fields["none_identified"]


class HeaderForm(VersionMixin, GovukForm):
    """The lines of the header block that the council uses."""

    def __init__(self, *args: Any, report: Report, **options: Any) -> None:
        super().__init__(*args, **options)
        self.header_fields = [key for key in report.header_fields if key in HeaderField.values]
        for key in self.header_fields:
            label = HeaderField(key).label
            if key == HeaderField.MEETING_ON:
                self.fields[key] = DateField(label="Date of the meeting", required=False)
            else:
                self.fields[key] = forms.CharField(label=label, max_length=300, required=False)

    @property
    def lines(self) -> dict[str, str]:
        """What was entered, as text by key."""
        given = {key: self.cleaned_data.get(key) for key in self.header_fields}
        return {
            key: value.isoformat() if isinstance(value, date) else (value or "")
            for key, value in given.items()
        }
