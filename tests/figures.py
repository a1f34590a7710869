"""The pytest plugin behind `manage.py figures`: tests say what they measured, and what their control showed.

A figure is recorded by the test that proves it, so it can never say more than the suite does::

    @pytest.mark.figures("ids tried in forms")
    def test_no_foreign_id_is_accepted(record_figure):
        ...
        record_figure("ids tried in forms", {"tried": 912, "accepted": 0}, control="with the check off: 304")

`control` is what the same programme shows when the guard is taken away; a figure without one is refused.
Parts that several tests (or several workers) record under one name are added up, number by number.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Value = int | float | str | dict[str, Any]
RecordFigure = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("figures")
    group.addoption("--figures", type=Path, help="run only tests that record figures, and write them here")
    group.addoption("--figure", action="append", default=[], help="only the figures of this name")


def pytest_configure(config: pytest.Config) -> None:
    words = (
        "figures(*names, only=False): the figures that this test records; only=True: too long for each day"
    )
    config.addinivalue_line("markers", words)
    config.pluginmanager.register(Collector(), "figures-collector")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --figures, keep the tests that record one, or one of those asked for; else those of each day."""
    wanted, daily = set(config.getoption("figure")), config.getoption("figures") is None
    kept, dropped = [], []
    for item in items:
        marks = list(item.iter_markers("figures"))
        names = {name for mark in marks for name in mark.args}
        if daily:
            stays = not any(mark.kwargs.get("only") for mark in marks)
        else:
            stays = bool(names and (not wanted or names & wanted))
        (kept if stays else dropped).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


@pytest.fixture
def record_figure(request: pytest.FixtureRequest) -> RecordFigure:
    """Record one figure, or a part of one: name, value, and what the control showed."""
    allowed = {name for mark in request.node.iter_markers("figures") for name in mark.args}

    def record(name: str, value: Value, *, control: Value) -> None:
        if name not in allowed:
            raise ValueError(f"Mark the test with @pytest.mark.figures({name!r}).")
        if control in ("", None):
            raise ValueError(f"The figure {name!r} has no control.")
        figure = {"name": name, "value": value, "control": control}
        request.node.user_properties.append(("figure", json.dumps(figure)))

    return record


class Collector:
    """Gathers the figures of every worker's reports, in the process that controls the run."""

    def __init__(self) -> None:
        self.figures: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        for key, text in report.user_properties:
            if key == "figure":
                self.add(json.loads(str(text)))

    def add(self, part: dict[str, Any]) -> None:
        known = self.figures.setdefault(part["name"], part)
        if known is not part:
            known["value"] = added(known["value"], part["value"])
            known["control"] = added(known["control"], part["control"])

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        lines = [json.dumps(self.figures[name], ensure_ascii=False) for name in sorted(self.figures)]
        path: Path | None = config.getoption("figures")
        if path is not None:
            path.write_text("".join(f"{line}\n" for line in lines))
        elif lines:
            terminalreporter.section("figures")
            terminalreporter.write("\n".join(lines) + "\n")


def added(one: Any, other: Any) -> Any:
    """Add numbers, key by key in mappings; texts that differ are both kept."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: added(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}}
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one + other
    return one if one == other else f"{one}; {other}"
