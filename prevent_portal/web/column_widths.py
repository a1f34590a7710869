"""How much of a printed table's width each column gets, for files whose columns are laid out beforehand."""

from __future__ import annotations

from collections.abc import Sequence

MOST_COUNTED = 120
"""Characters of a cell that count: from there on it wraps anyway."""

WIDER, BOLD = 1.1, 1.3
"""How much wider than others the letters of one word can be, and those of a head, so that none breaks."""

GAP = 1.5
"""Characters that the space beside a column takes."""


def shares_of(rows: Sequence[Sequence[str]], columns: int, *, room: float) -> list[float]:
    """Shares of each column, 1 in all, much as a browser would share the room that the cells ask for.

    Each gets its longest word, and the room that is left goes to those whose cells are longer than that.

    Args:
        rows: every row that is printed, the head first.
        columns: how many there are.
        room: characters that lie side by side.
    """
    least, most = [1.0] * columns, [1.0] * columns
    for number, row in enumerate(rows):
        wider = BOLD if number == 0 else WIDER
        for place, cell in enumerate(row[:columns]):
            most[place] = max(most[place], min(max(map(len, cell.split("\n"))), MOST_COUNTED))
            least[place] = max(least[place], wider * max(map(len, cell.split()), default=1))
    most = [max(pair) for pair in zip(least, most, strict=True)]
    wishes = [long - word for word, long in zip(least, most, strict=True)]
    left = max(0.0, room - sum(least) - GAP * columns)
    given = min(1.0, left / sum(wishes)) if sum(wishes) else 0.0
    widths = [word + GAP + given * wish for word, wish in zip(least, wishes, strict=True)]
    return [width / sum(widths) for width in widths]
