"""The same file once more, with a column that says beside each row what to put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prevent_portal.web.downloads import Sheet as WrittenSheet
from prevent_portal.web.downloads import csv_bytes, xlsx_bytes
from prevent_portal.web.spreadsheets import Cell, Sheet
from training.figures.checked_file import CheckedFile
from training.figures.headings import PROBLEM_HEADING


def marked_sheets(sheets: Sequence[Sheet], checked: CheckedFile) -> list[list[list[Cell]]]:
    """The cells of each sheet where they lay, and after the last column the problems of each row.

    The new column's heading stands beside each row of headings that was recognised, or in the first row of a
    sheet that has none. Problems that belong to no row stand in the first row of their sheet, or of the first
    sheet.
    """
    by_row: dict[tuple[str, int], list[str]] = {}
    first = next((sheet for sheet in sheets if not sheet.hidden), None)
    for problem in checked.problems:
        sheet = next((each for each in sheets if each.name == problem.sheet), first)
        if sheet is None:
            continue
        where = f"{problem.column}: " if problem.column else ""
        words = f"{where}{problem.reason}. {problem.fix}"
        by_row.setdefault((sheet.name, problem.row or 1), []).append(words)
    marked = []
    for sheet in sheets:
        rows: list[list[Cell]] = [[] for _ in range(sheet.first_row - 1)]
        rows += [[None] * (sheet.first_column - 1) + list(row) for row in sheet.rows]
        mine = {row: words for (name, row), words in by_row.items() if name == sheet.name}
        rows += [[] for _ in range(max(mine, default=0) - len(rows))]
        width = max((len(row) for row in rows), default=0)
        for number, row in enumerate(rows, start=1):
            note = " ".join(mine.get(number, []))
            if note:
                rows[number - 1] = [*row, *[None] * (width - len(row)), note]
        headings = {row for name, row in checked.headings if name == sheet.name} or {1}
        for number in headings if mine else ():
            row = rows[number - 1]
            row += [None] * (width - len(row))
            row[width:] = [f"{PROBLEM_HEADING}: {row[width]}" if len(row) > width else PROBLEM_HEADING]
        marked.append(rows)
    return marked


def without_marks(sheet: Sheet) -> Sheet:
    """The sheet without the column that a refused file got, for one that was put right and still has it."""
    places = {
        place
        for row in sheet.rows
        for place, cell in enumerate(row)
        if isinstance(cell, str) and cell.startswith(PROBLEM_HEADING)
    }
    if not places:
        return sheet
    rows = [[None if place in places else cell for place, cell in enumerate(row)] for row in sheet.rows]
    return replace(sheet, rows=rows)


def marked_csv(sheets: Sequence[Sheet], checked: CheckedFile) -> bytes:
    """The file as CSV that runs no formula (EX-2)."""
    rows = marked_sheets(sheets, checked)[0]
    return csv_bytes(header=[_text(cell) for cell in rows[0]] if rows else [], rows=rows[1:])


def marked_xlsx(sheets: Sequence[Sheet], checked: CheckedFile) -> bytes:
    """The file as a workbook whose texts stay texts (EX-2), without the hidden sheets, which are not read."""
    seen = [sheet for sheet in sheets if not sheet.hidden]
    names = _distinct([sheet.name for sheet in seen])
    return xlsx_bytes(
        sheets=[
            WrittenSheet(name, [_text(cell) for cell in rows[0]] if rows else [], rows[1:])
            for name, rows in zip(names, marked_sheets(seen, checked), strict=True)
        ]
    )


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names that stay apart after a workbook has cut them."""
    taken: set[str] = set()
    distinct = []
    for place, name in enumerate(names, start=1):
        short = name[:31] if name[:31].casefold() not in taken else f"{name[:27]} {place}"
        taken.add(short.casefold())
        distinct.append(short)
    return distinct
