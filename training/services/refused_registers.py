"""The rows of a refused register that have something to put right, kept an hour for the people who see it.

They are kept in Valkey, sealed, and nowhere else: tables and stored files hold nothing of a refused file but
its problems (UP-2). A register has up to 200,000 rows, and nobody corrects it but where it is wrong: only the
rows with a problem are kept, with all their columns, and without what was refused as naming a person.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict

from django.core.cache import cache

from training.models import StaffRegister
from training.registers.keys import PartUnreadable, opened, sealed
from training.registers.rows import MarkedRow

KEPT_SECONDS = 60 * 60
_MOST_BYTES = 4_000_000


def keep_marked_rows(*, register: StaffRegister, marked: Sequence[MarkedRow]) -> None:
    """Keep the rows for an hour. Rows of thousands of cells that are too long to keep are not."""
    content = json.dumps([asdict(row) for row in marked]).encode()
    if marked and len(content) <= _MOST_BYTES:
        packed = sealed(register.council_id, register.pk, 0, zlib.compress(content, 1))
        cache.set(_key(register), packed, KEPT_SECONDS)


def marked_rows(*, register: StaffRegister) -> list[MarkedRow]:
    """The rows; none once the hour is over."""
    try:
        packed = opened(register.council_id, register.pk, 0, cache.get(_key(register)) or b"")
    except PartUnreadable:
        return []
    return [MarkedRow(**row) for row in json.loads(zlib.decompress(packed))]


def _key(register: StaffRegister) -> str:
    return f"training:refused-register:{register.council_id}:{register.pk}"
