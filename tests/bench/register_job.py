"""Does the job of one staff register in a process of its own, as a worker does, and prints what it took.

    python -m tests.bench.register_job COUNCIL JOB

Whoever asks has made the file and holds it in memory; this process has not, so that its peak is the worker's.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import django

_READER = "registers/reader.py"


def main() -> None:
    django.setup()
    from django.urls import get_resolver

    import prevent_portal.celery  # noqa: F401 - a worker has it loaded
    from prevent_portal.outbox.services import jobs

    # A worker loads the addresses at its first job, and keeps them.
    get_resolver().reverse_dict  # noqa: B018
    with _highest_child() as child:
        before, began = _processor_seconds(), time.perf_counter()
        done = jobs.run(council_id=int(sys.argv[1]), job_id=UUID(sys.argv[2]))
        seconds = time.perf_counter() - began
    used = [round(after - ours, 2) for after, ours in zip(_processor_seconds(), before, strict=True)]
    found = {"done": done, "seconds": seconds, "worker": _highest("self"), "child": child[0], "used": used}
    sys.stdout.write(json.dumps(found))


def _processor_seconds() -> tuple[float, float]:
    """What this process and those it ran have used of a processor, however many others share it."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def _highest(process: str) -> int:
    """The most memory that a process held, in megabytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


@contextmanager
def _highest_child() -> Iterator[list[int]]:
    """The most memory that the reading process held, in megabytes."""
    found, done = [0], threading.Event()

    def look() -> None:
        me = Path("/proc/self/task")
        while not done.wait(0.05):
            for pid in {pid for task in me.glob("*/children") for pid in task.read_text().split()}:
                try:
                    if _READER in Path(f"/proc/{pid}/cmdline").read_text():
                        found[0] = max(found[0], _highest(pid))
                except OSError:
                    continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main()
