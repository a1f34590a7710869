"""Reads of partnerships, one module per noun."""

from partnerships.queries.boards import boards_of
from partnerships.queries.meetings import next_meetings
from partnerships.queries.organisations import codes_of, linked_organisations, organisations_of

__all__ = ["boards_of", "codes_of", "linked_organisations", "next_meetings", "organisations_of"]
