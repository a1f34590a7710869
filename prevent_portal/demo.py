"""The demo and the development server: every process of the portal, started and stopped together.

    python -m prevent_portal.demo                the demo: production settings, the demo councils
    python -m prevent_portal.demo --development  the same with DEBUG and reload

The processes are the ones of production: web, worker and beat sign in as the app's role; only the step that
migrates knows the owner's login. A process that dies is started again; Ctrl-C stops them all.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from prevent_portal.embedded import (
    Servers,
    ServersError,
    dies_with_parent,
    make_directory,
    open_lock,
    remove_data,
    tail,
    try_lock,
    write_private,
)

ROOT = Path(__file__).resolve().parent.parent
HEALTHY_SECONDS = 60.0
LOADED = "loaded.txt"
STOP_SECONDS = 2.5
RESTARTS = 5
UNUSED_FILES = ["redoc"]


class Stopped(Exception):
    """Somebody asked the demo to stop."""


@dataclass
class Process:
    """One process of the portal, with a log, in a session of its own so that all its children go with it."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    restarts: int = 0
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=dict(self.environment),
                start_new_session=True,
                # By force: the servers go at the same moment, and a worker asked kindly waits for them.
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock
            )

    def code(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self.running.poll() if self.running else None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and all its children."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)

    def terminate(self) -> None:
        """Ask the process to stop; it tells its own children."""
        if self.running and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)


class Demo:
    """The portal's processes on this machine.

    Raises `ServersError` when something does not start; its message says what and why.
    """

    def __init__(self, *, directory: Path, port: int, development: bool) -> None:
        self.directory = directory
        self.port = port
        self.development = development
        self.address = f"http://localhost:{port}"
        self.logs = directory / "logs"

    def run(self) -> None:
        """Start everything, print where it is, and keep it running until `Stopped`."""
        refuse_busy_port(self.port)
        make_directory(self.directory)
        self.logs.mkdir(exist_ok=True)
        started = time.monotonic()
        with contextlib.ExitStack() as held:
            if not try_lock(held.enter_context(open_lock(self.directory / "demo.lock"))):
                raise ServersError(f"The portal is already running from {self.directory.parent}.")
            say("Starting PostgreSQL and Valkey")
            servers = held.enter_context(Servers(self.directory))
            environment = self._environment(servers.environment)
            self._prepare(environment)
            # Web, worker and beat never learn the owners' logins.
            environment.pop("DATABASE_OWNER_URL", None)
            environment.pop("KEY_STORE_OWNER_URL", None)
            processes = self._processes(environment)
            try:
                say("Starting web, worker and beat")
                for process in processes:
                    process.start()
                self._wait_until_healthy(processes)
                self._announce(time.monotonic() - started)
                self._watch(servers, processes)
            finally:
                stop(processes)

    def _environment(self, addresses: Mapping[str, str]) -> dict[str, str]:
        return {
            **os.environ,
            **addresses,
            "DJANGO_SETTINGS_MODULE": "prevent_portal.settings",
            "SECRET_KEY": os.environ.get("SECRET_KEY") or kept_key(self.directory / "secret-key"),
            "DEBUG": "true" if self.development else "false",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "PUBLIC_URL": self.address,
            "BIND": f"127.0.0.1:{self.port}",
            "MEDIA_ROOT": str(self.directory / "media"),
            "AUDIT_ANCHOR_FILE": str(self.directory / "audit-heads.jsonl"),
            "EMAIL_URL": os.environ.get("EMAIL_URL") or "file:",
            "EMAIL_FILE_PATH": str(self.directory / "mail"),
            "WEB_GRACEFUL_SECONDS": "2",
            "PYTHONUNBUFFERED": "1",
        }

    def _prepare(self, environment: Mapping[str, str]) -> None:
        """Migrate, load and collect in one child process: this one stays free of Django, to start fast."""
        command = [sys.executable, "-m", "prevent_portal.demo", "--prepare", str(self.directory)]
        if self.development:
            command.append("--development")
        if subprocess.run(command, cwd=ROOT, env=dict(environment), check=False).returncode:
            raise ServersError("The database could not be prepared; the lines above say why.")

    def _processes(self, environment: Mapping[str, str]) -> list[Process]:
        python = sys.executable
        celery = [python, "-m", "celery", "--app", "prevent_portal"]
        web = (
            [python, "manage.py", "runserver", f"127.0.0.1:{self.port}"]
            if self.development
            else [python, "-m", "gunicorn", "--config", "python:prevent_portal.gunicorn"]
        )
        worker = [
            *celery,
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
        ]
        beat = [
            *celery,
            "beat",
            "--loglevel",
            "INFO",
            "--pidfile=",
            "--schedule",
            str(self.directory / "beat"),
        ]
        return [
            Process(name, command, environment, self.logs / f"{name}.log")
            for name, command in (("web", web), ("worker", worker), ("beat", beat))
        ]

    def _wait_until_healthy(self, processes: Sequence[Process]) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not healthy(f"http://127.0.0.1:{self.port}/health/"):
            for process in processes:
                if process.code() is not None:
                    raise ServersError(
                        f"{process.name} stopped. The end of {process.log}:\n{tail(process.log)}"
                    )
            if time.monotonic() > deadline:
                raise ServersError(f"{self.address}/health/ does not answer. Please look into {self.logs}.")
            time.sleep(0.1)

    def _announce(self, seconds: float) -> None:
        say(f"Ready after {seconds:.1f} seconds")
        accounts = self.directory / "accounts.txt"
        text = accounts.read_text() if accounts.exists() else ""
        print(f"\nPrevent Portal is at {self.address}\n\n{text}")
        print(f"Mail that the portal sends is in {self.directory / 'mail'}, logs are in {self.logs}.")
        print("Ctrl-C stops everything.", flush=True)

    def _watch(self, servers: Servers, processes: Sequence[Process]) -> None:
        """Start again what dies, until `Stopped`; one that keeps dying ends the demo."""
        while True:
            time.sleep(0.5)
            for name in servers.revive():
                say(f"{name} had stopped and was started again")
            for process in processes:
                code = process.code()
                if code is None:
                    continue
                process.restarts += 1
                if process.restarts > RESTARTS:
                    raise ServersError(
                        f"{process.name} keeps stopping. The end of its log:\n{tail(process.log)}"
                    )
                say(f"{process.name} had stopped ({reason(code)}) and was started again")
                process.signal(signal.SIGKILL)
                process.start()


def stop(processes: Sequence[Process]) -> None:
    """Stop all together: kindly, then by force. Work that was cut short is done at the next start."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while (
        any(process.running and process.code() is None for process in processes)
        and time.monotonic() < deadline
    ):
        time.sleep(0.05)
    for process in processes:
        process.signal(signal.SIGKILL)
        if process.running:
            process.running.wait()


def prepare(directory: Path, *, development: bool) -> None:
    """Migrate as the owner, load the demo's councils, list the accounts and collect static files."""
    import django  # noqa: PLC0415 - only this child process needs it
    from django.core.management import call_command  # noqa: PLC0415 - needs the app registry

    django.setup()
    say("Migrating the database")
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    if not is_loaded(directory):
        say("Loading the demo councils")
        call_command("load_demo")
        (directory / LOADED).write_text(demo_version())
    with (directory / "accounts.txt").open("w") as accounts:
        call_command("demo_accounts", stdout=accounts)
    if not development:
        collect_static()


def demo_version() -> str:
    """A checksum of everything that says what the demo's data is."""
    checksum = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/demo*.py"), *ROOT.glob("*/demo/**/*.py"), *ROOT.glob("*/*/demo.py")]):
        checksum.update(path.read_bytes())
    return checksum.hexdigest()


def is_loaded(directory: Path) -> bool:
    """Whether this very data was loaded from here before, and its people are in the database."""
    from prevent_portal.accounts.demo import ACCOUNTS  # noqa: PLC0415 - only the preparing process has settings
    from prevent_portal.accounts.models import User  # noqa: PLC0415 - needs the app registry

    stamp = directory / LOADED
    if not stamp.exists() or stamp.read_text() != demo_version():
        return False
    emails = [account.email for account in ACCOUNTS]
    return User.objects.filter(email__in=emails).count() == len(emails)


def collect_static() -> None:
    """Collect the static files, if any has changed since the last time.

    Older ones stay: another server of this checkout may still be handing them out.
    """
    from django.conf import settings  # noqa: PLC0415 - only the preparing process has settings
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 - needs the app registry
    from django.core.management import call_command  # noqa: PLC0415 - needs the app registry

    checksum = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            checksum.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / "collected.txt"
    if stamp.exists() and stamp.read_text() == checksum.hexdigest():
        return
    say("Collecting style sheets and scripts")
    call_command("collectstatic", verbosity=0, interactive=False, clear=False, ignore_patterns=UNUSED_FILES)
    stamp.write_text(checksum.hexdigest())


def refuse_busy_port(port: int) -> None:
    """Raise `ServersError` when something else answers at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServersError(
                f"Port {port} is in use. Please stop what uses it, "
                f"or choose another: script/demo --port {port + 1}"
            ) from error


def healthy(url: str) -> bool:
    """Whether the portal says that it is well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def kept_key(path: Path) -> str:
    """Return the demo's secret key, made at random the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    return path.read_text()


def reason(code: int) -> str:
    """Return in words how a process ended."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"==> {line}", flush=True)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    """Turn a signal into `Stopped`, once: a second Ctrl-C must not interrupt the clean stop."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code."""
    parser = argparse.ArgumentParser(prog="script/demo", description="Run the whole portal on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="the port of the web server (8000)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument("--directory", type=Path, default=ROOT / ".local", help=argparse.SUPPRESS)
    parser.add_argument("--development", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.prepare:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says goodbye for both
        prepare(options.prepare, development=options.development)
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    directory = options.directory.absolute()
    try:
        if options.fresh:
            say("Throwing away the demo's data")
            remove_data(directory)
            for name in ("media", "mail", "logs", "beat", "accounts.txt", "audit-heads.jsonl", LOADED):
                remove(directory / name)
        Demo(directory=directory, port=options.port, development=options.development).run()
    except ServersError as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped:
        say("Stopped")
    return 0


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
