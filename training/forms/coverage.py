"""What to show of coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms

from prevent_portal.web.dates import month_and_year
from prevent_portal.web.forms import GovukForm


class CoverageFilterForm(GovukForm):
    """Which quarters and which course coverage shows. What is not among the answers shows the default."""

    to = forms.ChoiceField(label="Up to the quarter that ends in", required=False)
    course = forms.ChoiceField(label="Course", required=False)
    marks_optional: ClassVar[bool] = False

    def __init__(self, *args: Any, ends: Sequence[date], courses: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [(end.isoformat(), month_and_year(end)) for end in ends]  # type: ignore[attr-defined] # declared as a choice above
        self.fields["course"].choices = [("", "All courses"), *((name, name) for name in courses)]  # type: ignore[attr-defined] # declared as a choice above
