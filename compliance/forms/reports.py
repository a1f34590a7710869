"""Forms of committee reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from compliance.enums import HeaderField, SectionKind
from compliance.models import Report, ReportSection
from compliance.texts import exempt_information
from prevent_portal.web.forms import DateField, GovukForm, LongTextField, VersionMixin, lower_first

LONGEST_NARRATIVE = 20_000
LONGEST_REASON = 1_000

WRITING_HINT = (
    "Leave an empty line between paragraphs. Start a line with “- ” for a list, or with “## ” for a heading. "
    "Write a link as [words](https://address), and a table as lines such as | Year | Grant |. "
    "The portal numbers sections, paragraphs and tables."
)

RECOMMENDATIONS_HINT = (
    "Write one recommendation in each paragraph. Begin it with “Note:”, “Agree:”, “Comment:”, “Inform:”, "
    "“Consider:” or “Sign off:” to say what the committee is asked to do. The portal numbers them."
)


class WordsForm(VersionMixin, GovukForm):
    """The words of one section, as somebody whose advice is sought writes them."""

    # Any of it can be left for later, so "(optional)" would say nothing.
    marks_optional = False

    narrative = LongTextField(
        label="Words", max_length=LONGEST_NARRATIVE, rows=16, required=False, help_text=WRITING_HINT
    )
    none_identified = forms.BooleanField(label="None identified", required=False)

    def __init__(self, *args: Any, section: ReportSection, **options: Any) -> None:
        super().__init__(*args, **options)
        if section.kind == SectionKind.RECOMMENDATIONS:
            self.fields["narrative"].label = "Recommendations"
            self.fields["narrative"].help_text = RECOMMENDATIONS_HINT
        if not section.none_identified_allowed:
            del self.fields["none_identified"]


class SectionForm(WordsForm):
    """The words of one section, and whether it is kept from the public."""

    exempt_paragraph = forms.TypedChoiceField(
        label="Is this section public?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "Public"),
            *(
                (number, f"Exempt, paragraph {number}: {lower_first(words)}")
                for number, words in exempt_information.PARAGRAPHS.items()
            ),
        ],
        help_text=(
            "An exempt section is left out of the public edition and stands in a file of its own, with its "
            "paragraph of Schedule 12A to the Local Government Act 1972 and the reason."
        ),
    )
    exempt_reason = LongTextField(
        label="Why is the public interest in keeping it back?",
        max_length=LONGEST_REASON,
        rows=3,
        required=False,
        help_text="Only for an exempt section. The public edition does not print this reason.",
    )


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
