"""What the nightly job asks of files that lie in the portal for a day."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def drop_lapsed_files() -> list[UUID]:
    """Take the rows of the council's files away whose day is over, and say which they were.

    For the nightly job, in its scope of the council; the database refuses it to anybody else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel_drop_lapsed_files()")
        return [file_id for (file_id,) in cursor.fetchall()]
