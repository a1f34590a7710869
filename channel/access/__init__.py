"""The only way to an object of Channel: object and right in one call, the same 404 otherwise (RC-3)."""

from channel.access.cases import case_for, prepared_case_for, review_for
from channel.access.meetings import led_meeting_for, meeting_for, prepared_meeting_for
from channel.access.panels import led_panel_for

__all__ = [
    "case_for",
    "led_meeting_for",
    "led_panel_for",
    "meeting_for",
    "prepared_case_for",
    "prepared_meeting_for",
    "review_for",
]
