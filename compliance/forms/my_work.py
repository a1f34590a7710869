"""The filters of My work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from prevent_portal.web.forms import FilterForm


class MyWorkFilter(FilterForm):
    """Narrow what waits by council and by kind of task."""

    council = forms.ChoiceField(label="Council", required=False)
    kind = forms.ChoiceField(label="Kind of task", required=False)

    def __init__(
        self,
        *args: Any,
        councils: Iterable[tuple[str, str]],
        kinds: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["council"]).choices = [("", "Every council"), *councils]
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", "Every kind"), *kinds]

    @property
    def given(self) -> dict[str, str]:
        """What was chosen, as far as there is such a thing."""
        known = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: known.get(name, "") for name in ("council", "kind")}
