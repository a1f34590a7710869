"""Whom an alarm about unusual reading tells."""

from __future__ import annotations

from channel.queries.definers import column_of


def watchers(reader: int) -> list[str]:
    """The addresses of the council's panel chairs and data protection officers, but that of who read.

    For the job that watches, in its scope of the council; anybody else gets none.
    """
    return sorted(column_of("SELECT channel_watchers(%s)", reader))
