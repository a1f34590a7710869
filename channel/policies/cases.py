"""The screening of a case summary."""

from __future__ import annotations

from datetime import date

from channel.enums import SUMMARY_LIMIT
from channel.policies.refusals import ChannelRefused
from prevent_portal.web.wording import identifiers_in


def require_clean_summary(summary: str, today: date) -> None:
    """Raise :class:`ChannelRefused` for an empty or long summary, or one that seems to identify somebody."""
    if not summary.strip():
        raise ChannelRefused("Enter a summary.")
    if len(summary) > SUMMARY_LIMIT:
        raise ChannelRefused("The summary must be 1,500 characters or fewer.")
    if found := identifiers_in(summary, today):
        raise ChannelRefused(screening_words(found))


def screening_words(found: list[str]) -> str:
    """Say what has to go, without repeating it."""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return (
        f"The summary seems to hold {listed}. Take it out: a summary holds nothing that identifies a person. "
        "If it is something else, write it another way."
    )
