"""Where the bytes lie. A file's name on disk is the version's own key, so nothing of a person gets there."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

QUARANTINE = "quarantine"
KEPT = "kept"


def path_of(area: str, council_id: int, version_id: uuid.UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / area / str(council_id) / version_id.hex


def write_to_quarantine(council_id: int, version_id: uuid.UUID, chunks: Iterable[bytes]) -> tuple[Path, str]:
    """Write the bytes; return where and their SHA-256."""
    path = path_of(QUARANTINE, council_id, version_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return path, digest.hexdigest()


def promote(council_id: int, version_id: uuid.UUID) -> None:
    """Move a checked file to where it is kept. Doing it again does nothing."""
    source = path_of(QUARANTINE, council_id, version_id)
    target = path_of(KEPT, council_id, version_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    if source.exists():
        source.replace(target)


def find(council_id: int, version_id: uuid.UUID) -> Path | None:
    """Where an accepted file lies. One that a crash left behind in quarantine is promoted now."""
    promote(council_id, version_id)
    path = path_of(KEPT, council_id, version_id)
    return path if path.exists() else None


def discard(council_id: int, version_id: uuid.UUID) -> None:
    """Remove a refused file from quarantine."""
    path_of(QUARANTINE, council_id, version_id).unlink(missing_ok=True)
