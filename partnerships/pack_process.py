"""Lay papers into a board pack in a process of its own, with little memory and time.

A file that passed every check when it came can still unpack to a thousand times its size, or take for ever to
draw. Whoever made it then costs one process and this pack, and no other council's jobs (EX-1).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from partnerships.pack_pages import FILE_NAME, PACK_NAME, RESULT_NAME, TOO_MUCH, NoPages, Sheet
from prevent_portal.limited_process import Ending, Limits, run

WORKER = Path(__file__).with_name("pack_pages.py")
SECONDS = 120
MEMORY = 2 << 30
LARGEST_PACK = 256 << 20


class TooMuchToDraw(NoPages):
    """The papers need more memory or time than a pack may take. The message is for people."""

    def __init__(self) -> None:
        super().__init__("The papers are too large to draw. Take some of them out of the pack.")


def lay_pages_apart(
    pack: bytes, files: Sequence[bytes], sheets: Sequence[Sheet], *, seconds: int = SECONDS
) -> tuple[bytes, int]:
    """:func:`partnerships.pack_pages.lay_pages`, in a process that has nothing to lose.

    Args:
        seconds: of processor time; by the clock it may take twice as long.

    Raises:
        TooMuchToDraw: if memory, time or the size of the result run out.
        NoPages: if a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pack-") as home:
        place = Path(home)
        (place / PACK_NAME).write_bytes(pack)
        for number, content in enumerate(files):
            (place / FILE_NAME.format(number)).write_bytes(content)
        job = {
            "files": len(files),
            "sheets": [[sheet.file, sheet.page] for sheet in sheets],
            "seconds": seconds,
        }
        outcome = run(
            WORKER,
            limits=Limits(
                memory=MEMORY,
                processor_seconds=seconds,
                seconds=2 * seconds + 10,
                answer=1_000,
                file=LARGEST_PACK,
            ),
            feed=[json.dumps(job).encode()],
            folder=place,
        )
        if outcome.ending is Ending.ANSWERED:
            return (place / RESULT_NAME).read_bytes(), int(json.loads(outcome.answer)["pages"])
        if outcome.ending is Ending.FAILED and outcome.code != TOO_MUCH:
            raise NoPages(f"The process of the pack ended with {outcome.code}.")
        raise TooMuchToDraw
