"""A report as files beside its PDF: a Word file to go on editing, and its tables as a workbook.

All are made from the tree that the page and the PDF are made from, and say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from compliance.models import ReportVersion
from compliance.queries.report_content import Content
from compliance.queries.report_pages import MOST_PRINTED, file_name
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import Percentage, Sheet, xlsx_bytes
from prevent_portal.web.pdf import Attachment
from prevent_portal.web.report_blocks import Block, from_json
from prevent_portal.web.word import Run, WordFile, Words

_NUMBER = re.compile(r"[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,6})?")


@dataclass(frozen=True)
class PrintedTable:
    """A table of a report, whole."""

    number: str
    caption: str
    head: list[str]
    rows: list[list[str]]
    numeric: frozenset[int]
    source: str = ""
    as_at: str = ""
    notes: str = ""


def tables_of(content: Content) -> list[PrintedTable]:
    """Every table of the report with all its rows, in order."""
    return [table for section in content["sections"] for table in _tables(section)]


def _tables(section: dict[str, Any]) -> Iterator[PrintedTable]:
    for part in section["parts"]:
        if part["kind"] == "block":
            yield _of_block(from_json(part["block"]), part["number"])
        elif part["kind"] == "table":
            yield PrintedTable(part["number"], part["caption"], part["head"], part["rows"], frozenset())


def _of_block(block: Block, number: str) -> PrintedTable:
    return PrintedTable(
        number=number,
        caption=block.title,
        head=[column.heading for column in block.columns],
        rows=block.rows,
        numeric=frozenset(place for place, column in enumerate(block.columns) if column.numeric),
        source=block.source,
        as_at=british_date(block.as_at),
        notes=" ".join([*block.notes, *(f"Missing: {line}." for line in block.missing)]),
    )


def workbook_of(content: Content, *, created: datetime, marking: str) -> bytes:
    """Every table of the report as a sheet, after one that lists them. Text stays text."""
    tables = tables_of(content)
    listed = [
        [table.number, table.caption, len(table.rows), table.source, table.as_at, table.notes]
        for table in tables
    ]
    title = f"{content['council']}: {content['title']}, {content['period']}"
    contents = Sheet(
        "Contents",
        ["Sheet", "Table", "Rows", "Source", "Figures as at", "Notes"],
        listed or [["", f"{title} has no tables."]],
        widths=[12, 60, 8, 40, 20, 60],
    )
    return xlsx_bytes(sheets=[contents, *map(_sheet, tables)], created=created, marking=marking)


def attachments_of(content: Content, *, created: datetime, marking: str) -> list[Attachment]:
    """The tables that are too long to print, each as a workbook of its own."""
    return [
        Attachment(
            name=file_name(table.number),
            description=f"{table.number}: {table.caption}, all {len(table.rows)} rows",
            content=xlsx_bytes(sheets=[_sheet(table)], created=created, marking=marking),
        )
        for table in tables_of(content)
        if len(table.rows) > MOST_PRINTED
    ]


def _sheet(table: PrintedTable) -> Sheet:
    rows = [
        [number_of(cell) if place in table.numeric else cell for place, cell in enumerate(row)]
        for row in table.rows
    ]
    widths = [
        min(60, max(10, *(len(line) + 2 for cell in column for line in [*cell.split("\n"), ""])))
        for column in zip(table.head, *table.rows, strict=True)
    ]
    return Sheet(table.number, table.head, rows, widths=widths)


def number_of(cell: str) -> str | Decimal:
    """A printed number as a number: 1,007 and 84.7% are, "7 of 9" and "1 to 7" stay words."""
    text = cell.strip()
    share = text.endswith("%")
    digits = text.removesuffix("%")
    if not _NUMBER.fullmatch(digits):
        return cell
    value = digits.replace(",", "").replace("−", "-")
    return Percentage(value) if share else Decimal(value)


def word_of(context: dict[str, Any], version: ReportVersion) -> bytes:
    """The report as a Word file, from the context that its PDF is drawn from."""
    content = context["content"]
    word = WordFile(title=context["title"], created=version.made_at, marking=context["marking"])
    word.cover(
        council=context["council_name"],
        title=context["title"],
        subtitle=context["subtitle"],
        facts=context["facts"],
    )
    entries = [f"{entry['number']} {entry['title']}".strip() for entry in context["contents"]]
    word.contents(title="Contents", entries=entries)
    lies = False
    for group in context["groups"]:
        if group["landscape"] != lies:
            lies = group["landscape"]
            word.turn(landscape=lies)
        for place, section in enumerate(group["sections"]):
            _write_section(word, section, new_page=group["appendix"] and not lies and place == 0)
    if lies:
        word.turn(landscape=False)
    _write_figures(word, content)
    return word.content()


def _write_section(word: WordFile, section: dict[str, Any], *, new_page: bool) -> None:
    level = section["level"]
    word.heading(f"{section['number']} {section['heading']}".strip(), level=level, new_page=new_page)
    if section["exempt"]:
        exempt = section["exempt"]
        notice = f"Exempt: paragraph {exempt['paragraph']} of Schedule 12A to the Local Government Act 1972."
        word.paragraph([Run(notice, bold=True), Run(f" {exempt['words']}. {exempt['reason']}")])
    for part in section["parts"]:
        _WRITERS[part["kind"]](word, part, level)


def _words(one: Any) -> Words:
    """Plain words, or the runs of them where some are a link."""
    if isinstance(one, str):
        return one
    runs = one.get("runs")
    return _linked(runs) if runs else str(one["text"])


def _linked(runs: Sequence[dict[str, str]]) -> list[Run]:
    return [Run(run["text"], run.get("href", "")) for run in runs]


def _write_paragraph(word: WordFile, part: dict[str, Any], level: int) -> None:
    word.paragraph(_words(part), number=part.get("number", ""))


def _write_gap(word: WordFile, part: dict[str, Any], level: int) -> None:
    word.paragraph(part["text"], emphasised=True)


def _write_heading(word: WordFile, part: dict[str, Any], level: int) -> None:
    word.heading(part["text"], level=level + 1)


def _write_list(word: WordFile, part: dict[str, Any], level: int) -> None:
    word.bullets([_linked(runs) for runs in part["runs"]] if part.get("runs") else part["items"])


def _write_recommendations(word: WordFile, part: dict[str, Any], level: int) -> None:
    for place, item in enumerate(part["items"], start=1):
        words = _words(item)
        runs = [Run(words)] if isinstance(words, str) else list(words)
        if not isinstance(item, str) and item.get("label"):
            runs = [Run(f"{item['label']}: ", bold=True), *runs]
        word.paragraph(runs, number=f"{place}.")


def _write_table(word: WordFile, part: dict[str, Any], level: int) -> None:
    _turned(word, part, f"{part['number']}: {part['caption']}", part["head"], part["rows"])


def _write_trail(word: WordFile, part: dict[str, Any], level: int) -> None:
    if part["rows"]:
        word.table(caption="About this report", head=["Line", "What it says"], rows=part["rows"])
    if part["consultation"]:
        head = ["Officer", "Advice sought", "Advice included"]
        word.table(caption="Consultation with other officers", head=head, rows=part["consultation"])
    else:
        word.paragraph("No advice of other officers was sought.")
    if part["signatures"]:
        rows = [[title, name if day else "Not signed yet", day] for title, name, day in part["signatures"]]
        word.table(caption="Sign-off", head=["Office", "Name", "Date"], rows=rows)


def _write_block(word: WordFile, part: dict[str, Any], level: int) -> None:
    block: Block = part["block"]
    if part["left_out"]:
        word.paragraph(part["left_out"])
    rows = [[value for _, value in line] for line in part["lines"]]
    rows = rows or [["Nothing to show", *[""] * (len(block.columns) - 1)]]
    numeric = {place for place, column in enumerate(block.columns) if column.numeric}
    head = [column.heading for column in block.columns]
    _turned(word, part, f"{part['number']}: {block.title}", head, rows, numeric, lambda: _below(word, part))


def _below(word: WordFile, part: dict[str, Any]) -> None:
    """What stands below a block's table: its charts in words, its notes, what is missing, its source."""
    block: Block = part["block"]
    for chart in (part["chart"], part["trend"]):
        if chart:
            word.paragraph(chart.description)
            word.caption(chart.title)
    for note in block.notes:
        word.paragraph(note)
    if block.missing:
        word.paragraph([Run("Missing:", bold=True), Run(f" {'; '.join(block.missing)}.")])
    word.note(f"Source: {block.source}, as at {british_date(block.as_at)}.")


def _turned(
    word: WordFile,
    part: dict[str, Any],
    caption: str,
    head: list[str],
    rows: list[list[str]],
    numeric: Collection[int] = (),
    below: Callable[[], None] = lambda: None,
) -> None:
    """Write a table, on a page that lies if it is wide."""
    if part["wide"]:
        word.turn(landscape=True)
    word.table(caption=caption, head=head, rows=rows, numeric=numeric)
    below()
    if part["wide"]:
        word.turn(landscape=False)


def _write_figures(word: WordFile, content: Content) -> None:
    word.heading("About the figures", level=1)
    if content["sources"]:
        word.heading("Sources", level=2)
        word.bullets(content["sources"])
    word.heading("What is missing", level=2)
    if content["missing"]:
        word.bullets(content["missing"])
    else:
        word.paragraph("Nothing: every figure that this report asks for is here.")


_WRITERS: dict[str, Callable[[WordFile, dict[str, Any], int], None]] = {
    "paragraph": _write_paragraph,
    "gap": _write_gap,
    "heading": _write_heading,
    "list": _write_list,
    "recommendations": _write_recommendations,
    "table": _write_table,
    "audit_trail": _write_trail,
    "block": _write_block,
}
