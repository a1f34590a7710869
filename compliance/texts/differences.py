"""What was taken out of a text and put into it, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\S+\s*|\s+")

MOST_WORDS = 2_000
"""From so many words on, words that stand everywhere in a text no longer align it: else it takes minutes."""


@dataclass(frozen=True)
class Stretch:
    """Some words that both texts have, that only the earlier one has, or that only the later one has."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(earlier: str, later: str) -> list[Stretch]:
    """Return both texts as one, with what was removed and what was added. No character of either is lost."""
    before, after = _WORDS.findall(earlier), _WORDS.findall(later)
    found = []
    matcher = SequenceMatcher(None, before, after, autojunk=len(after) > MOST_WORDS)
    for tag, from_before, to_before, from_after, to_after in matcher.get_opcodes():
        if tag == "equal":
            found.append(Stretch("same", "".join(before[from_before:to_before])))
            continue
        if to_before > from_before:
            found.append(Stretch("removed", "".join(before[from_before:to_before])))
        if to_after > from_after:
            found.append(Stretch("added", "".join(after[from_after:to_after])))
    return found


def counts(stretches: Sequence[Stretch]) -> tuple[int, int]:
    """How many words were removed, and how many added."""
    removed = sum(len(stretch.text.split()) for stretch in stretches if stretch.kind == "removed")
    added = sum(len(stretch.text.split()) for stretch in stretches if stretch.kind == "added")
    return removed, added
