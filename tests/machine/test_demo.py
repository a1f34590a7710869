"""The demo as a person runs it: it comes up, serves, heals and goes away."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from channel.demo import BARNET_CASE, MEETING_STATEMENT
from prevent_portal import embedded
from prevent_portal.demo import ROOT
from tests.measuring import measured_too

START_SECONDS = 400


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(directory: Path, port: int) -> list[str]:
    """Return the command that script/demo ends with."""
    options = ["--directory", str(directory), "--port", str(port)]
    return [sys.executable, "-m", "prevent_portal.demo", *options]


@dataclass
class Running:
    """A demo that is up."""

    process: subprocess.Popen[str]
    directory: Path
    port: int
    log: Path

    def get(self, path: str) -> bytes:
        """Fetch a page."""
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=20) as answer:
            return bytes(answer.read())

    def children(self) -> dict[str, int]:
        """Return the process numbers of the demo's direct children by what they are."""
        shown = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "pid=,args="],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        words = ("gunicorn", "worker", "beat", "postgres", "valkey")
        return {
            next(word for word in words if word in arguments): int(pid)
            for pid, arguments in (line.split(maxsplit=1) for line in shown.splitlines())
        }


@contextlib.contextmanager
def demo(directory: Path, log: Path, *, measured: bool) -> Iterator[Running]:
    """A demo that runs until the block ends, or less long."""
    port = free_port()
    environment = {
        key: value for key, value in os.environ.items() if key not in {"STATIC_ROOT", "MEDIA_ROOT"}
    }
    if measured:
        environment = measured_too(environment, argument="--prepare")
    with log.open("w") as output:
        process = subprocess.Popen(
            command(directory, port), cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
        )
    try:
        up = embedded.wait_until(
            lambda: process.poll() is not None or "Ctrl-C stops everything" in log.read_text(), START_SECONDS
        )
        assert up, log.read_text()
        assert process.poll() is None, log.read_text()
        yield Running(process, directory, port, log)
    finally:
        process.terminate()
        process.wait(30)


def health(demo: Running, what: str) -> int:
    """Return the exit code of the health check that containers run, in the environment of that process."""
    pid = demo.children()[{"web": "gunicorn"}.get(what, what)]
    own = dict(
        line.split("=", 1) for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in line
    )
    own["BEAT_SCHEDULE"] = str(demo.directory / "beat")
    check = [sys.executable, "script/health", what]
    return subprocess.run(check, cwd=ROOT, env=own, check=False, capture_output=True).returncode


def serves_heals_and_stops(demo: Running) -> None:
    """Assert what a person who runs the demo relies on, up to its end by Ctrl-C."""
    said = demo.log.read_text()
    assert f"Prevent Portal is at http://localhost:{demo.port}" in said
    assert demo.get("/health/") == b'{"status": "ok"}'

    # Pages name static files by their content, and the web process serves them.
    page = demo.get("/help/").decode()
    styles = re.findall(r'href="(/static/portal\.[0-9a-f]{12}\.css)"', page)
    assert len(styles) == 1
    assert len(demo.get(styles[0])) > 100

    children = demo.children()
    assert set(children) == {"gunicorn", "worker", "beat", "postgres", "valkey"}

    # The containers' health checks say what is so.
    assert embedded.wait_until(lambda: health(demo, "worker") == 0, 60)
    assert (health(demo, "web"), health(demo, "beat")) == (0, 0)

    # Nobody who serves or works is anything but the app.
    home = embedded.reachable_home(demo.directory, embedded.Account.choose())
    kept = embedded.stored_secrets(home / "secrets.json")
    sockets = Path(f"/proc/{children['postgres']}/cmdline").read_bytes().split(b"unix_socket_directories=")[1]
    with psycopg.connect(
        host=sockets.split(b"\0")[0].decode(), user="postgres", password=kept["postgres"], dbname="postgres"
    ) as superuser:
        roles = superuser.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'portal' AND usename IS NOT NULL"
        ).fetchall()
        assert roles == [("portal_app",)]

    # A process that dies is started again.
    os.kill(children["worker"], signal.SIGKILL)
    assert embedded.wait_until(
        lambda: "worker had stopped (signal 9) and was started again" in demo.log.read_text(), 10
    )
    os.kill(children["postgres"], signal.SIGKILL)
    assert embedded.wait_until(
        lambda: "PostgreSQL had stopped and was started again" in demo.log.read_text(), 20
    )
    assert demo.get("/health/") == b'{"status": "ok"}'

    # A second one is refused in words, on this port and on another.
    for port, words in ((demo.port, f"Port {demo.port} is in use"), (free_port(), "already running")):
        refused = subprocess.run(
            command(demo.directory, port),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert refused.returncode == 1
        assert words in refused.stderr

    everybody = demo.children()
    started = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert time.monotonic() - started < 5
    assert demo.log.read_text().endswith("==> Stopped\n")
    for name, pid in everybody.items():
        assert not embedded.alive(pid), name
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", demo.port))


def leaves_no_orphans_when_killed(demo: Running) -> None:
    """Assert that the kernel stops every process of a demo that had no chance to."""
    children = demo.children()
    assert len(children) == 5
    demo.process.kill()
    demo.process.wait(10)
    for name, pid in children.items():
        assert embedded.wait_until(lambda pid=pid: not embedded.alive(pid), 15), name


def keeps_no_case_in_the_clear(demo: Running) -> None:
    """Assert that no word of a case lies on the disk: not in tables, log of writes, broker, mail or logs."""
    home = embedded.reachable_home(demo.directory, embedded.Account.choose())
    files = [path for folder in {demo.directory, home} for path in folder.rglob("*") if path.is_file()]
    case, clear = BARNET_CASE[100:140].encode(), MEETING_STATEMENT[:40].encode()
    found: dict[bytes, list[Path]] = {case: [], clear: []}
    for path in [*files, demo.log]:
        content = path.read_bytes()
        for words, holders in found.items():
            holders.extend([path] if words in content else [])
    assert found[case] == []
    assert len(found[clear]) >= 1  # the control: the statement to sign is no secret


def test_health_checks_fail_where_nothing_runs(tmp_path: Path, no_addresses: None) -> None:
    nowhere = {
        "BIND": f"127.0.0.1:{free_port()}",
        "BEAT_SCHEDULE": str(tmp_path / "beat"),
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "DATABASE_URL": "postgres://portal_app@127.0.0.1:1/portal",
    }
    for what in ("web", "worker", "beat"):
        check = [sys.executable, "script/health", what]
        done = subprocess.run(
            check, cwd=ROOT, env={**os.environ, **nowhere}, check=False, capture_output=True
        )
        assert done.returncode == 1, what


def test_demo_serves_heals_and_ends_without_a_trace_stopped_or_killed(
    directory: Path, tmp_path: Path
) -> None:
    # Only the first start is measured: it alone fills the database, which no other test does as a whole.
    with demo(directory, tmp_path / "cold.log", measured=True) as cold:
        serves_heals_and_stops(cold)
    keeps_no_case_in_the_clear(cold)
    with demo(directory, tmp_path / "warm.log", measured=False) as warm:
        leaves_no_orphans_when_killed(warm)
