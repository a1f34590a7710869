"""How the suite measures itself: every worker counts, too little fails the run, no test is slowed."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.measuring import Report


def reached(lines: list[int], branches: list[tuple[int, int]]) -> dict[str, Any]:
    """What a worker found of a file of four lines with a branch each way."""
    every = [(2, 3), (2, 4)]
    return {
        "meta": {"software": "slipcover", "branch_coverage": True},
        "files": {
            "portal.py": {
                "executed_lines": lines,
                "missing_lines": [line for line in (1, 2, 3, 4) if line not in lines],
                "executed_branches": branches,
                "missing_branches": [each for each in every if each not in branches],
            }
        },
        "summary": {"percent_covered": 100 * (len(lines) + len(branches)) / 6},
    }


def status_after(report: Report, status: int = pytest.ExitCode.OK) -> int:
    session: Any = SimpleNamespace(exitstatus=status)
    report.pytest_sessionfinish(session)
    return int(session.exitstatus)


def test_what_one_worker_reached_and_what_the_other_reached_is_added_up() -> None:
    report = Report(least=95)
    report.add(reached([1, 2, 4], [(2, 4)]))
    assert report.sentence().startswith("Coverage of lines and branches: 66.67 % (FAIL")
    report.add(reached([1, 2, 3], [(2, 3)]))
    assert report.sentence() == "Coverage of lines and branches: 100.00 % (at least 95 %)"


def test_a_branch_never_taken_counts_as_a_line_does_and_too_little_fails_the_run() -> None:
    report = Report(least=80)
    report.add(reached([1, 2, 3, 4], [(2, 3)]))
    assert status_after(report) == pytest.ExitCode.OK
    report.least = 84
    assert status_after(report) == pytest.ExitCode.TESTS_FAILED
    assert status_after(report, pytest.ExitCode.INTERRUPTED) == pytest.ExitCode.INTERRUPTED


def test_a_run_whose_workers_measured_nothing_fails() -> None:
    assert status_after(Report(least=95)) == pytest.ExitCode.TESTS_FAILED


def test_the_portals_own_threshold_is_95() -> None:
    assert Report().least == 95


def test_no_tracer_slows_the_tests_down() -> None:
    assert sys.gettrace() is None
