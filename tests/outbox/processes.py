"""Real worker and beat processes for tests, as the app's role, in groups that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def wait_until(reached: Callable[[], object], *, seconds: float = PATIENCE, what: str = "it") -> float:
    """Wait for something to become true, and return how long it took."""
    start = time.monotonic()
    while not reached():
        assert time.monotonic() - start < seconds, f"{what} did not happen in {seconds:.0f} seconds"
        time.sleep(0.05)
    return time.monotonic() - start


class Celery:
    """One Celery process, a worker of one child or a beat."""

    def __init__(
        self, folder: Path, *arguments: str, app: str = "tests.outbox.work", **environment: str
    ) -> None:
        self.log = folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", app, *arguments, "--loglevel=INFO"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "OUTBOX_CLAIM_SECONDS": "2",
                    "OUTBOX_SILENCE_SECONDS": "0.5",
                    "DATABASE_OWNER_URL": "",
                    **environment,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @classmethod
    def worker(cls, folder: Path, **environment: str) -> Celery:
        """Start a worker and wait until it takes work."""
        name = f"w{time.monotonic_ns()}@test"
        started = cls(
            folder,
            "worker",
            "--concurrency=1",
            "--without-gossip",
            "--without-mingle",
            "-n",
            name,
            **environment,
        )
        wait_until(lambda: " ready." in started.output(), what="the worker's start")
        return started

    @classmethod
    def beat(cls, folder: Path, **environment: str) -> Celery:
        return cls(folder, "beat", "--schedule", str(folder / "beat"), "--pidfile=", **environment)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def children(self) -> list[int]:
        """The pool's processes."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """End the whole group at once, as a machine that loses power does. Twice does no harm."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
