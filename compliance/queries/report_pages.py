"""A report's tree with its charts drawn, as templates print it on the page and in the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise, zip_longest
from typing import Any

from compliance.enums import ReportEdition, SectionKind
from compliance.models import ReportVersion
from compliance.queries.report_content import Content
from prevent_portal.web.charts import Bar, BarChart, LineChart, Series
from prevent_portal.web.column_widths import shares_of
from prevent_portal.web.dates import MONTHS, british_date
from prevent_portal.web.numbers import counted, percent
from prevent_portal.web.numbers import number as grouped
from prevent_portal.web.report_blocks import Block, from_json

PAGE_WIDTH = 170
"""Millimetres of text on an upright page."""

LYING_WIDTH = 257
"""The same of a page that lies."""

CHARACTER = 2.2
GAP = 3
"""Millimetres that a character and the space beside a column take."""

COMFORT = 20
"""Characters that a column should have before its cells wrap, where they are as long as that."""

MOST_WRAPPING = 1.35
"""How much wider than the page a table's comfortable width may be before it gets a landscape page."""

LONG_TEXT = 400
"""Characters of a row from which a table of four or more columns gets a landscape page."""

COVER_LINES = 20
VALUE_LINE, ENTRY_LINE = 60, 75
"""Lines of header block and contents that fit on the first page together, and the characters of each."""

SHORT = 12
"""Rows up to which a table is kept on one page."""

HIGH = 50
"""Per cent from which on lines are drawn on an axis that does not begin at nothing."""

MOST_UPRIGHT = 5
"""Columns from which on a table of an appendix makes its pages lie."""

DAY_OF_MONTH = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")
UNBROKEN = "\xa0"
"""The space at which no line breaks."""

BREAKS = re.compile(r"[ \n]+")
"""Where a line can break."""

MOST_PRINTED = 400
"""Rows up to which a table is printed whole; of a longer one the exceptions are, and a file goes along."""


def page_context(content: Content, *, for_print: bool = False) -> dict[str, Any]:
    """What the sections template needs, for page and document alike."""
    sections = [_section(section, for_print=for_print) for section in content["sections"]]
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


def document_context(
    version: ReportVersion, content: Content, edition: str = ReportEdition.PUBLIC
) -> dict[str, Any]:
    """What templates/compliance/reports/document.html needs. The same version gives the same document.

    Args:
        content: of the edition.
        edition: an exempt one says on every page that it is not for publication, and why.
    """
    context = page_context(content, for_print=True)
    facts = [
        ("For", content["committee"]),
        *((label, value) for label, value in content["header"]),
        ("Version", f"{content['status']}, version {version.number}"),
        ("Figures as at", british_date(date.fromisoformat(content["as_at"]))),
        ("Reference", content["reference"]),
    ]
    if any(section.get("exempt") for section in content["sections"]):
        facts.append(("Edition", EDITION_WORDS[ReportEdition(edition)]))
    return {
        **context,
        "title": content["title"],
        "subtitle": content["period"],
        "council_name": content["council"],
        "status": content["status"].lower(),
        "version": version.number,
        "facts": facts,
        "created": version.made_at,
        "marking": marking_of(content) if edition == ReportEdition.EXEMPT else "",
        "for_print": True,
        "groups": _groups(context["sections"]),
        **_contents(facts, context["contents"]),
    }


EDITION_WORDS = {
    ReportEdition.PUBLIC: "Public. What is exempt is in a file of its own.",
    ReportEdition.EXEMPT: "Exempt sections only. The rest of the report is in its public edition.",
}


def marking_of(content: Content) -> str:
    """What stands on every page of an exempt edition."""
    paragraphs = sorted({section["exempt"]["paragraph"] for section in content["sections"]})
    if len(paragraphs) == 1:
        words = f"paragraph {paragraphs[0]}"
    else:
        words = f"paragraphs {', '.join(map(str, paragraphs[:-1]))} and {paragraphs[-1]}"
    return f"Not for publication: exempt under {words} of Schedule 12A"


def _groups(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sections that share a run of pages: an appendix starts one, which lies if a table of it is wide."""
    groups: list[dict[str, Any]] = []
    for section in sections:
        opens = section["level"] == 1 and section.get("kind") == SectionKind.APPENDIX
        closes = section["level"] == 1 and bool(groups) and groups[-1]["appendix"]
        if opens or closes or not groups:
            groups.append({"appendix": opens, "landscape": False, "sections": []})
        groups[-1]["sections"].append(section)
    for group in groups:
        if group["appendix"]:
            parts = [part for section in group["sections"] for part in section["parts"]]
            group["landscape"] = any(
                part.get("wide") or part.get("columns", 0) > MOST_UPRIGHT for part in parts
            )
            # The pages of the group lie already: a table that turned them would stand on a page of its own.
            if group["landscape"]:
                group["sections"] = [
                    {**section, "parts": [{**part, "wide": False} for part in section["parts"]]}
                    for section in group["sections"]
                ]
    return groups


def _contents(facts: Sequence[tuple[str, str]], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Short contents under the header block if they fit there, else every section on a page of their own."""
    short = [entry for entry in entries if entry["level"] == 1]
    lines = sum(-(-len(value) // VALUE_LINE) for _, value in facts)
    lines += sum(-(-len(f"{entry['number']} {entry['title']}") // ENTRY_LINE) for entry in short)
    fits = lines <= COVER_LINES
    return {"contents": short if fits else entries, "contents_page": not fits}


def _section(section: dict[str, Any], *, for_print: bool) -> dict[str, Any]:
    exempt = section.get("exempt")
    # Of a section that is left out of the public edition, its one paragraph says so.
    notice = exempt if exempt and exempt["reason"] else None
    parts = [_part(part, for_print=for_print) for part in section["parts"]]
    return {**section, "id": f"s-{section['key']}", "exempt": notice, "parts": parts}


def _part(part: dict[str, Any], *, for_print: bool) -> dict[str, Any]:
    if part["kind"] == "table":
        columns = list(zip_longest(part["head"], *part["rows"], fillvalue=""))
        rows = part["rows"]
        wide = _is_wide(columns, rows, len(columns) * GAP)
        return {**part, "columns": len(columns), "wide": wide, "short": len(rows) <= SHORT}
    if part["kind"] != "block":
        return part
    block = from_json(part["block"])
    rows = printed_rows(block)
    if for_print:
        rows = _with_days_unbroken(block, rows)
    return {
        **part,
        "block": block,
        "lines": [list(zip(block.columns, row, strict=True)) for row in rows],
        "left_out": left_out_words(block, part["number"]),
        "chart": chart_of(block, part.get("figure", "")),
        "trend": trend_of(block, part.get("trend_figure", "")),
        "columns": len(block.columns),
        "wide": is_wide(block),
        "short": len(rows) <= SHORT,
        "shares": _shares(block, rows) if for_print else [],
    }


def _shares(block: Block, rows: list[list[str]]) -> list[str]:
    """Per cent of the width of each column of a long table: a printed one is then laid out a third sooner."""
    if len(rows) <= SHORT:
        return []
    head = [column.heading for column in block.columns]
    lies = is_wide(block) or len(head) > MOST_UPRIGHT
    room = (LYING_WIDTH if lies else PAGE_WIDTH) / CHARACTER
    words = [[cell.replace(UNBROKEN, "-") for cell in row] for row in rows]
    return [f"{100 * share:.2f}" for share in shares_of([head, *words], len(head), room=room)]


def _with_days_unbroken(block: Block, rows: list[list[str]]) -> list[list[str]]:
    """The rows with each day beside its month, unless the table would then be wider than its page."""
    unbroken = [[DAY_OF_MONTH.sub(rf"\1{UNBROKEN}\2", cell) for cell in row] for row in rows]
    if unbroken == rows:
        return rows
    width = LYING_WIDTH if is_wide(block) else PAGE_WIDTH
    columns = list(zip([column.heading for column in block.columns], *unbroken, strict=True))
    return unbroken if _least_width(columns, _gaps(block)) <= width else rows


def printed_rows(block: Block) -> list[list[str]]:
    """The rows that are printed: all, or of a long table its exceptions."""
    if len(block.rows) <= MOST_PRINTED:
        return block.rows
    places = [place for place in block.exceptions if 0 <= place < len(block.rows)]
    return [block.rows[place] for place in places[:MOST_PRINTED]]


def left_out_words(block: Block, number: str) -> str:
    """The sentence that says what of a long table is not printed, and where it is; empty if all of it is."""
    if len(block.rows) <= MOST_PRINTED:
        return ""
    printed = len(printed_rows(block))
    shown = f"Only {counted(printed, 'exception is', 'exceptions are')} printed here"
    return (
        f"{number} has {grouped(len(block.rows))} rows. {shown if printed else 'None is printed here'}; "
        f"all are in the spreadsheet {file_name(number)}, which is attached to the PDF of this report."
    )


def file_name(number: str) -> str:
    """Of the spreadsheet that holds a whole table."""
    return f"{number.lower().replace(' ', '-')}.xlsx"


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


def trend_of(block: Block, figure: str) -> LineChart | None:
    """The block's lines as a chart that says in words what it shows; the table holds every figure."""
    if not block.trend:
        return None
    lines = [
        f"{line['name']}: "
        + ", ".join(
            f"{label} {percent(value, target=block.target) if value is not None else 'not known'}"
            for label, value in zip(block.trend_labels, line["values"], strict=True)
        )
        for line in block.trend
    ]
    goal = f" Target {percent(block.target)}." if block.target is not None else ""
    title = f"{block.title}, over time"
    return LineChart(
        title=f"{figure}: {title}" if figure else title,
        description=f"Line chart. {'; '.join(lines)}.{goal}",
        periods=block.trend_labels,
        series=[Series(line["name"], line["values"]) for line in block.trend],
        target=block.target,
        minimum=_foot(block),
    )


def _foot(block: Block) -> int:
    """Where the axis begins: lines that lie high are drawn as large as they can be read; the axis says so."""
    values = [value for line in block.trend for value in line["values"] if value is not None]
    lowest = min([*values, *([block.target] if block.target is not None else [])], default=0)
    return int((lowest - 5) // 10 * 10) if lowest >= HIGH else 0


def is_wide(block: Block) -> bool:
    """Whether the table needs a landscape page.

    It does if its longest words do not fit side by side, or if it has many rows that would each wrap a lot. A
    short table stays upright among the words it belongs to.
    """
    rows = printed_rows(block)
    columns = list(zip([column.heading for column in block.columns], *rows, strict=True))
    return _is_wide(columns, rows, _gaps(block))


def _gaps(block: Block) -> int:
    """Millimetres between the columns: words that follow a number stand twice as far from it (report.css)."""
    numbers = [column.numeric for column in block.columns]
    after_number = sum(number and not following for number, following in pairwise(numbers))
    return (len(numbers) - 1 + after_number) * GAP


def _least_width(columns: Sequence[Sequence[str]], gaps: int) -> float:
    """Millimetres that the longest words take side by side."""
    words = sum(max(len(word) for cell in column for word in BREAKS.split(cell)) for column in columns)
    return words * CHARACTER + gaps


def _is_wide(columns: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], gaps: int) -> bool:
    if _least_width(columns, gaps) > PAGE_WIDTH:
        return True
    comfort = sum(min(COMFORT, max(len(cell) for cell in column)) for column in columns)
    if len(rows) <= SHORT:
        return False
    if comfort * CHARACTER + gaps > PAGE_WIDTH * MOST_WRAPPING:
        return True
    longest = max(sum(len(cell) for cell in row) for row in rows)
    return len(columns) >= 4 and longest > LONG_TEXT
