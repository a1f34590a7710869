"""Plain text that people write in reports and minutes, read into parts. No HTML is ever taken from it.

A blank line ends a paragraph; lines that start with "- " make a list; a line that starts with "## " is a
heading within the section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

_BULLET = re.compile(r"^[-*•]\s+")


@dataclass(frozen=True)
class Part:
    """A paragraph or heading with its ``text``, or a list with its ``items``."""

    kind: Literal["paragraph", "heading", "list"]
    text: str = ""
    items: tuple[str, ...] = field(default=())


def parts_of(text: str) -> list[Part]:
    """Read a text into its parts, in order. Every word of it is in some part."""
    parts: list[Part] = []
    lines: list[str] = []
    bullets: list[str] = []

    def end_paragraph() -> None:
        if lines:
            parts.append(Part("paragraph", " ".join(lines)))
            lines.clear()

    def end_list() -> None:
        if bullets:
            parts.append(Part("list", items=tuple(bullets)))
            bullets.clear()

    for raw in text.replace("\r\n", "\n").split("\n"):
        line = " ".join(raw.split())
        if _BULLET.match(line):
            end_paragraph()
            bullets.append(_BULLET.sub("", line))
        elif line.startswith("## "):
            end_paragraph()
            end_list()
            parts.append(Part("heading", line[3:]))
        elif not line:
            end_paragraph()
            end_list()
        elif bullets:
            bullets[-1] = f"{bullets[-1]} {line}"
        else:
            lines.append(line)
    end_paragraph()
    end_list()
    return parts
