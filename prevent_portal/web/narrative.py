"""Plain text that people write in reports and minutes, read into parts. No HTML is ever taken from it.

A blank line ends a paragraph; lines that start with "- " make a list; a line that starts with "## " is a
heading within the section. Reports also know simple tables, lines such as "| Year | Grant |" of which the
first is the head, and links such as [the guidance](https://www.gov.uk/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

_BULLET = re.compile(r"^[-*•]\s+")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:)[^\s()<>\"'`\\]{1,2000})\)", re.IGNORECASE)
_MAILBOX = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+")
_RULE = re.compile(r":?-{3,}:?")
MOST_COLUMNS = 8
"""Columns of a table that somebody types; a wider one stays words."""


@dataclass(frozen=True)
class Part:
    """A paragraph or heading with its ``text``, a list with its ``items``, or a table.

    A table has a ``head`` and ``rows`` of equally many cells; its ``text`` is the caption, empty for none.
    """

    kind: Literal["paragraph", "heading", "list", "table"]
    text: str = ""
    items: tuple[str, ...] = field(default=())
    head: tuple[str, ...] = field(default=())
    rows: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True)
class Run:
    """Some words, and the address they lead to; empty for words alone."""

    text: str
    href: str = ""


def parts_of(text: str, *, tables: bool = False) -> list[Part]:
    """Read a text into its parts, in order. Every word of it is in some part.

    Args:
        tables: whether lines of cells make a table; else, and where they make none, they are words.
    """
    reader = _Reader()
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = " ".join(raw.split())
        if tables and line.startswith("|"):
            reader.take_cells(line)
        else:
            reader.take_line(line)
    reader.end()
    return reader.parts


class _Reader:
    """Takes lines and makes parts of those that belong together."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.lines: list[str] = []
        self.bullets: list[str] = []
        self.cells: list[str] = []

    def take_cells(self, line: str) -> None:
        self._end_list()
        self.cells.append(line)

    def take_line(self, line: str) -> None:
        self._end_table()
        if _BULLET.match(line):
            self._end_paragraph()
            self.bullets.append(_BULLET.sub("", line))
        elif line.startswith("## "):
            self.end()
            self.parts.append(Part("heading", line[3:]))
        elif not line:
            self.end()
        elif self.bullets:
            self.bullets[-1] = f"{self.bullets[-1]} {line}"
        else:
            self.lines.append(line)

    def end(self) -> None:
        self._end_table()
        self._end_paragraph()
        self._end_list()

    def _end_paragraph(self) -> None:
        if self.lines:
            self.parts.append(Part("paragraph", " ".join(self.lines)))
            self.lines.clear()

    def _end_list(self) -> None:
        if self.bullets:
            self.parts.append(Part("list", items=tuple(self.bullets)))
            self.bullets.clear()

    def _end_table(self) -> None:
        if not self.cells:
            return
        table = _table(self.cells)
        if table is None:
            self._end_paragraph()
            self.parts.extend(Part("paragraph", line) for line in self.cells)
        else:
            # Words on the line above a table, with no empty line between, are its caption.
            head, rows = table
            self.parts.append(Part("table", " ".join(self.lines), head=head, rows=rows))
            self.lines.clear()
        self.cells.clear()


def runs_of(text: str) -> list[Run]:
    """Read words with links such as [the guidance](https://www.gov.uk/) into runs.

    Only http, https and mailto lead anywhere; whatever else looks like a link stays the words that it is.
    """
    runs: list[Run] = []
    plain = ""
    end = 0
    for match in _LINK.finditer(text):
        words, href = match[1], match[2]
        plain += text[end : match.start()]
        end = match.end()
        if not words.strip() or not _leads_somewhere(href):
            plain += match[0]
            continue
        if plain:
            runs.append(Run(plain))
            plain = ""
        runs.append(Run(words, href))
    plain += text[end:]
    if plain:
        runs.append(Run(plain))
    return runs


def plain_text(text: str) -> str:
    """The words without the marks of links: "the guidance (https://www.gov.uk/)"."""
    return "".join(_in_words(run) for run in runs_of(text))


def _in_words(run: Run) -> str:
    address = run.href.removeprefix("mailto:")
    return run.text if not run.href or run.text == address else f"{run.text} ({address})"


def _leads_somewhere(href: str) -> bool:
    """Whether an address names its host plainly: nobody is sent to one behind another's name."""
    scheme, _, rest = href.partition(":")
    if scheme.lower() == "mailto":
        return _MAILBOX.fullmatch(rest) is not None
    try:
        parts = urlsplit(href)
        return bool(parts.hostname) and parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return False


def _table(lines: list[str]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]] | None:
    """Head and rows, or None for lines that make no table."""
    if not all(len(line) > 1 and line.endswith("|") for line in lines):
        return None
    rows = [tuple(cell.strip() for cell in line[1:-1].split("|")) for line in lines]
    head, body = rows[0], rows[1:]
    if body and all(_RULE.fullmatch(cell) for cell in body[0]):
        body = body[1:]
    if not body or not all(head) or len(head) > MOST_COLUMNS:
        return None
    if any(len(row) != len(head) for row in rows) or any(not any(row) for row in body):
        return None
    return head, tuple(body)
