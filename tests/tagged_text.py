"""What a tagged PDF says, in the order in which its tags say it: the order that a screen reader follows.

The words are read from the file itself, without any tool beside it: each run of glyphs through its font's own
table of letters, and each tag's runs as the structure tree lists them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pikepdf

BLOCKS = ("H1", "H2", "H3", "H4", "H5", "H6", "P", "LI", "Caption", "Figure", "Table")
_LETTERS = re.compile(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
_BROKEN = re.compile(r"\w[-/–—]$")
"""The end of a line within a word: after a hyphen, a dash or a slash no space was lost."""
_CODE = 2
"""Bytes of a glyph's code in the fonts that the renderer embeds."""


@dataclass(frozen=True)
class Run:
    """Words drawn at one height of a page."""

    words: str
    height: float


@dataclass
class Table:
    """A table as its tags have it: heads and rows of cells, in order.

    Args:
        pages: the page of each row.
        headed: the pages that its header row is tagged on.
    """

    caption: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    headed: list[int] = field(default_factory=list)

    def column(self, heading: str) -> list[str]:
        """The cells below a heading."""
        place = self.head.index(heading)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Piece:
    """A heading, paragraph, item, figure or table; of a figure, the words that stand for it."""

    kind: str
    words: str
    table: Table | None = None


class TaggedPdf:
    """A PDF to read by its tags."""

    def __init__(self, content: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(content))
        self._number: dict[Any, int] = {
            page.objgen: number for number, page in enumerate(self._pdf.pages, start=1)
        }
        self._letters: dict[tuple[int, int], dict[int, str]] = {}
        self._runs: dict[int, dict[int, list[Run]]] = {}
        self._drawn: dict[int, str] = {}
        for number, page in enumerate(self._pdf.pages, start=1):
            self._runs[number], self._drawn[number] = self._read(page)

    @property
    def page_count(self) -> int:
        return len(self._pdf.pages)

    def page(self, number: int) -> str:
        """Every word drawn on a page, running heads and repeated table headers included."""
        return self._drawn[number]

    @cached_property
    def pieces(self) -> list[Piece]:
        """The document in reading order. A table that goes on over pages is one, however it is tagged."""
        pieces: list[Piece] = []
        for piece in self._pieces(self._pdf.Root.StructTreeRoot):
            table, before = piece.table, pieces[-1].table if pieces else None
            if table and before and table.head and table.head == before.head and not table.caption:
                before.rows += table.rows
                before.pages += table.pages
                before.headed += table.headed
            else:
                pieces.append(piece)
        return pieces

    @cached_property
    def tables(self) -> list[Table]:
        return [piece.table for piece in self.pieces if piece.table is not None]

    @cached_property
    def words(self) -> str:
        """All words in reading order, each cell of a table after the other."""
        return " ".join(_flat(piece) for piece in self.pieces)

    def table(self, caption: str) -> Table:
        """The one table whose caption holds these words."""
        (found,) = (table for table in self.tables if caption in table.caption)
        return found

    def _pieces(self, element: Any) -> Iterator[Piece]:
        for kind, child in _children(element):
            if kind == "Table":
                table = self._table(child)
                yield Piece(kind, table.caption, table)
            elif kind == "Figure":
                yield Piece(kind, str(child.get("/Alt", "")))
            elif kind in BLOCKS:
                yield Piece(kind, self._words(child))
            else:
                yield from self._pieces(child)

    def _table(self, element: Any) -> Table:
        table = Table()
        for kind, part in _children(element):
            if kind == "Caption":
                table.caption = self._words(part)
            for row_kind, row in ((kind, part),) if kind == "TR" else _children(part):
                if row_kind != "TR":
                    continue
                cells = [self._words(cell) for _, cell in _children(row)]
                page = next((page for page, _ in _marks(row, None, self._number)), 0)
                if kind == "THead":
                    table.head = table.head or cells
                    table.headed.append(page)
                else:
                    table.rows.append(cells)
                    table.pages.append(page)
        return table

    def _words(self, element: Any) -> str:
        words, before = "", None
        for page, mark in _marks(element, None, self._number):
            for run in self._runs[page].get(mark, ()):
                if before is not None and before != (page, run.height) and not _BROKEN.search(words):
                    words += " "
                words += run.words
                before = (page, run.height)
        return " ".join(words.split())

    def _read(self, page: pikepdf.Page) -> tuple[dict[int, list[Run]], str]:
        runs: dict[int, list[Run]] = {}
        drawn: list[str] = []
        marks: list[int | None] = []
        letters: dict[int, str] = {}
        height = 0.0
        instructions: Any = pikepdf.parse_content_stream(page)
        for operands, operator in instructions:
            match str(operator):
                case "BDC":
                    properties = operands[1]
                    is_named = isinstance(properties, pikepdf.Dictionary)
                    marks.append(int(properties.MCID) if is_named and "/MCID" in properties else None)
                case "BMC":
                    marks.append(None)
                case "EMC":
                    marks.pop()
                case "Tf":
                    letters = self._letters_of(page.Resources.Font[operands[0]])
                case "Tm":
                    height = round(float(operands[5]), 1)
                case "TJ" | "Tj":
                    words = _decoded(operands[0], letters)
                    drawn.append(words)
                    mark = next((mark for mark in reversed(marks) if mark is not None), None)
                    if mark is not None:
                        runs.setdefault(mark, []).append(Run(words, height))
        return runs, " ".join(" ".join(drawn).split())

    def _letters_of(self, font: Any) -> dict[int, str]:
        if font.objgen not in self._letters:
            table = font.ToUnicode.read_bytes().decode("ascii")
            self._letters[font.objgen] = {
                int(code, 16): bytes.fromhex(letter).decode("utf-16-be")
                for code, letter in _LETTERS.findall(table)
            }
        return self._letters[font.objgen]


def _decoded(shown: Any, letters: dict[int, str]) -> str:
    strings = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(each) for each in strings if isinstance(each, pikepdf.String))
    return "".join(
        letters.get(int.from_bytes(codes[at : at + _CODE], "big"), "\N{REPLACEMENT CHARACTER}")
        for at in range(0, len(codes), _CODE)
    )


def _children(element: Any) -> Iterator[tuple[str, Any]]:
    below = element.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield str(child.S).lstrip("/"), child


def _marks(element: Any, page: Any, numbers: dict[Any, int]) -> Iterator[tuple[int, int]]:
    """Page and mark of every run below a tag, in order."""
    page = element.get("/Pg", page)
    below = element.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary):
            if "/MCID" in child:
                yield numbers[child.get("/Pg", page).objgen], int(child.MCID)
            elif "/S" in child:
                yield from _marks(child, page, numbers)
        else:
            yield numbers[page.objgen], int(child)


def _flat(piece: Piece) -> str:
    if piece.table is None:
        return piece.words
    table = piece.table
    return " ".join([table.caption, *table.head, *(cell for row in table.rows for cell in row)])
