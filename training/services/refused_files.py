"""A refused file, kept an hour for the person who sent it, so that it can be had with its problems beside it.

It is kept in Valkey and nowhere else: tables and stored files are the same before and after a refusal (UP-2).
It is sealed, for whoever sends the wrong file here may send names, and Valkey may write to a disk. The next
refused file of the person takes its place.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.core.cache import cache

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.spreadsheets import Cell, Sheet
from training.figures import CheckedFile, Problem, marked_csv, marked_xlsx
from training.policies.returns import ReturnRefused
from training.registers.keys import PartUnreadable, opened, sealed

KEPT_SECONDS = 60 * 60
FILES_IN_A_WHILE = 60
WHILE_SECONDS = 10 * 60


@dataclass(frozen=True)
class MarkedFile:
    """The file as it was sent, with a column that says what to put right."""

    name: str
    content: bytes
    is_csv: bool


def count_upload(*, by: User) -> None:
    """Count a file that a person sends.

    Raises:
        ReturnRefused: for more than 60 in ten minutes: each takes seconds of a processor.
    """
    key = f"training:uploads:{by.pk}"
    cache.add(key, 0, WHILE_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:
        # It ran out between the two statements.
        return
    if count > FILES_IN_A_WHILE:
        raise ReturnRefused(
            "You have sent many files in a short time. Wait ten minutes, then send this again."
        )


def keep_refused(
    *, council: Council, by: User, file_name: str, sheets: Sequence[Sheet], checked: CheckedFile
) -> str:
    """Keep a refused file's cells and problems for an hour; return the token that fetches it."""
    token = token_urlsafe(16)
    kept = {
        "token": token,
        "name": file_name[-200:],
        "sheets": [
            asdict(replace(sheet, rows=[[_packed(cell) for cell in row] for row in sheet.rows]))
            for sheet in sheets
        ],
        "problems": [asdict(problem) for problem in checked.problems],
        "headings": checked.headings,
    }
    packed = zlib.compress(json.dumps(kept).encode(), 1)
    cache.set(_key(council, by), sealed(council.pk, _place(by), 0, packed), KEPT_SECONDS)
    return token


def marked_file(*, council: Council, by: User, token: str) -> MarkedFile | None:
    """The person's refused file with its problems beside it; None once the hour is over."""
    try:
        packed = opened(council.pk, _place(by), 0, cache.get(_key(council, by)) or b"")
    except PartUnreadable:
        return None
    kept: dict[str, Any] = json.loads(zlib.decompress(packed))
    if kept["token"] != token:
        return None
    sheets = [
        Sheet(**{**sheet, "rows": [[_unpacked(cell) for cell in row] for row in sheet["rows"]]})
        for sheet in kept["sheets"]
    ]
    checked = CheckedFile(
        problems=[Problem(**problem) for problem in kept["problems"]],
        headings=[(name, row) for name, row in kept["headings"]],
    )
    stem, _, ending = kept["name"].rpartition(".")
    is_csv = ending.lower() == "csv"
    content = (marked_csv if is_csv else marked_xlsx)(sheets, checked)
    return MarkedFile(f"{stem} to put right.{'csv' if is_csv else 'xlsx'}", content, is_csv)


def _key(council: Council, person: User) -> str:
    return f"training:refused:{council.pk}:{person.pk}"


def _place(person: User) -> UUID:
    """What a sealed file is bound to: the person who sent it."""
    return UUID(int=person.pk)


def _packed(cell: Cell) -> Any:
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Cell:
    return date.fromisoformat(cell["d"]) if isinstance(cell, dict) else cell
