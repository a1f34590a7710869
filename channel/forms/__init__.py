"""Forms of Channel."""

from channel.forms.cases import CaseForm
from channel.forms.grants import EndGrantForm, GrantForm
from channel.forms.statements import SignForm

__all__ = ["CaseForm", "EndGrantForm", "GrantForm", "SignForm"]
