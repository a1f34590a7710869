"""How much of a printed table's width each column gets, for files whose columns are laid out beforehand."""

from __future__ import annotations

from collections.abc import Sequence

MOST_COUNTED = 60
"""Characters of a cell that count: from there on it wraps anyway."""

WRAPPING = 0.75
"""How fast a column's share grows with the length of its cells, which wrap; words do not."""


def shares_of(rows: Sequence[Sequence[str]], columns: int) -> list[float]:
    """Shares of each column, 1 in all: room for the longest word of each, and more where texts are long."""
    longest = [1] * columns
    words = [1] * columns
    for row in rows:
        for place, cell in enumerate(row[:columns]):
            longest[place] = max(longest[place], min(len(cell), MOST_COUNTED))
            words[place] = max(words[place], max((len(word) for word in cell.split()), default=1))
    wanted = [max(word, long**WRAPPING) + 2 for word, long in zip(words, longest, strict=True)]
    return [share / sum(wanted) for share in wanted]
