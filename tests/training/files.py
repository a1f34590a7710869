"""Makes the files that trusts send, from data: both layouts, as CSV and as workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from training.demo.figures import PUBLISHED, PublishedReturn
from training.enums import PeriodKind
from training.periods import Period

NAMES = {
    "RAL": "Royal Free London NHS Foundation Trust",
    "RYX": "Central London Community Healthcare NHS Trust",
    "RRP": "Barnet Enfield and Haringey Mental Health NHS Trust",
    "BARNET-CFS": "Barnet Children and Family Services",
    "BARNET-AC": "Barnet Adults and Communities",
}
COURSES = {"wrap": "WRAP", "basic-awareness": "Basic awareness"}
TRUST_RETURNS = [each for each in PUBLISHED if each.kind != PeriodKind.FREE]
SERVICE_RETURNS = [each for each in PUBLISHED if each.kind == PeriodKind.FREE]


def label(published: PublishedReturn) -> str:
    return Period(published.end, published.start, published.kind).label


def first_layout(figures: Iterable[PublishedReturn]) -> list[list[Any]]:
    """Compliant and eligible, with the percentage beside them."""
    rows: list[list[Any]] = [
        ["organisation", "ods_code", "course", "scope", "period_label", "period_start", "period_end",
         "compliant", "eligible", "printed_percent", "note"]
    ]  # fmt: skip
    for number, each in enumerate(figures, start=1):
        rows.append(
            [NAMES[each.code], each.code, COURSES[each.course],
             "Barnet-based staff" if each.for_council else "whole trust", label(each),
             each.start.isoformat(), each.end.isoformat(), each.compliant, each.eligible, each.printed,
             f"Row {number}"]
        )  # fmt: skip
    return rows


def second_layout(figures: Iterable[PublishedReturn]) -> list[list[Any]]:
    """Does not meet, meets and grand total, in another order and with other words."""
    rows: list[list[Any]] = [
        ["Quarter", "Does not meet", "Meets", "Grand Total", "%", "Trust", "Training", "Staff group"]
    ]
    rows.extend(
        [label(each), each.eligible - each.compliant, f"{each.compliant:,}", each.eligible,
         f"{each.printed} %", NAMES[each.code], COURSES[each.course],
         "Barnet-based staff" if each.for_council else "whole trust"]
        for each in figures
    )  # fmt: skip
    return rows


def as_csv(rows: Sequence[Sequence[Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], *, title: str = "Returns") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
