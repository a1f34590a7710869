"""Put a report together: one tree of numbered sections from which page, PDF and later formats are made.

The software numbers everything, sections, paragraphs, tables and figures (rule 11 of the product), and lists
what is missing by name (rule 10). Nothing here reads the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from compliance.enums import HeaderField, Numbering, ReportState, SectionKind
from compliance.models import Report, ReportSection
from prevent_portal.web.dates import british_date
from prevent_portal.web.narrative import Part, parts_of
from prevent_portal.web.report_blocks import Block

FORMAT = 1
"""Of the tree; a stored version keeps its own."""

NONE_IDENTIFIED = "None identified."
NOT_WRITTEN = "This section has not been written yet."

Content = dict[str, Any]


class Numbers:
    """Gives sections and paragraphs their numbers in reading order."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.section = 0
        self.inside = 0
        self.deepest = 0
        self.current = ""
        self.paragraphs = 0
        self.tables = 0
        self.figures = 0

    def open(self, *, level: int, numbered: bool) -> str:
        """Start a section and return its number, empty where it has none."""
        if not numbered or self.style == Numbering.CONTINUOUS:
            self.current = ""
        elif level == 1 or not self.section:
            self.section += 1
            self.inside = 0
            self.current = str(self.section)
        else:
            # Paragraphs and sub-sections of a section share one count, so no number appears twice.
            self.inside += 1
            self.deepest = 0
            self.current = f"{self.section}.{self.inside}"
        return self.current

    def paragraph(self, *, numbered: bool) -> str:
        if self.style == Numbering.CONTINUOUS:
            if not numbered:
                return ""
            self.paragraphs += 1
            return str(self.paragraphs)
        if not self.current:
            return ""
        if "." in self.current:
            self.deepest += 1
            return f"{self.current}.{self.deepest}"
        self.inside += 1
        return f"{self.current}.{self.inside}"

    def table(self) -> str:
        self.tables += 1
        return f"Table {self.tables}"

    def figure(self) -> str:
        self.figures += 1
        return f"Figure {self.figures}"


def is_written(section: ReportSection) -> bool:
    return bool(section.narrative.strip()) or section.none_identified


def unwritten(sections: Iterable[ReportSection]) -> list[ReportSection]:
    """Required sections whose words are missing."""
    return [
        section
        for section in sections
        if section.required and not is_written(section) and section.kind != SectionKind.BLOCKS
    ]


def compose(
    *,
    report: Report,
    council_name: str,
    sections: Sequence[ReportSection],
    blocks: Mapping[str, Sequence[Block]],
    as_at: date,
    state: str,
) -> Content:
    """Return the finished tree of a report.

    Args:
        sections: in order.
        blocks: by section key, live or frozen.
        as_at: the day the figures hold.
        state: as the document calls itself; a draft with frozen figures is still a draft.
    """
    numbers = Numbers(report.numbering)
    tree = []
    for index, section in enumerate(sections):
        own = list(blocks.get(section.key, ()))
        if _is_left_out(section, sections[index + 1 :], own):
            continue
        tree.append(_section(section, own, numbers, has_parts=_has_parts(section, sections[index + 1 :])))
    every = [block for section in sections for block in blocks.get(section.key, ())]
    return {
        "format": FORMAT,
        "reference": report.reference,
        "council": council_name,
        "title": report.title,
        "committee": report.committee,
        "period": report.period.words,
        "status": "Final" if state == ReportState.FINAL else "Draft",
        "as_at": as_at.isoformat(),
        "header": header_lines(report),
        "sections": tree,
        "sources": _sources(every),
        "missing": missing_lines(sections, every),
    }


def header_lines(report: Report) -> list[list[str]]:
    """The header block's lines that this council uses and that are filled in."""
    lines = []
    for key in report.header_fields:
        value = str(report.header.get(key, "")).strip()
        if value and key == HeaderField.MEETING_ON:
            value = british_date(date.fromisoformat(value))
        if value:
            lines.append([HeaderField(key).label, value])
    return lines


def missing_lines(sections: Sequence[ReportSection], blocks: Iterable[Block]) -> list[str]:
    """What is not there, by name: figures first, then words."""
    lines = list(dict.fromkeys(line for block in blocks for line in block.missing))
    return lines + [f"“{section.heading}” is not written" for section in unwritten(sections)]


def canonical(content: Content) -> bytes:
    """The bytes that a version's checksum is taken of."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def checksum(content: Content) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _has_parts(section: ReportSection, following: Sequence[ReportSection]) -> bool:
    return section.level == 1 and bool(following) and following[0].level > 1


def _is_left_out(section: ReportSection, following: Sequence[ReportSection], blocks: Sequence[Block]) -> bool:
    """An optional section without words, figures or parts of its own is not printed."""
    return not (section.required or is_written(section) or blocks or _has_parts(section, following))


def _section(
    section: ReportSection, blocks: Sequence[Block], numbers: Numbers, *, has_parts: bool
) -> dict[str, Any]:
    number = numbers.open(level=section.level, numbered=section.numbered)
    parts: list[dict[str, Any]] = []
    if section.none_identified:
        parts.append({"kind": "paragraph", "number": "", "text": NONE_IDENTIFIED})
    elif section.kind == SectionKind.RECOMMENDATIONS:
        items = _recommendations(section.narrative)
        if items:
            parts.append({"kind": "recommendations", "items": items})
    else:
        parts += [_part(part, numbers, numbered=section.numbered) for part in parts_of(section.narrative)]
    for block in blocks:
        part: dict[str, Any] = {"kind": "block", "number": numbers.table(), "block": block.as_json()}
        if block.bars:
            part["figure"] = numbers.figure()
        parts.append(part)
    if not parts and not has_parts:
        parts.append({"kind": "gap", "text": NOT_WRITTEN})
    return {
        "key": section.key,
        "number": number,
        "heading": section.heading,
        "level": section.level,
        "parts": parts,
    }


def _part(part: Part, numbers: Numbers, *, numbered: bool) -> dict[str, Any]:
    if part.kind == "list":
        return {"kind": "list", "items": list(part.items)}
    if part.kind == "heading":
        return {"kind": "heading", "text": part.text}
    return {"kind": "paragraph", "number": numbers.paragraph(numbered=numbered), "text": part.text}


def _recommendations(text: str) -> list[str]:
    """One recommendation for each paragraph or list line."""
    return [
        item
        for part in parts_of(text)
        for item in (part.items if part.kind == "list" else (part.text,))
        if item
    ]


def _sources(blocks: Iterable[Block]) -> list[str]:
    return list(dict.fromkeys(f"{block.source}, as at {british_date(block.as_at)}" for block in blocks))
