"""Forms of statements."""

from __future__ import annotations

from django import forms

from channel.enums import STATEMENT_LIMIT
from prevent_portal.web.forms import GovukForm, LongTextField

_INCOMPLETE = "This page was incomplete when it was sent. Read the statement and sign it again."


class SignForm(GovukForm):
    """The person's own acceptance of the words that the page shows."""

    statement = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": _INCOMPLETE, "invalid": _INCOMPLETE}
    )
    accept = forms.BooleanField(
        label="I have read this statement and I accept it",
        error_messages={"required": "Confirm that you have read the statement and accept it"},
    )


class StatementForm(GovukForm):
    """New words of a statement. Everybody signs them before their next case."""

    text = LongTextField(
        label="Words of the statement",
        max_length=STATEMENT_LIMIT,
        rows=14,
        help_text="Leave an empty line between paragraphs. Name no person and no case.",
    )
