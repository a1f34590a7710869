"""Pages of Channel. Who has no right gets the very answer of an address that never existed (RC-3)."""

from channel.views.cases import CaseCreateView, CasesView, CaseView
from channel.views.grants import CaseGrantsView
from channel.views.meetings import MeetingCloseView, MeetingOpenView, MeetingsView, MeetingView
from channel.views.pages import ChannelView
from channel.views.statements import AcknowledgeView

__all__ = [
    "AcknowledgeView",
    "CaseCreateView",
    "CaseGrantsView",
    "CaseView",
    "CasesView",
    "ChannelView",
    "MeetingCloseView",
    "MeetingOpenView",
    "MeetingView",
    "MeetingsView",
]
