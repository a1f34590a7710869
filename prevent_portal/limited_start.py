"""Gives up its rights and becomes another program. Started by `prevent_portal.limited_process` alone.

    python -P -s limited_start.py MEMORY PROCESSOR_SECONDS FILE OPEN_FILES CHILDREN program.py arguments...

What it becomes is limited from its first line, imports included, and cannot forget to be. Nothing of the
portal is loaded here. CHILDREN is 1 for the one program that may make children, `limited_children.py`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import runpy
import sys
from typing import Any

NEW_NETWORK = 0x40000000  # CLONE_NEWNET: a network that reaches nothing
OUT_OF_MEMORY = 99
"""What the process ends with if the program asked for more memory than it may have, and left it at that."""

FORK = "os.fork"
REFUSED_EVENTS = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.system",
    FORK,
    "urllib.",
)


def give_up_rights(
    memory: int, processor_seconds: int, file: int, open_files: int, children: int
) -> None:  # pragma: no cover - lasts, so it is tested in a process of its own
    """Limit what this process can use and reach from here on, for good.

    Args:
        memory: bytes that may be mapped.
        processor_seconds: of a processor's time since the process began.
        file: bytes of the largest file that may be written.
        open_files: files that may be open at once.
        children: 1 if the process may make copies of itself; each is as limited as it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    # Where the kernel grants it the process gets an empty network of its own. Where it does not, the
    # hook below still refuses every connection that Python could make.
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is not None:
        unshare(NEW_NETWORK)

    refused = tuple(event for event in REFUSED_EVENTS if not (children and event == FORK))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(refused):
            raise PermissionError(f"refused: {event}")

    sys.addaudithook(refuse)


def main() -> None:  # pragma: no cover - runs in a process of its own
    """Give up the rights, run the program as if it had been started itself."""
    give_up_rights(*map(int, sys.argv[1:6]))
    del sys.argv[:6]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except MemoryError:
        # At once: to end in order takes memory.
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":  # pragma: no cover
    main()
