"""The governance picture: who reports to whom, as rows of boxes with lines, and as a list that says the same.

Pure: boards and lines in, numbers and words out. Rows run from strategic to operational. A group stands
below every body that it reports to, and may have more than one line; its further lines are dashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from partnerships.enums import BoardLevel

BOX_WIDTH = 214
BOX_GAP = 32
ROW_GAP = 72
MARGIN = 12
TEXT_LINE = 20
PER_ROW = 4
SIGNS_PER_LINE = 24
SIGNS_PER_NOTE = 28
"""So many boxes and signs that the picture is readable at the width of a page of text."""

_RANKS = {
    BoardLevel.STRATEGIC: 0,
    BoardLevel.SCRUTINY: 0,
    BoardLevel.TACTICAL: 1,
    BoardLevel.OPERATIONAL: 2,
}


class CircularGovernance(ValueError):
    """The lines run in a circle, so nobody would be at the top."""


@dataclass(frozen=True)
class PictureBoard:
    """One body of the picture. ``note`` stands below its name, such as how often it meets."""

    key: str
    name: str
    level: BoardLevel
    note: str = ""
    is_joint: bool = False
    is_planned: bool = False


@dataclass(frozen=True)
class Box:
    """One body as it is drawn."""

    board: PictureBoard
    row: int
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def texts(self) -> list[tuple[int, str, bool]]:
        """Each line of text with its height in the picture, and whether it is of the name."""
        top = self.y + TEXT_LINE + 4
        words = [(line, True) for line in self.lines] + [(line, False) for line in self.notes]
        return [(top + TEXT_LINE * place, line, strong) for place, (line, strong) in enumerate(words)]


@dataclass(frozen=True)
class Wire:
    """One line from a group up to a body. ``further`` marks the second and later lines of the group."""

    lower: str
    upper: str
    points: tuple[tuple[int, int], ...]
    further: bool

    @property
    def path(self) -> str:
        """The line as an SVG path."""
        start, *rest = self.points
        return " ".join([f"M{start[0]} {start[1]}", *(f"L{x} {y}" for x, y in rest)])


@dataclass(frozen=True)
class Picture:
    """Everything that the drawing needs."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]

    @property
    def has_further_lines(self) -> bool:
        return any(wire.further for wire in self.wires)

    @property
    def has_joint(self) -> bool:
        return any(box.board.is_joint for box in self.boxes)

    @property
    def has_planned(self) -> bool:
        return any(box.board.is_planned for box in self.boxes)


@dataclass(frozen=True)
class ListEntry:
    """One body of the list: its depth, and to what else it reports besides what it stands under."""

    board: PictureBoard
    depth: int
    also_under: tuple[str, ...] = ()


Lines = Sequence[tuple[str, str]]
"""Pairs of keys: the group, and the body it reports to."""


def layers(boards: Sequence[PictureBoard], lines: Lines) -> dict[str, int]:
    """The layer of each body, 0 at the top: below everything it reports to, and never above its own level.

    Layers in which nobody stands are left out.

    Raises:
        CircularGovernance: if the lines run in a circle.
    """
    uppers = _uppers(boards, lines)
    levels = {board.key: _RANKS[board.level] for board in boards}
    found: dict[str, int] = {}

    def place(key: str, below: tuple[str, ...]) -> int:
        if key in below:
            raise CircularGovernance(key)
        if key not in found:
            found[key] = max(
                [levels[key], *(place(upper, (*below, key)) + 1 for upper in uppers[key])],
            )
        return found[key]

    for board in boards:
        place(board.key, ())
    used = {layer: number for number, layer in enumerate(sorted(set(found.values())))}
    return {key: used[layer] for key, layer in found.items()}


def runs_in_a_circle(lines: Lines) -> bool:
    """Whether a body would come to report to itself, by however many others."""
    keys = sorted({key for line in lines for key in line})
    boards = [PictureBoard(key, key, BoardLevel.STRATEGIC) for key in keys]
    try:
        layers(boards, lines)
    except CircularGovernance:
        return True
    return False


def draw(boards: Sequence[PictureBoard], lines: Lines) -> Picture:
    """Lay out bodies in rows and lead each line around the boxes between its ends.

    Args:
        boards: the bodies, in any order; the same bodies always give the same picture.
        lines: who reports to whom; a line to a body that is not among the boards is left out.

    Raises:
        CircularGovernance: if the lines run in a circle.
    """
    rows = _rows(boards, lines)
    width = MARGIN * 2 + max((len(row) for row in rows), default=0) * (BOX_WIDTH + BOX_GAP) - BOX_GAP
    width += BOX_GAP * 2  # a lane at each side for lines that pass a full row
    boxes: dict[str, Box] = {}
    y = MARGIN
    for number, row in enumerate(rows):
        texts = [
            (_wrapped(board.name, SIGNS_PER_LINE), _wrapped(board.note, SIGNS_PER_NOTE)) for board in row
        ]
        height = max(len(names) + len(notes) for names, notes in texts) * TEXT_LINE + 18
        x = (width - len(row) * BOX_WIDTH - (len(row) - 1) * BOX_GAP) // 2
        for board, (names, notes) in zip(row, texts, strict=True):
            boxes[board.key] = Box(board, number, x, y, BOX_WIDTH, height, names, notes)
            x += BOX_WIDTH + BOX_GAP
        y += height + ROW_GAP
    height = y - ROW_GAP + MARGIN if rows else 0
    return Picture(width if rows else 0, height, tuple(boxes.values()), _wires(boards, lines, boxes))


def as_list(boards: Sequence[PictureBoard], lines: Lines) -> list[ListEntry]:
    """The picture as a list: each body once, under the first it reports to, with its further lines in words.

    Raises:
        CircularGovernance: if the lines run in a circle.
    """
    by_key = {board.key: board for board in boards}
    place = layers(boards, lines)
    uppers = _uppers(boards, lines)
    under: dict[str, list[str]] = {key: [] for key in by_key}
    tops: list[str] = []
    for key in sorted(by_key, key=lambda each: (place[each], by_key[each].name)):
        (under[uppers[key][0]] if uppers[key] else tops).append(key)
    entries: list[ListEntry] = []

    def tell(key: str, depth: int) -> None:
        also = tuple(by_key[upper].name for upper in uppers[key][1:])
        entries.append(ListEntry(by_key[key], depth, also))
        for lower in under[key]:
            tell(lower, depth + 1)

    for key in tops:
        tell(key, 0)
    return entries


def description(boards: Sequence[PictureBoard], lines: Lines) -> str:
    """The picture in sentences, for the drawing's own description."""
    by_key = {board.key: board for board in boards}
    uppers = _uppers(boards, lines)
    sentences = [
        f"{board.name} reports to {' and '.join(by_key[upper].name for upper in uppers[board.key])}."
        for board in sorted(boards, key=lambda each: each.name)
        if uppers[board.key]
    ]
    return " ".join(sentences) or "No board reports to another."


def _uppers(boards: Sequence[PictureBoard], lines: Lines) -> dict[str, list[str]]:
    """What each body reports to, by name, so that the first line is always the same one."""
    names = {board.key: board.name for board in boards}
    found: dict[str, list[str]] = {key: [] for key in names}
    for lower, upper in sorted(set(lines), key=lambda line: (names.get(line[1], ""), line)):
        if lower in names and upper in names:
            found[lower].append(upper)
    return found


def _rows(boards: Sequence[PictureBoard], lines: Lines) -> list[list[PictureBoard]]:
    """Boards by layer, each as near as can be below what it reports to; a long layer takes several rows."""
    place = layers(boards, lines)
    uppers = _uppers(boards, lines)
    ordered: dict[str, float] = {}
    rows: list[list[PictureBoard]] = []
    for layer in sorted(set(place.values())):
        own = [board for board in boards if place[board.key] == layer]

        def nearness(board: PictureBoard) -> tuple[float, str]:
            above = [ordered[upper] for upper in uppers[board.key]]
            return (sum(above) / len(above) if above else 0.5, board.name)

        own.sort(key=nearness)
        for number, board in enumerate(own):
            ordered[board.key] = (number + 0.5) / len(own)
        rows.extend(own[start : start + PER_ROW] for start in range(0, len(own), PER_ROW))
    return rows


def _wires(boards: Sequence[PictureBoard], lines: Lines, boxes: dict[str, Box]) -> tuple[Wire, ...]:
    uppers = _uppers(boards, lines)
    rows: dict[int, list[Box]] = {}
    for box in boxes.values():
        rows.setdefault(box.row, []).append(box)
    leading = sorted({upper for each in uppers.values() for upper in each}, key=list(boxes).index)
    lanes = {upper: number for number, upper in enumerate(leading)}
    wires = []
    for key, box in boxes.items():
        for number, upper in enumerate(uppers[key]):
            start = box.x + box.width * (number + 1) // (len(uppers[key]) + 1)
            points = _route(box, boxes[upper], start, rows, lanes[upper])
            wires.append(Wire(key, upper, points, further=number > 0))
    return tuple(wires)


def _route(
    lower: Box, upper: Box, start: int, rows: dict[int, list[Box]], lane: int
) -> tuple[tuple[int, int], ...]:
    """From the top of a group to the bottom of a body: up between rows, sideways there, through gaps of rows.

    Lines to different bodies run at different heights between two rows, so that they can be told apart.
    """
    shift = (lane % 5 - 2) * 9
    points = [(start, lower.y)]
    x = start
    for number in range(lower.row - 1, upper.row, -1):
        level = rows[number + 1][0].y - ROW_GAP // 2 + shift
        gap = _nearest_gap(rows[number], x) + shift // 2
        points += [(x, level), (gap, level)]
        x = gap
    level = rows[upper.row + 1][0].y - ROW_GAP // 2 + shift
    points += [(x, level), (upper.middle, level), (upper.middle, upper.y + upper.height)]
    return tuple(dict.fromkeys(points))


def _nearest_gap(row: Sequence[Box], x: int) -> int:
    """Where a line may pass a row: between two boxes or beside the outer ones."""
    gaps = [row[0].x - BOX_GAP // 2, *(box.x + box.width + BOX_GAP // 2 for box in row)]
    return min(gaps, key=lambda gap: (abs(gap - x), gap))


def _wrapped(text: str, signs: int) -> tuple[str, ...]:
    return tuple(wrap(text, signs, break_long_words=True))
