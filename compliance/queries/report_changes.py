"""What changed in the live figures since a report's were frozen, block by block, in words.

The author reads it and says whether the report takes the changes; nothing here changes anything (rule 12).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from compliance.models import Report, ReportSection
from compliance.queries.reports import frozen_blocks, live_blocks, sections_of
from prevent_portal.tenancy.models import Council
from prevent_portal.web.report_blocks import Block

MOST_LINES = 20
"""Changes that are told of one table; more are counted."""

LONGEST_CELL = 120
"""Characters of a cell that are told."""


@dataclass(frozen=True)
class BlockChange:
    """What changed in one table.

    Args:
        section_key, section: where it stands.
        block_key, title: which table it is.
        lines: sentences, in the order of the table.
        more: how many changes are not told.
    """

    section_key: str
    section: str
    block_key: str
    title: str
    lines: tuple[str, ...]
    more: int = 0

    @property
    def key(self) -> str:
        """Names the table and what was told of it, so that nobody takes a change that they were not shown."""
        told = "\n".join([*self.lines, str(self.more)])
        return f"{self.section_key}/{self.block_key}/{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def changes_since_freezing(council: Council, report: Report) -> list[BlockChange]:
    """Ask each room for its figures now and compare them with the frozen ones. Nothing for a live draft."""
    if report.as_at is None:
        return []
    sections = sections_of(report)
    live = live_blocks(council, report, sections, timezone.localdate())
    return changed_blocks(sections, frozen_blocks(report), live)


def changed_blocks(
    sections: Sequence[ReportSection],
    before: Mapping[str, Sequence[Block]],
    now: Mapping[str, Sequence[Block]],
) -> list[BlockChange]:
    """Every table that is not what it was, in the report's order. That only the day moved on is no change.

    Args:
        before, now: blocks by section key.
    """
    found = []
    for section in sections:
        was = {block.key: block for block in before.get(section.key, ())}
        is_now = {block.key: block for block in now.get(section.key, ())}
        for key in dict.fromkeys([*was, *is_now]):
            lines = list(_changes(was.get(key), is_now.get(key)))
            if lines:
                found.append(
                    BlockChange(
                        section_key=section.key,
                        section=section.heading,
                        block_key=key,
                        title=(is_now.get(key) or was[key]).title,
                        lines=tuple(lines[:MOST_LINES]),
                        more=max(0, len(lines) - MOST_LINES),
                    )
                )
    return found


def _changes(before: Block | None, now: Block | None) -> Iterator[str]:
    if before is None or now is None:
        yield "This table is new." if before is None else "This table is gone."
        return
    if before.title != now.title:
        yield f"The title was “{before.title}”."
    yield from _row_changes(before, now)
    yield from _lost_and_found(before.notes, now.notes, gone="Note gone", added="Note added")
    yield from _lost_and_found(before.missing, now.missing, gone="No longer missing", added="Now missing")
    if before.target != now.target:
        yield "The target changed."


def _row_changes(before: Block, now: Block) -> Iterator[str]:
    was_headings = [column.heading for column in before.columns]
    headings = [column.heading for column in now.columns]
    if was_headings != headings:
        yield f"The columns were {', '.join(was_headings)}. They are {', '.join(headings)} now."
    was, is_now = _by_name(before.rows, now.rows)
    for name in dict.fromkeys([*is_now, *was]):
        words = f"“{_short(', '.join(name[:-1]))}”"
        if name not in was:
            yield f"Row {words} was added: {_cells(is_now[name], headings, name)}."
        elif name not in is_now:
            yield f"Row {words} is gone."
        else:
            earlier = dict(zip(was_headings, was[name], strict=True))
            for heading, cell in zip(headings, is_now[name], strict=True):
                if heading in earlier and earlier[heading] != cell:
                    yield f"{words}, {heading}: from {_cell(earlier[heading])} to {_cell(cell)}."
    if [name for name in was if name in is_now] != [name for name in is_now if name in was]:
        yield "The rows stand in another order."


Name = tuple[str, ...]


def _by_name(before: Sequence[list[str]], now: Sequence[list[str]]) -> tuple[dict[Name, list[str]], ...]:
    """The rows of both tables by as many of their first cells as tell them apart, and a count at the end."""
    widest = max((len(row) for row in [*before, *now]), default=1)
    length = next(
        (
            length
            for length in range(1, widest)
            if all(len({tuple(row[:length]) for row in rows}) == len(rows) for rows in (before, now))
        ),
        1,
    )
    tables = []
    for rows in (before, now):
        seen: Counter[Name] = Counter()
        table = {}
        for row in rows:
            name = tuple(row[:length])
            seen[name] += 1
            table[*name, str(seen[name])] = row
        tables.append(table)
    return tuple(tables)


def _lost_and_found(before: Sequence[str], now: Sequence[str], *, gone: str, added: str) -> Iterator[str]:
    yield from (f"{gone}: {_short(line)}" for line in before if line not in now)
    yield from (f"{added}: {_short(line)}" for line in now if line not in before)


def _cells(row: Sequence[str], headings: Sequence[str], name: Name) -> str:
    told = len(name) - 1
    pairs = zip(headings[told:], row[told:], strict=True)
    return "; ".join(f"{heading} {_cell(cell)}" for heading, cell in pairs) or "no more cells"


def _cell(text: str) -> str:
    return f"“{_short(text)}”" if text else "empty"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_CELL else f"{words[: LONGEST_CELL - 1]}…"
