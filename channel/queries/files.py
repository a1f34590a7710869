"""What the nightly job asks of files that lie in the portal for a day."""

from __future__ import annotations

from uuid import UUID

from channel.queries.definers import column_of


def drop_lapsed_files() -> list[UUID]:
    """Take the rows of the council's files away whose day is over, and say which they were.

    For the nightly job, in its scope of the council; the database refuses it to anybody else.
    """
    return column_of("SELECT channel_drop_lapsed_files()")
