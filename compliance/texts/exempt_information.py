"""The seven kinds of information that a council in England may keep from the public.

Schedule 12A to the Local Government Act 1972, Part 1, in short words of our own. Each is exempt only where
the public interest in keeping it back outweighs that in telling it, so a reason stands beside the paragraph.
"""

from __future__ import annotations

PARAGRAPHS: dict[int, str] = {
    1: "Information about any individual",
    2: "Information likely to reveal who an individual is",
    3: "Information about the financial or business affairs of any person, the council included",
    4: "Information about consultations or negotiations on a labour relations matter",
    5: "Information that a claim to legal professional privilege could cover",
    6: "Information that would reveal a notice, order or direction the council proposes to make",
    7: "Information about action to prevent, investigate or prosecute crime",
}


def in_words(paragraph: int) -> str:
    """Say what a paragraph covers. Raises KeyError for one that Schedule 12A does not have."""
    return PARAGRAPHS[paragraph]
