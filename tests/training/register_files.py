"""Makes staff registers, from data."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

HEADER = ["Staff reference", "Service or site", "Role group", "Course", "Completed on", "Required"]
PEOPLE = 500
DAY = dt.date(2018, 6, 30)


def staff(number: int = PEOPLE) -> list[list[Any]]:
    """So many people with two courses each: four in five hold WRAP, nine in ten basic awareness."""
    rows: list[list[Any]] = []
    for person in range(number):
        about = [f"S{person:06}", f"Site {person % 4}", ("Nursing", "Medical")[person % 2]]
        wrap = dt.date(2017, 1, 1) + dt.timedelta(days=person % 365) if person % 5 else None
        basic = dt.date(2018, 2, 1) if person % 10 else None
        rows.append([*about, "WRAP", wrap, "Yes"])
        rows.append([*about, "Basic awareness", basic, "No" if person % 50 == 1 else "Yes"])
    return rows


def register_csv(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, **options: Any) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, **options)
    writer.writerow(header)
    for row in rows:
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else cell for cell in row])
    return out.getvalue().encode()


def register_xlsx(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Register")
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate([header, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(number, column, dt.datetime(cell.year, cell.month, cell.day), days)  # noqa: DTZ001 - a day
            elif cell is not None:
                sheet.write(number, column, cell)
    book.close()
    return out.getvalue()
