"""Reads a staff register in a process of its own and prints its rows in batches: nobody holds it whole.

    python -I reader.py < settings-line-and-file

The first line of standard input is JSON: ``{"ending": "csv", "headings": [...]}``; the file follows. Each
line of standard output is JSON:

    {"table": name, "header": row, "column": number, "cells": [...]}    a table begins: its row of headings
    {"first": row, "rows": number, "columns": [text, ...]}              rows of that table, column by column
    {"left_out": name, "hidden": true}                                  a sheet without a table
    {"refused": code}                                                   the file cannot be read
    {"end": true}                                                       nothing was cut off

Every cell is text; a day is its ISO form behind ``DAY``. The cells of a column are joined by ``APART``, which
no cell holds: both sides take a thousand cells apart or together in one step.

The process is started under limits, checks the directory of a workbook's archive or container, and only then
hands it to the parser. Nothing of the portal is loaded here but the kernel's reader
of workbooks, which is as bare.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
import itertools
import json
import os
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ENTRIES = 500
UNPACKED_BYTES = 160_000_000
RATIO = 200
RATIO_APPLIES_FROM = 1_000_000
SHEETS = 20
ROWS = 200_000
COLUMNS = 60
CELL_CHARACTERS = 300
BATCH = 1_000
HEADER_WITHIN = 30
DAY = "\x01"
APART = "\x7f"
"""Stands between two cells of a column: not printable, so no cell holds it, and left alone by JSON."""

_OLE = b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_BOOKS = {"xlsx": "xl/workbook.xml", "ods": "content.xml"}
_WORKBOOK_READER = Path(__file__).parents[2] / "prevent_portal/web/workbook_reader.py"


class Refused(Exception):
    """The file cannot be read; the text is the code of the reason."""


def folded(text: str) -> str:
    """A heading as it is compared: small letters and digits, accents off, nothing between."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return "".join(character for character in text.casefold() if character.isalnum())


def header_row(rows: Sequence[Sequence[str]], headings: frozenset[str]) -> int | None:
    """The index of the row with most known headings, two at least, among the first rows."""
    best, most = None, 1
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        found = len({name for cell in row if (name := folded(cell)) in headings})
        if found > most:
            best, most = index, found
    return best


def read(content: bytes, ending: str, headings: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield what is printed, line by line. Raises Refused."""
    if ending == "csv":
        yield from _table("", 1, 1, _csv_rows(content, headings), headings)
        return
    _check_archive(content, ending)
    yield from _workbook(content, headings)


def _table(
    name: str, first: int, column: int, rows: Iterator[Sequence[Any]], headings: frozenset[str]
) -> Iterator[dict[str, Any]]:
    head = list(itertools.islice(rows, HEADER_WITHIN))
    cells = [[_cell(value) for value in row] for row in head]
    at = header_row(cells, headings)
    if at is None:
        yield {"left_out": name, "hidden": False}
        return
    yield {"table": name, "header": first + at, "column": column, "cells": cells[at]}
    number = first + at + 1
    batch = head[at + 1 :]
    while True:
        batch += itertools.islice(rows, BATCH - len(batch))
        if not batch:
            return
        # Rows may end before their last columns: what is missing is an empty cell.
        columns = [_column(values) for values in itertools.zip_longest(*batch, fillvalue="")]
        yield {"first": number, "rows": len(batch), "columns": columns}
        number += len(batch)
        if number > ROWS + HEADER_WITHIN:
            raise Refused("too_many_rows")
        batch = []


def _column(values: Sequence[Any]) -> str:
    """The cells of a column as one text. Most columns need no cell looked at by itself."""
    if set(map(type, values)) == {str}:
        together = "".join(values)
        if (
            together.isascii()
            and together.isprintable()
            and max(map(len, values)) <= CELL_CHARACTERS
            and (" " not in together or list(map(str.strip, values)) == list(values))
        ):
            return APART.join(values)
    return APART.join(map(_cell, values))


def _text(content: bytes) -> str:
    """The text of a CSV file: its mark decides, then UTF-8, then what Windows writes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise Refused("not_text") from None
    if b"\x00" in content:
        raise Refused("not_text")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("not_text")


def _csv_rows(content: bytes, headings: frozenset[str]) -> Iterator[list[str]]:
    text = _text(content)
    # The delimiter is the one that makes the expected headings appear.
    best, most = ",", -1
    for delimiter in _DELIMITERS:
        head = [row for row, _ in zip(_split(text, delimiter), range(HEADER_WITHIN), strict=False)]
        found = max((sum(folded(cell) in headings for cell in row) for row in head), default=0)
        if found > most:
            best, most = delimiter, found
    return _split(text, best)


def _split(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > COLUMNS:
                if any(row[COLUMNS:]):
                    raise Refused("too_many_columns")
                del row[COLUMNS:]
            yield row
    except csv.Error:
        raise Refused("quotes") from None


def _check_archive(content: bytes, ending: str) -> None:
    """Refuse what should not reach the parser, judged by the directory alone."""
    if content.startswith(_OLE):
        if (why := _container_refusal(content, ending)) is not None:
            raise Refused(why)
        return
    if ending == "xls":
        raise Refused("not_old_kind")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise Refused("damaged") from None
    names = {entry.filename.lower() for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("protected")
    if _BOOKS[ending] not in names:
        raise Refused("not_a_workbook")
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
        raise Refused("macros")
    bloated = unpacked > RATIO_APPLIES_FROM and unpacked > packed * RATIO
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES or packed > len(content) or bloated:
        raise Refused("too_big")


def _container_refusal(content: bytes, ending: str) -> str | None:
    """Why an OLE container, which an .xls is, should not reach the parser, as figures are asked too."""
    spec = importlib.util.spec_from_file_location("workbook_reader", _WORKBOOK_READER)
    assert spec is not None  # noqa: S101 - the file is beside this one in every installation
    assert spec.loader is not None  # noqa: S101 - a file of Python has one
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    why: str | None = module.ole_refusal(content, ending)
    return why


def _workbook(content: bytes, headings: frozenset[str]) -> Iterator[dict[str, Any]]:
    import python_calamine  # noqa: PLC0415 - after the limits and the check

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (index, about)
            for index, about in enumerate(workbook.sheets_metadata)
            if about.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        if len(sheets) > SHEETS:
            raise Refused("too_many_sheets")
        for index, about in sheets:
            name = _clean(about.name)[:100]
            if about.visible != python_calamine.SheetVisibleEnum.Visible:
                yield {"left_out": name, "hidden": True}
                continue
            sheet = workbook.get_sheet_by_index(index)
            if sheet.start is None:
                continue
            if sheet.height > ROWS:
                raise Refused("too_many_rows")
            if sheet.width > COLUMNS:
                raise Refused("too_many_columns")
            first, column = (part + 1 for part in sheet.start)
            yield from _table(name, first, column, _sheet_rows(sheet, first, column), headings)
            del sheet
    except python_calamine.PasswordError:
        raise Refused("protected") from None
    except (
        python_calamine.CalamineError,
        OSError,
        ValueError,
        TypeError,
        IndexError,
        OverflowError,
        MemoryError,
    ):
        raise Refused("damaged") from None
    except BaseException as error:
        # The parser's own kind of panic is no Exception, and its class cannot be imported.
        if type(error).__name__ == "PanicException":
            raise Refused("damaged") from None
        raise


def _sheet_rows(sheet: Any, first: int, column: int) -> Iterator[list[Any]]:
    rows: Iterator[list[Any]] = itertools.islice(sheet.iter_rows(), first - 1, None)
    return rows if column == 1 else (row[column - 1 :] for row in rows)


def _cell(value: Any) -> str:
    if type(value) is str:
        if not (value.isascii() and value.isprintable()):
            value = _clean(value)
        return value.strip()[:CELL_CHARACTERS]  # type: ignore[no-any-return] # a cell is untyped
    if type(value) is dt.date:
        return DAY + value.isoformat()
    if type(value) is dt.datetime:
        return DAY + value.date().isoformat()
    if type(value) is bool:
        return "yes" if value else "no"
    if type(value) is float and value.is_integer():
        return str(int(value))
    return str(value)[:CELL_CHARACTERS]


def _clean(text: str) -> str:
    """The text without what no cell means to hold; a line break and every odd space become a space."""
    text = text.encode("utf-8", "replace").decode()
    text = "".join(" " if character.isspace() else character for character in text)
    return "".join(character for character in text if character.isprintable())


def main() -> int:
    """Read standard input, print the lines."""
    settings = json.loads(sys.stdin.buffer.readline())
    # What the parser prints when it panics says nothing to people and could hold cells.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    write = sys.stdout.buffer.write

    def lines() -> Iterable[dict[str, Any]]:
        try:
            content = sys.stdin.buffer.read()
            yield from read(content, settings["ending"], frozenset(settings["headings"]))
        except Refused as refused:
            yield {"refused": str(refused)}
        except MemoryError:
            yield {"refused": "too_big"}
        else:
            yield {"end": True}

    for line in lines():
        write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace"))
        write(b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
