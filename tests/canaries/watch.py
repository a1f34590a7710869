"""The pytest plugin that watches, through every test, that no canary gets out of a sealed field (RC-5, OP-1).

Factories write canaries into sealed fields of cases (words.py). Each test's statements to either database,
commands to the broker and cache, sessions, workbooks and other archives, and whatever it logs or prints are
searched for them on the way; at the end of each worker, what lies in its broker, cache and folders, PDF files
too. A test that lets one out fails, wherever the word went: also when the test itself rolls everything back,
so that no dump would show it.

Not searched: the write-ahead log, which repeats statements, and answers to people, which may show a case.
"""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.searching import found_in_broker, found_in_files
from tests.canaries.words import NUMBER, canaries_in, forms_in
from tests.measuring import MEASURE

OUTPUT = "canaries"


class Watch:
    """What this process searched, and what it found."""

    def __init__(self) -> None:
        self.searched: Counter[str] = Counter()
        self.sealed: dict[str, set[str]] = {}
        self.found: list[str] = []

    def look(self, place: str, content: bytes) -> None:
        """Search some bytes on their way to a place."""
        self.searched[place] += 1
        if forms := forms_in(content):
            self.found.append(f"{place}, {', '.join(sorted(forms))}: {content[:300]!r}")

    @contextlib.contextmanager
    def expecting(self) -> Iterator[list[str]]:
        """What is found inside the block: a control, which fails no test."""
        before, self.found = self.found, []
        try:
            yield self.found
        finally:
            self.found = before

    def taken(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


watch = Watch()


def _before(owner: Any, name: str, look: Callable[..., None]) -> None:
    """Look at the arguments of a function before it has them."""
    function = getattr(owner, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        look(*args, **kwargs)
        return function(*args, **kwargs)

    setattr(owner, name, watched)


def _bytes_of(content: Any) -> bytes:
    return content.encode() if isinstance(content, str) else bytes(content)


def _statement(cursor: Any, query: Any, **_: Any) -> None:
    watch.look("statements", query.query)


def _command(connection: Any, command: Any, *_: Any, **__: Any) -> None:
    parts = [command] if isinstance(command, str) else command
    watch.look("broker and cache", b"".join(_bytes_of(part) for part in parts))


def _session(store: Any, values: Any) -> None:
    watch.look("sessions", json.dumps(values, default=str).encode())


def _packed(archive: Any, name: Any, content: Any = b"", *_: Any, **__: Any) -> None:
    watch.look("archives", _bytes_of(content))


def _added(archive: Any, path: Any, *_: Any, **__: Any) -> None:
    watch.look("archives", Path(path).read_bytes())


def _sealed(key: bytes, content: bytes, place: Sequence[str]) -> None:
    if list(place[:1]) == ["sealed field"] and (words := canaries_in(content.decode())):
        watch.sealed.setdefault(f"{place[2]}.{place[4]}", set()).update(words)


def pytest_configure(config: pytest.Config) -> None:
    """Stand where everything of a test passes, and add up what the workers saw."""
    # Here and not above: what is imported before the measuring of coverage has begun is not measured.
    from django.contrib.sessions.backends.base import SessionBase
    from psycopg.client_cursor import ClientCursor
    from redis.connection import AbstractConnection

    from prevent_portal.keys import ciphers

    _before(ClientCursor, "_execute_send", _statement)
    _before(AbstractConnection, "send_packed_command", _command)
    _before(SessionBase, "encode", _session)
    _before(zipfile.ZipFile, "writestr", _packed)
    _before(zipfile.ZipFile, "write", _added)
    _before(ciphers, "encrypt", _sealed)
    config.pluginmanager.register(Report(whole=MEASURE in os.environ), "canaries-report")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fail the test in whose time a canary got out, with the place where it was found."""
    report: pytest.TestReport = yield  # type: ignore[misc] # what the other plugins made of it
    return judged(report)  # type: ignore[return-value]


def judged(report: pytest.TestReport) -> pytest.TestReport:
    """The report of a test, failed if its canaries got out."""
    if report.when == "teardown":
        for name, text in report.sections:
            watch.look("log and output", f"{name}\n{text}".encode())
        if found := watch.taken():
            report.outcome = "failed"
            report.longrepr = "\n".join(["A canary got out of a sealed field:", *found])
    return report


class Report:
    """Adds up what the workers saw, prints it, and fails a run whose canaries got out or never flew."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.searched: Counter[str] = Counter()
        self.sealed: dict[str, set[str]] = {}
        self.found: list[str] = []

    def add(self, seen: dict[str, Any]) -> None:
        """Add what one process saw."""
        self.searched.update(seen["searched"])
        for field, words in seen["sealed"].items():
            self.sealed.setdefault(field, set()).update(words)
        self.found += seen["found"]

    def faults(self) -> list[str]:
        """Why the run may not pass."""
        faults = [f"A canary lies outside a sealed field: {found}" for found in self.found]
        if self.whole:
            flown = set().union(*self.sealed.values())
            if len(flown) < NUMBER:
                faults.append(f"The run sealed {len(flown)} canaries, and there must be {NUMBER}.")
            faults += [
                f"No canary was ever sealed in {name}." for name in sorted(_fields() - set(self.sealed))
            ]
        return faults

    def sentence(self) -> str:
        """Say what was searched."""
        flown = len(set().union(*self.sealed.values()))
        searched = ", ".join(f"{number:,} {place}" for place, number in sorted(self.searched.items()))
        return f"Canaries: {flown} sealed in {len(self.sealed)} fields; searched {searched}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        output = getattr(node, "workeroutput", {})
        if OUTPUT in output:
            self.add(json.loads(output[OUTPUT]))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.faults() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.sealed or self.faults():
            terminalreporter.section("canaries")
            terminalreporter.write_line(self.sentence())
        for fault in self.faults():
            terminalreporter.write_line(fault, red=True)


def _fields() -> set[str]:
    """Every sealed field about a case. A file holds references alone, so no canary ever comes there."""
    from django.apps import apps

    from prevent_portal.keys.models import SealedRow

    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if issubclass(model, SealedRow)
        for field in model.sealed_fields()
    } - {"channel_panelfile.content"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search what this process leaves in its broker, cache and folders, and tell whoever adds it up."""
    from django.conf import settings

    if not watch.searched:
        return
    # The cache and the broker of this process are one database.
    found = found_in_files(settings.MEDIA_ROOT.parent) | found_in_broker(settings.REDIS_URL)
    sealed = {field: sorted(words) for field, words in watch.sealed.items()}
    late = [*watch.taken(), *(f"{place}: {', '.join(sorted(forms))}" for place, forms in found.items())]
    output = json.dumps({"searched": watch.searched, "sealed": sealed, "found": late})
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[OUTPUT] = output
    else:
        report = session.config.pluginmanager.get_plugin("canaries-report")
        assert isinstance(report, Report)
        report.add(json.loads(output))
