"""Forms of what a council publishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from prevent_portal.web.forms import FilterForm, GovukForm, LongTextField


class WithdrawForm(GovukForm):
    """Why a published report is taken back."""

    reason = LongTextField(
        label="Why is it withdrawn?",
        max_length=1000,
        rows=4,
        help_text="Kept on record in the portal. The public page shows nothing any more.",
        error_messages={"required": "Enter why the report is withdrawn"},
    )


class ArchiveForm(FilterForm):
    """Narrow the archive by words of the title, committee and period."""

    q = forms.CharField(label="Words in the title or committee", max_length=100, required=False)
    committee = forms.ChoiceField(label="Committee", required=False)
    period = forms.ChoiceField(label="Period", required=False)

    def __init__(
        self,
        *args: Any,
        committees: Iterable[tuple[str, str]],
        periods: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["committee"]).choices = [("", "Every committee"), *committees]
        cast("forms.ChoiceField", self.fields["period"]).choices = [("", "Every period"), *periods]

    @property
    def given(self) -> dict[str, str]:
        """What was entered, as far as it makes sense."""
        known = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: known.get(name, "") for name in ("q", "committee", "period")}
