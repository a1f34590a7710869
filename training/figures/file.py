"""Checks a whole file: its tables, their rows, and that nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence

from prevent_portal.web.numbers import counted
from prevent_portal.web.spreadsheets import Sheet
from training.figures.checked_file import CheckedFile, FirstRow, Problem
from training.figures.expected import Expected
from training.figures.headings import MEANINGS
from training.figures.marked_sheets import without_marks
from training.figures.records import RecordReader
from training.figures.tables import Record, records_of, text_of

MOST_PROBLEMS = 5_000
"""More is no longer a list that anybody works through."""


def check_file(sheets: Sequence[Sheet], expected: Expected) -> CheckedFile:
    """Read every visible sheet that holds a table; the others are named in a notice.

    A hidden sheet is left out: what nobody sees while they confirm must not become a return.
    """
    checked = CheckedFile()
    reader = RecordReader(expected, checked)
    tables = 0
    for sheet in map(without_marks, sheets):
        if sheet.hidden:
            checked.notices.append(f"The hidden sheet “{sheet.name}” was left out.")
            continue
        found, records = records_of(sheet, expected, checked)
        tables += found
        if not found and sheet.name and any(cell is not None for row in sheet.rows for cell in row):
            checked.notices.append(f"The sheet “{sheet.name}” was left out: it holds no table of figures.")
        for record in records:
            before = len(checked.rows)
            reader.read(record)
            understood = checked.rows[-1] if len(checked.rows) > before else None
            checked.show_first(FirstRow(record.sheet, record.row, _values(record), understood))
    if not tables:
        checked.problems.append(
            Problem(
                "",
                None,
                "",
                "",
                "No row of headings was found",
                "Give each column a heading, such as Period, Compliant and Eligible. The template shows how.",
            )
        )
    elif not checked.rows and not checked.problems:
        checked.problems.append(
            Problem(
                "",
                None,
                "",
                "",
                "There is no row of figures under the headings",
                "Add a row for each period.",
            )
        )
    checked.refuse_doubles()
    if len(checked.problems) > MOST_PROBLEMS:
        more = counted(len(checked.problems) - MOST_PROBLEMS, "problem", "problems")
        checked.problems[MOST_PROBLEMS:] = []
        checked.notices.append(f"{more} more are not listed. They are probably of the same kind.")
    checked.notices[:] = dict.fromkeys(checked.notices)
    return checked


def _values(record: Record) -> tuple[tuple[str, str], ...]:
    """What the record's cells hold, in the order of the meanings, each under its heading."""
    found = ((meaning, record.fields.get(meaning)) for meaning in MEANINGS)
    return tuple(
        (one.heading or MEANINGS[meaning][0], text_of(one.value)[:80])
        for meaning, one in found
        if one is not None and one.value is not None
    )
