"""Form fields that hold people."""

from __future__ import annotations

from django import forms

from prevent_portal.accounts.models import User, display_name


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """A choice of people by name."""

    def label_from_instance(self, obj: User) -> str:
        return display_name(obj) + (f", {obj.job_title}" if obj.job_title else "")
