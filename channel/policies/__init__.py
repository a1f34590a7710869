"""What Channel refuses, in sentences for the people of the panel."""

from channel.policies.cases import require_clean_summary
from channel.policies.meetings import require_case_of, require_open
from channel.policies.panels import require_leader, require_role_for, require_seat
from channel.policies.refusals import ChannelRefused, StatementChanged
from channel.policies.statements import require_current, require_preparer

__all__ = [
    "ChannelRefused",
    "StatementChanged",
    "require_case_of",
    "require_clean_summary",
    "require_current",
    "require_leader",
    "require_open",
    "require_preparer",
    "require_role_for",
    "require_seat",
]
