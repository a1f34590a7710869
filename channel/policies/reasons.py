"""What Channel refuses about the reason of a decision."""

from __future__ import annotations

from datetime import date

from channel.enums import REASON_LIMIT
from channel.policies.refusals import ChannelRefused
from prevent_portal.web.wording import identifiers_in


def require_reason(text: str, asked: str, today: date) -> str:
    """Return words without the space around them.

    Args:
        asked: the sentence that asks for them.

    Raises:
        ChannelRefused: where there are none, too many, or some that seem to identify a person.
    """
    words = text.strip()
    if not words:
        raise ChannelRefused(asked)
    if len(words) > REASON_LIMIT:
        raise ChannelRefused(f"The reason must be {REASON_LIMIT:,} characters or fewer.")
    if found := identifiers_in(words, today):
        raise ChannelRefused(
            f"The reason seems to hold {', '.join(found)}. Take it out: a reason names and describes nobody."
        )
    return words
