"""Numbers of people and percentages as cells hold them; what could be two numbers is none."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from prevent_portal.web.spreadsheets import Cell

_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.0{1,2})?|-?\d{1,3}(?: \d{3})+", re.ASCII)
# 1.000 is a thousand in some countries and one in others.
_WHOLE = re.compile(r"-?\d{1,12}(?:\.0{1,2})?", re.ASCII)
_PER_CENT = re.compile(r"\d{1,3}(\.\d{1,20})?", re.ASCII)


def whole_number(cell: Cell) -> int | None:
    """The whole number in a cell, None if it holds none, or holds one that reads in two ways."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else None
    text = " ".join(str(cell).replace("\u2212", "-").removeprefix("'").split())
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    if _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    return None


def per_cent(cell: Cell, exact: Fraction) -> Fraction | None:
    """The percentage in a cell, None if it holds none.

    Args:
        exact: what it should be; a workbook keeps 92% as 0.92, and this tells the two apart.
    """
    text = str(cell)
    digits = text.replace("%", "").replace(",", ".").removeprefix("'").strip()
    if isinstance(cell, bool) or not _PER_CENT.fullmatch(digits):
        return None
    said = Fraction(Decimal(digits))
    return said * 100 if "%" not in text and said <= 1 < exact else said
