"""Checks a file that lies in quarantine: by its name, in a child process with limits, and by a scanner."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from prevent_portal.documents.file_types import FILE_TYPES, FileType
from prevent_portal.documents.policies import refusal, type_named

_READER = Path(__file__).with_name("file_reader.py")
SECONDS = 20
"""How long a check may take by the clock; in processor time it has less."""


def check_content(name: str, path: Path) -> FileType:
    """Return the type of which extension, first bytes and a full parse agree.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence, if they do not, or if the file is
            protected, holds programs, is too big unpacked, or does not let itself be read in time.
    """
    extension = type_named(name)
    with path.open("rb") as content:
        process = subprocess.Popen(
            [sys.executable, "-I", str(_READER), extension],
            stdin=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8", **_library_path()},
            start_new_session=True,
        )
    try:
        answer, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise refusal("too_long", extension) from None
    finally:
        _end(process)
    if process.returncode == -signal.SIGXCPU:
        raise refusal("too_long", extension)
    try:
        said = json.loads(answer)
    except ValueError:
        # The parser took the process with it: killed for its memory, or crashed.
        raise refusal("damaged", extension) from None
    if said != {"checked": True}:
        raise refusal(said["refused"], extension)
    return FILE_TYPES[extension]


def _library_path() -> dict[str, str]:
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
