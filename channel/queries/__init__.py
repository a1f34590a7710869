"""Reads of Channel. Each carries the rule in its own words, beside the walls of the database.

``readable_cases`` is the one rule that lists, details and counts use.
"""

from channel.queries.cases import meetings_that_list, readable_cases, readable_cases_of
from channel.queries.grants import grants_on, read_permission
from channel.queries.meetings import is_open, meetings_of_own_panels, open_meetings
from channel.queries.panels import chaired_panels, led_panels, own_panels, seats_of
from channel.queries.statements import current_statement, has_signed, prepared_panels, signed_meetings

__all__ = [
    "chaired_panels",
    "current_statement",
    "grants_on",
    "has_signed",
    "is_open",
    "led_panels",
    "meetings_of_own_panels",
    "meetings_that_list",
    "open_meetings",
    "own_panels",
    "prepared_panels",
    "read_permission",
    "readable_cases",
    "readable_cases_of",
    "seats_of",
    "signed_meetings",
]
