"""Put a report together: one tree of numbered sections from which page, PDF and later formats are made.

The software numbers everything, sections, paragraphs, tables and figures (rule 11 of the product), and lists
what is missing by name (rule 10). Nothing here reads the database.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from compliance.enums import HeaderField, Numbering, ReportState, SectionKind
from compliance.models import Report, ReportSection
from compliance.texts import exempt_information
from prevent_portal.web.dates import british_date
from prevent_portal.web.narrative import Part, parts_of, plain_text, runs_of
from prevent_portal.web.report_blocks import Block

FORMAT = 2
"""Of the tree; a stored version keeps its own. In format 1 a recommendation was its words alone."""

NONE_IDENTIFIED = "None identified."
NOT_WRITTEN = "This section has not been written yet."

RECOMMENDATION_KINDS = {
    "note": "Note",
    "agree": "Agree",
    "comment": "Comment",
    "inform": "Inform",
    "consider": "Consider",
    "sign_off": "Sign off",
}
"""What a committee can be asked to do, and the words before a colon with which an author says so."""

_KIND = re.compile(
    rf"(?P<words>{'|'.join(RECOMMENDATION_KINDS.values())}|Sign-off)\s*:\s*(?=\S)", re.IGNORECASE
)

Content = dict[str, Any]


class Numbers:
    """Gives sections and paragraphs their numbers in reading order, and appendices their letters."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.section = 0
        self.inside = 0
        self.deepest = 0
        self.current = ""
        self.paragraphs = 0
        self.appendices = 0
        self.in_appendix = False
        self.tables = 0
        self.figures = 0

    def open(self, *, level: int, numbered: bool, appendix: bool = False) -> str:
        """Start a section and return its number, empty where it has none.

        Appendices are lettered beside the numbered run; a section below one counts within it.
        """
        if appendix:
            return self._open_appendix()
        self.in_appendix = self.in_appendix and level > 1
        if self.in_appendix and numbered:
            self.inside += 1
            self.deepest = 0
            self.current = f"{_letters(self.appendices)}.{self.inside}"
        elif not numbered or self.style == Numbering.CONTINUOUS:
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

    def _open_appendix(self) -> str:
        self.in_appendix = True
        self.appendices += 1
        self.inside = 0
        self.current = _letters(self.appendices)
        return f"Appendix {self.current}"

    def paragraph(self, *, numbered: bool) -> str:
        if self.style == Numbering.CONTINUOUS and not self.in_appendix:
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


def _letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_written(section: ReportSection) -> bool:
    return bool(section.narrative.strip()) or section.none_identified


def unwritten(sections: Iterable[ReportSection]) -> list[ReportSection]:
    """Required sections whose words are missing. Figures and an audit trail need none."""
    return [
        section
        for section in sections
        if section.required and not is_written(section) and not _is_filled_in(section)
    ]


def _is_filled_in(section: ReportSection) -> bool:
    """Whether the portal fills the section in."""
    if section.kind == SectionKind.APPENDIX:
        return bool(section.blocks)
    return section.kind in {SectionKind.BLOCKS, SectionKind.AUDIT_TRAIL}


def compose(
    *,
    report: Report,
    council_name: str,
    sections: Sequence[ReportSection],
    blocks: Mapping[str, Sequence[Block]],
    as_at: date,
    state: str,
    consultation: Sequence[Sequence[str]] = (),
) -> Content:
    """Return the finished tree of a report.

    Args:
        sections: in order.
        blocks: by section key, live or frozen.
        as_at: the day the figures hold.
        state: as the document calls itself; a draft with frozen figures is still a draft.
        consultation: title, day sought and day included of each piece of advice, for the audit trail. Its
            signatures are put in afterwards, because they are of what is composed here.
    """
    numbers = Numbers(report.numbering)
    header = header_lines(report)
    trail = {
        "kind": "audit_trail",
        "rows": header,
        "consultation": [list(row) for row in consultation],
        "signatures": [],
    }
    tree = []
    above: dict[str, Any] | None = None
    for index, section in enumerate(sections):
        own = list(blocks.get(section.key, ()))
        # What is below an exempt section is exempt with it.
        exempt = exemption(section) or (above if section.level > 1 else None)
        if section.level == 1:
            above = exempt
        if _is_left_out(section, sections[index + 1 :], own):
            continue
        one = _section(section, own, numbers, has_parts=_has_parts(section, sections[index + 1 :]))
        if section.kind == SectionKind.AUDIT_TRAIL:
            one["parts"].append(trail)
        tree.append({**one, "exempt": exempt})
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
        "header": header,
        "sections": tree,
        "sources": _sources(every),
        "missing": missing_lines(sections, every),
    }


def exemption(section: ReportSection) -> dict[str, Any] | None:
    """Why a section is kept from the public: paragraph of Schedule 12A, its words, and the reason."""
    if section.exempt_paragraph is None:
        return None
    return {
        "paragraph": section.exempt_paragraph,
        "words": exempt_information.in_words(section.exempt_paragraph),
        "reason": section.exempt_reason,
    }


def header_lines(report: Report) -> list[list[str]]:
    """The header block's lines that this council uses and that are filled in."""
    lines = []
    for key in report.header_fields:
        if key == HeaderField.MEETING_ON:
            value = british_date(report.meeting_on) if report.meeting_on else ""
        else:
            value = str(report.header.get(key, "")).strip()
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
    kept = section.required or section.kind == SectionKind.AUDIT_TRAIL
    return not (kept or is_written(section) or blocks or _has_parts(section, following))


def _section(
    section: ReportSection, blocks: Sequence[Block], numbers: Numbers, *, has_parts: bool
) -> dict[str, Any]:
    number = numbers.open(
        level=section.level, numbered=section.numbered, appendix=section.kind == SectionKind.APPENDIX
    )
    parts: list[dict[str, Any]] = []
    if section.none_identified:
        parts.append({"kind": "paragraph", "number": "", "text": NONE_IDENTIFIED})
    elif section.kind == SectionKind.RECOMMENDATIONS:
        items = _recommendations(section.narrative)
        if items:
            parts.append({"kind": "recommendations", "items": items})
    else:
        parts += [_part(part, numbers, section=section) for part in parts_of(section.narrative, tables=True)]
    for block in blocks:
        part: dict[str, Any] = {"kind": "block", "number": numbers.table(), "block": block.as_json()}
        if block.bars:
            part["figure"] = numbers.figure()
        if block.trend:
            part["trend_figure"] = numbers.figure()
        parts.append(part)
    if not parts and not has_parts and section.kind != SectionKind.AUDIT_TRAIL:
        parts.append({"kind": "gap", "text": NOT_WRITTEN})
    return {
        "key": section.key,
        "number": number,
        "heading": section.heading,
        "level": section.level,
        "kind": section.kind,
        "parts": parts,
        "sources": _sources(blocks),
        "missing": missing_lines([section], blocks),
    }


def _part(part: Part, numbers: Numbers, *, section: ReportSection) -> dict[str, Any]:
    if part.kind == "list":
        listed: dict[str, Any] = {"kind": "list", "items": [plain_text(item) for item in part.items]}
        runs = [_runs(item) for item in part.items]
        return {**listed, "runs": runs} if any(_has_link(item) for item in part.items) else listed
    if part.kind == "heading":
        return {"kind": "heading", "text": plain_text(part.text)}
    if part.kind == "table":
        return {
            "kind": "table",
            "number": numbers.table(),
            "caption": plain_text(part.text) or section.heading,
            "head": [plain_text(cell) for cell in part.head],
            "rows": [[plain_text(cell) for cell in row] for row in part.rows],
        }
    return {
        "kind": "paragraph",
        "number": numbers.paragraph(numbered=section.numbered),
        **_words(part.text),
    }


def _words(text: str) -> dict[str, Any]:
    """The plain words, and the runs beside them where some of the words are a link."""
    plain = {"text": plain_text(text)}
    return {**plain, "runs": _runs(text)} if _has_link(text) else plain


def _runs(text: str) -> list[dict[str, str]]:
    return [{"text": run.text, "href": run.href} if run.href else {"text": run.text} for run in runs_of(text)]


def _has_link(text: str) -> bool:
    return any(run.href for run in runs_of(text))


def _recommendations(text: str) -> list[dict[str, Any]]:
    """One recommendation for each paragraph or list line, with what it asks of the committee."""
    return [
        _recommendation(item)
        for part in parts_of(text)
        for item in (part.items if part.kind == "list" else (part.text,))
        if item
    ]


def _recommendation(text: str) -> dict[str, Any]:
    match = _KIND.match(text)
    kind = match["words"].lower().replace(" ", "_").replace("-", "_") if match else ""
    words = text[match.end() :] if match else text
    return {"kind": kind, "label": RECOMMENDATION_KINDS.get(kind, ""), **_words(words)}


def _sources(blocks: Iterable[Block]) -> list[str]:
    return list(dict.fromkeys(f"{block.source}, as at {british_date(block.as_at)}" for block in blocks))
