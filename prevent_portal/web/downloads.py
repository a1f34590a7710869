"""The only exit for a generated or stored file, and the writers whose cells no spreadsheet runs.

Whoever calls `download` has already asked the access rule of the thing that the file hangs on.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name

from prevent_portal.web.dates import british_date, british_datetime

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF_TYPE = "application/pdf"

# What begins a formula in one spreadsheet or another, full-width forms included (EX-2).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−")
# Shown by the browser at once only when it cannot run anything; everything else is saved.
INLINE_TYPES = frozenset({PDF_TYPE, "image/png", "image/jpeg", "text/plain; charset=utf-8"})
LONGEST_NAME = 120
_LISTS = "Lists"
_GREY: dict[str, Any] = {"bg_color": "#F3F2F1", "font_color": "#505A5F"}
_STYLES: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "plain": {"valign": "top"},
    "percent": {"num_format": "0%", "valign": "top"},
    "percent1": {"num_format": "0.0%", "valign": "top"},
    "percent2": {"num_format": "0.00%", "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "d mmmm yyyy", "align": "left", "valign": "top"},
    "moment": {"num_format": "d mmmm yyyy hh:mm", "align": "left", "valign": "top"},
}


def download(
    *, content: bytes | Path | IO[bytes], filename: str, content_type: str, inline: bool = False
) -> HttpResponseBase:
    """Return a response that hands over a file and lets it do nothing in our pages' name (UP-5).

    Args:
        content: the bytes, an open file, or the path of a stored file.
        filename: what people see; made safe here, so it may come from people.
        content_type: as stored after checking, never as the sender claimed.
        inline: show it in the browser where the type cannot run anything; otherwise it is saved.
    """
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    else:
        stream = content.open("rb") if isinstance(content, Path) else content
        response = FileResponse(stream, content_type=content_type)
    return _guarded(response, filename, shown=inline and content_type in INLINE_TYPES)


def csv_response(*, filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Return rows as a CSV file that opens in Excel with its accents and runs no formula (EX-2).

    The rows are read before this returns, while the council's scope is open.
    """
    return download(content=csv_bytes(header=header, rows=rows), filename=filename, content_type=CSV_TYPE)


def csv_bytes(*, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the same file as `csv_response`, to store."""
    return b"".join(_csv_lines(header, rows))


def xlsx_response(*, filename: str, sheets: Sequence["Sheet"]) -> HttpResponseBase:
    """Return a workbook as a download; see `xlsx_bytes`."""
    return download(content=xlsx_bytes(sheets=sheets), filename=filename, content_type=XLSX_TYPE)


class Percentage(Decimal):
    """A cell that is a number and is shown in per cent, with the decimals that it has, two at most."""


class Sheet:
    """One sheet of a workbook: a name, a header row and rows of text, numbers, dates or None.

    Columns are named by their place. `hidden` ones are not shown, `fixed` ones are grey, as not to be
    changed, and `choices` offer a list of texts in each cell below the header.
    """

    def __init__(
        self,
        name: str,
        header: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        widths: Sequence[int] = (),
        hidden: Collection[int] = (),
        fixed: Collection[int] = (),
        choices: Mapping[int, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.name = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:31] or "Sheet"
        self.header, self.rows, self.widths = header, rows, widths
        self.hidden, self.fixed = frozenset(hidden), frozenset(fixed)
        self.choices = {column: list(texts) for column, texts in choices.items() if texts}


def xlsx_bytes(*, sheets: Sequence[Sheet], created: dt.datetime | None = None, marking: str = "") -> bytes:
    """Return a workbook, written in constant memory; text stays text, never a formula or a link (EX-2).

    With `created` (aware) the same rows give the same bytes. A marking stands above the header of every
    sheet, and at the top and bottom of every page that is printed of it (RC-9).
    """
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output,
        {
            "in_memory": True,
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_date_format": "d mmmm yyyy",
        },
    )
    if created is not None:
        book.set_properties({"created": created.astimezone(dt.UTC).replace(tzinfo=None)})
    styles = {
        (kind, fixed): book.add_format({**style, **(_GREY if fixed else {})})
        for kind, style in _STYLES.items()
        for fixed in (False, True)
    }
    lists: list[list[str]] = []
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        first = 1 if marking else 0
        if marking:
            page.set_header(f"&C{marking}")
            page.set_footer(f"&C{marking}")
            page.write_string(0, 0, marking, styles["head", False])
        last = _write_sheet(page, sheet, styles, first)
        for column, texts in sheet.choices.items():
            lists.append(texts)
            _offer(page, column, first + 1, max(last, first + 1), len(lists), len(texts))
    if lists:
        _write_lists(book.add_worksheet(_LISTS), lists)
    book.close()
    return output.getvalue()


def _write_sheet(page: Any, sheet: Sheet, styles: Mapping[tuple[str, bool], Any], top: int) -> int:
    """Write one sheet with its header in the row `top`, and return the place of its last row."""
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(0, top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for column, title in enumerate(sheet.header):
        width = sheet.widths[column] if column < len(sheet.widths) else max(12, min(40, len(title) + 4))
        page.set_column(column, column, width, None, {"hidden": column in sheet.hidden})
        page.write_string(top, column, title, styles["head", False])
    last = top
    for last, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            if value is not None and value != "":
                _write_cell(page, last, column, value, styles, column in sheet.fixed)
    return last


def _write_cell(
    page: Any, row: int, column: int, value: Any, styles: Mapping[tuple[str, bool], Any], fixed: bool
) -> None:
    if isinstance(value, bool):
        page.write_string(row, column, "Yes" if value else "No", styles["plain", fixed])
    elif isinstance(value, Percentage):
        decimals = min(2, max(0, -int(value.as_tuple().exponent)))
        style = styles[f"percent{decimals or ''}", fixed]
        page.write_number(row, column, float(value / 100), style)
    elif isinstance(value, int | float | Decimal | Fraction):
        page.write_number(row, column, float(value), styles["plain", fixed])
    elif isinstance(value, dt.datetime):
        local = (
            value.astimezone(timezone.get_default_timezone()).replace(tzinfo=None) if value.tzinfo else value
        )
        page.write_datetime(row, column, local, styles["moment", fixed])
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, styles["date", fixed])
    else:
        page.write_string(row, column, _printable(str(value))[:32767], styles["text", fixed])


def _write_lists(page: Any, lists: Sequence[Sequence[str]]) -> None:
    """A list written into a cell's rule could hold neither commas nor more than 255 characters."""
    page.hide()
    for row in range(max(map(len, lists))):
        for column, texts in enumerate(lists):
            if row < len(texts):
                page.write_string(row, column, _printable(texts[row])[:32767])


def _offer(page: Any, column: int, first_row: int, last_row: int, place: int, count: int) -> None:
    """Let the cells of a column be chosen from a column of the hidden sheet of lists."""
    letter = xl_col_to_name(place - 1)
    page.data_validation(
        first_row,
        column,
        last_row,
        column,
        {
            "validate": "list",
            "source": f"={_LISTS}!${letter}$1:${letter}${count}",
            "error_title": "Choose from the list",
            "error_message": "Open the list at the right of the cell and choose one of its entries.",
        },
    )


def safe_cell(value: Any) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula: an apostrophe goes before its first sign.

    Numbers stay numbers: -5 is written as it is, "-5" from a person's text is not.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return british_datetime(value)
    if isinstance(value, dt.date):
        return british_date(value)
    text = _printable(str(value))
    # Leading spaces do not disarm a sign: some programs drop them.
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def _printable(text: str) -> str:
    """Return the text without control characters that no spreadsheet can store."""
    return "".join(sign for sign in text if sign in "\t\r\n" or unicodedata.category(sign) != "Cc")


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in _with_header(header, rows):
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue().encode("utf-8")
        buffer.seek(0)
        buffer.truncate()


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows


def safe_filename(name: str) -> str:
    """Return a name that every system can store and no header can be broken with."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        " " if unicodedata.category(sign)[0] in {"C", "Z"} or sign in '<>:"|?*%;' else sign for sign in name
    )
    name = re.sub(r"\s+", " ", name).strip(" .")
    if not name:
        return "download"
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}" if stem else f"download.{ending}"
    return name[:LONGEST_NAME]


def _guarded(response: HttpResponseBase, filename: str, *, shown: bool) -> HttpResponseBase:
    name = safe_filename(filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "download"
    kind = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = (
        f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The policy of a page would not do: this file must not run as one. The middleware leaves a policy
    # that is already set alone.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
