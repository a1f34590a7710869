"""The pytest plugin that measures branch coverage in a run that `script/test` starts (MEASURE=1).

SlipCover writes a probe before each line and branch of the portal's own modules as a worker imports them; the
libraries around them run at full speed. A tracer, all that coverage.py has on this Python, slows every frame
of every library too, and doubled the time of the suite.

It stands first among the plugins, since what is imported before it goes unmeasured. It counts what the
workers do themselves, and the processes that a test names to `measured_too`; other processes that tests start
go uncounted, so the true figure is never lower than the one printed. What to measure, and the least that
passes, is in pyproject.toml.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import slipcover
from slipcover.config import read_config

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = read_config(PROJECT / "pyproject.toml")
MEASURE = "MEASURE"
MEASURE_ONLY = "MEASURE_ONLY"
MEASURE_INTO = "MEASURE_INTO"
OUTPUT = "coverage"
LEAVE_PROBES = -1  # one that was reached costs little; to take it out means to go through all code again


class Measuring:
    """Measures what this process imports from now on."""

    def __init__(self) -> None:
        source, omit = [str(PROJECT / folder) for folder in SETTINGS["source"]], SETTINGS["omit"]
        self.measured = slipcover.Slipcover(
            branch=True,
            d_miss_threshold=LEAVE_PROBES,
            source=source,
            omit=omit,
            exclude_also=SETTINGS["exclude-also"],
        )
        matcher = slipcover.FileMatcher(sources=source, omit=omit)
        self.imports = slipcover.ImportManager(self.measured, matcher)
        self.imports.__enter__()

    def result(self) -> dict[str, Any]:
        """Return the lines and branches that were reached, and those that were not."""
        result: dict[str, Any] = self.measured.get_coverage()
        return result


class Worker(Measuring):
    """Gives the controlling process what this worker measured, with the processes that it asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="prevent-portal-measured-")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: Any) -> None:
        self.imports.__exit__()
        result = self.result()
        for path in Path(self.folder.name).iterdir():
            result = slipcover.merge_coverage(result, json.loads(path.read_text()))
        session.config.workeroutput[OUTPUT] = json.dumps(result)
        self.folder.cleanup()


class Report:
    """Adds up the workers' results, prints what no test reaches, and fails a run that measured too little."""

    def __init__(self, least: float = SETTINGS["fail-under"]) -> None:
        self.least = least
        self.merged: dict[str, Any] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        output = getattr(node, "workeroutput", {})
        if OUTPUT in output:
            self.add(json.loads(output[OUTPUT]))

    def add(self, coverage: dict[str, Any]) -> None:
        """Add what another worker reached."""
        self.merged = slipcover.merge_coverage(self.merged, coverage) if self.merged else coverage

    @property
    def percent(self) -> float:
        """The share of lines and branches that a test reached; 0 when nothing was measured."""
        return float(self.merged["summary"]["percent_covered"]) if self.merged else 0.0

    @property
    def enough(self) -> bool:
        """Whether the run may pass."""
        return self.percent >= self.least

    def sentence(self) -> str:
        """Say what was measured, and whether it is enough."""
        word = "at least" if self.enough else "FAIL: too little, for there must be"
        return f"Coverage of lines and branches: {self.percent:.2f} % ({word} {self.least:.0f} %)"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self.enough and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("coverage")
        if self.merged:
            slipcover.print_coverage(
                self.merged, outfile=terminalreporter._tw._file, skip_covered=True, missing_width=60
            )
        terminalreporter.write_line(self.sentence(), red=not self.enough)


def pytest_configure(config: pytest.Config) -> None:
    """Register what this process has to do, if the run measures."""
    if worker is not None:
        config.pluginmanager.register(worker, "coverage-worker")
    elif MEASURE in os.environ:
        config.pluginmanager.register(Report(), "coverage-report")


def measured_too(environment: Mapping[str, str], *, argument: str) -> dict[str, str]:
    """Return the environment in which a process with this argument is measured, if this one is."""
    if worker is None:
        return dict(environment)
    return {
        **environment,
        MEASURE_ONLY: argument,
        MEASURE_INTO: worker.folder.name,
        "PYTHONPATH": os.pathsep.join(
            filter(None, (str(PROJECT / "tests/measured"), str(PROJECT), os.environ.get("PYTHONPATH")))
        ),
    }


worker = Worker() if MEASURE in os.environ and "PYTEST_XDIST_WORKER" in os.environ else None
if worker is not None:
    del os.environ[MEASURE]  # a run of tests inside a test is not part of the measuring
