"""A report's tree with its charts drawn, as templates print it on the page and in the document."""

from __future__ import annotations

from datetime import date
from typing import Any

from compliance.models import ReportVersion
from compliance.queries.report_content import Content
from prevent_portal.web.charts import Bar, BarChart
from prevent_portal.web.numbers import percent
from prevent_portal.web.report_blocks import Block, from_json

PAGE_WIDTH = 170
"""Millimetres of text on an upright page."""

CHARACTER = 2.2
GAP = 3
"""Millimetres that a character and the space beside a column take."""

COMFORT = 20
"""Characters that a column should have before its cells wrap, where they are as long as that."""

MOST_WRAPPING = 1.35
"""How much wider than the page a table's comfortable width may be before it gets a landscape page."""

LONG_TEXT = 400
"""Characters of a row from which a table of four or more columns gets a landscape page."""

COVER_LINES = 15
"""Header lines and contents that fit on the first page together."""

SHORT = 12
"""Rows up to which a table is kept on one page."""


def page_context(content: Content) -> dict[str, Any]:
    """What the sections template needs, for page and document alike."""
    sections = [
        {**section, "id": f"s-{section['key']}", "parts": [_part(part) for part in section["parts"]]}
        for section in content["sections"]
    ]
    return {
        "content": content,
        "sections": sections,
        "contents": [
            {
                "id": section["id"],
                "number": section["number"],
                "title": section["heading"],
                "level": section["level"],
            }
            for section in sections
        ]
        + [{"id": "s-figures", "number": "", "title": "About the figures", "level": 1}],
    }


def document_context(version: ReportVersion) -> dict[str, Any]:
    """What templates/compliance/reports/document.html needs. The same version gives the same document."""
    content = version.content
    context = page_context(content)
    return {
        **context,
        "title": content["title"],
        "subtitle": content["period"],
        "council_name": content["council"],
        "committee": content["committee"],
        "status": content["status"],
        "as_at": date.fromisoformat(content["as_at"]),
        "created": version.made_at,
        "reference": content["reference"],
        "version": version.number,
        "marking": "",
        "for_print": True,
        **_contents(content, context["contents"]),
    }


def _contents(content: Content, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Short contents under the header block if they fit there, else every section on a page of their own."""
    short = [entry for entry in entries if entry["level"] == 1]
    fits = len(content["header"]) + len(short) <= COVER_LINES
    return {"contents": short if fits else entries, "contents_page": not fits}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    if part["kind"] != "block":
        return part
    block = from_json(part["block"])
    return {
        **part,
        "block": block,
        "lines": [list(zip(block.columns, row, strict=True)) for row in block.rows],
        "chart": chart_of(block, part.get("figure", "")),
        "wide": is_wide(block),
        "short": len(block.rows) <= SHORT,
    }


def chart_of(block: Block, figure: str) -> BarChart | None:
    """The block's bars as a chart that says in words what it shows; the table holds every figure."""
    if not block.bars:
        return None
    shown = "; ".join(f"{bar.label}: {bar.printed}" for bar in block.bars)
    goal = f" Target {percent(block.target)}." if block.target is not None else ""
    return BarChart(
        title=f"{figure}: {block.title}" if figure else block.title,
        description=f"Bar chart. {shown}.{goal}",
        bars=[Bar(bar.label, bar.value) for bar in block.bars],
        target=block.target,
    )


def is_wide(block: Block) -> bool:
    """Whether the table needs a landscape page.

    It does if its longest words do not fit side by side, or if it has many rows that would each wrap a lot. A
    short table stays upright among the words it belongs to.
    """
    columns = list(zip([column.heading for column in block.columns], *block.rows, strict=True))
    gaps = len(columns) * GAP
    words = sum(max(len(word) for cell in column for word in [*cell.split(), ""]) for column in columns)
    if words * CHARACTER + gaps > PAGE_WIDTH:
        return True
    comfort = sum(min(COMFORT, max(len(cell) for cell in column)) for column in columns)
    if len(block.rows) <= SHORT:
        return False
    if comfort * CHARACTER + gaps > PAGE_WIDTH * MOST_WRAPPING:
        return True
    longest = max(sum(len(cell) for cell in row) for row in block.rows)
    return len(columns) >= 4 and longest > LONG_TEXT
