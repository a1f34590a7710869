"""The heads of the chains, written outside the database, where its administrator cannot reach (AL-2).

The file gets one line of JSON each time. It belongs on storage that only grows: a share of another machine, a
bucket that is mounted write-once, or a file that a log shipper carries away.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone


@dataclass(frozen=True)
class Anchor:
    """How far a chain had come, and its hash there."""

    chain: int
    seq: int
    hash: str


@dataclass
class AnchorLog:
    """What the file says."""

    anchors: list[Anchor] = field(default_factory=list)
    verified_at: datetime | None = None
    alerted_at: datetime | None = None
    unreadable: int = 0

    def newest(self) -> dict[int, Anchor]:
        """The last anchor of each chain."""
        return {anchor.chain: anchor for anchor in self.anchors}


def anchor_file() -> Path:
    """Where the heads go."""
    return Path(settings.AUDIT_ANCHOR_FILE)


def read_anchors() -> AnchorLog:
    """Read the whole file; one that is not there holds nothing. Half a line of a crash is counted alone."""
    log = AnchorLog()
    for line in _lines(anchor_file()):
        try:
            said: dict[str, Any] = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            log.anchors += [
                Anchor(int(chain), seq, text) for chain, (seq, text) in said.get("heads", {}).items()
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            log.unreadable += 1
            continue
        if "verified" in said:
            log.verified_at = at
        if "alerted" in said:
            log.alerted_at = at
    return log


def write_heads(heads: Sequence[Anchor]) -> None:
    """Add a line with these heads; without any, it still says that somebody looked."""
    _append({"heads": {str(head.chain): [head.seq, head.hash] for head in heads}})


def note_verification(*, faults: int) -> None:
    """Add a line that says when the chains were verified."""
    _append({"verified": faults == 0, "faults": faults})


def note_alert() -> None:
    """Add a line that says when somebody was told that verification is overdue."""
    _append({"alerted": True})


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
    except FileNotFoundError:
        return


def _append(said: dict[str, Any]) -> None:
    """Add one line, whole and on the disk before this returns."""
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": timezone.now().isoformat(), **said}, sort_keys=True).encode() + b"\n"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
