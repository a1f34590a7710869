"""Checks a file that lies in quarantine: by its name, in a process with limits, and by a scanner."""

from __future__ import annotations

import json
from pathlib import Path

from prevent_portal.documents.file_types import FILE_TYPES, FileType
from prevent_portal.documents.policies import refusal, type_named
from prevent_portal.limited_process import Ending, Limits, run

_READER = Path(__file__).with_name("file_reader.py")
LIMITS = Limits(memory=768 << 20, processor_seconds=10, seconds=20, answer=1_000)
"""What a check may take."""
_PART_BYTES = 1 << 20


def check_content(name: str, path: Path) -> FileType:
    """Return the type of which extension, first bytes and a full parse agree.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence, if they do not, or if the file is
            protected, holds programs, is too big unpacked, or does not let itself be read in time.
    """
    extension = type_named(name)
    with path.open("rb") as content:
        parts = iter(lambda: content.read(_PART_BYTES), b"")
        outcome = run(_READER, extension, limits=LIMITS, feed=parts)
    if outcome.ending in {Ending.OVERDUE, Ending.OVERWORKED}:
        raise refusal("too_long", extension)
    if outcome.ending is not Ending.ANSWERED:
        # The parser took the process with it: killed for its memory, or crashed.
        raise refusal("damaged", extension)
    said = json.loads(outcome.answer)
    if said != {"checked": True}:
        raise refusal(said["refused"], extension)
    return FILE_TYPES[extension]
