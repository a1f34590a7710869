"""A figure is printed only by the test that proves it, and only with its control."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from prevent_portal.web.management.commands import figures as command
from tests import figures as plugin
from tests.figures import Collector, added


def test_parts_of_a_figure_are_added_number_by_number() -> None:
    collector = Collector()
    for cells in (3, 4):
        collector.add({"name": "sweep", "value": {"cells": cells, "leaks": 0}, "control": "shown"})
    assert collector.figures == {
        "sweep": {"name": "sweep", "value": {"cells": 7, "leaks": 0}, "control": "shown"}
    }
    assert added({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}
    assert added(1.5, 2) == 3.5
    assert added("x", "y") == "x; y"


def test_a_figure_needs_its_mark_and_its_control(request: pytest.FixtureRequest) -> None:
    record = request.getfixturevalue("record_figure")
    with pytest.raises(ValueError, match="Mark the test"):
        record("unmarked", 1, control="x")


@pytest.mark.figures("itself")
def test_a_figure_without_a_control_is_refused(request: pytest.FixtureRequest) -> None:
    record = request.getfixturevalue("record_figure")
    with pytest.raises(ValueError, match="has no control"):
        record("itself", 1, control="")


def fake_run(lines: list[dict[str, Any]], code: int) -> Any:
    def run(arguments: list[str], **options: Any) -> Any:
        path = next(part for part in arguments if part.startswith("--figures=")).removeprefix("--figures=")
        Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert arguments[1:3] == ["-m", "pytest"]
        return type("Done", (), {"returncode": code})

    return run


def test_the_command_prints_a_line_of_json_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"name": "sweep", "value": 1, "control": "x"}
    monkeypatch.setattr(command.subprocess, "run", fake_run([line], 0))
    call_command("figures", "sweep")
    assert [json.loads(text) for text in capsys.readouterr().out.splitlines()] == [line]


@pytest.mark.parametrize(
    ("code", "words"), [(1, "programme behind a figure failed"), (5, "No figure is called")]
)
def test_the_command_fails_with_its_programmes(
    monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    monkeypatch.setattr(command.subprocess, "run", fake_run([], code))
    with pytest.raises(CommandError, match=words):
        call_command("figures", "nothing")


def test_the_command_says_when_there_are_no_tests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="not part of this installation"):
        call_command("figures")


@pytest.mark.parametrize(
    ("written_to", "kept"), [(None, ["daily", "plain"]), (Path("figures.json"), ["daily", "long"])]
)
def test_what_takes_too_long_for_each_day_runs_with_the_figures_alone(
    written_to: Path | None, kept: list[str]
) -> None:
    marks = {
        "daily": [pytest.mark.figures("a").mark],
        "long": [pytest.mark.figures("b", only=True).mark],
        "plain": [],
    }
    items: list[Any] = [
        SimpleNamespace(name=name, iter_markers=lambda _, found=found: iter(found))
        for name, found in marks.items()
    ]
    dropped: list[Any] = []

    def dropped_items(items: list[Any]) -> None:
        """As pytest's hook: it is called by the name of its argument."""
        dropped.extend(items)

    config: Any = SimpleNamespace(
        getoption=lambda name: {"figures": written_to, "figure": []}[name],
        hook=SimpleNamespace(pytest_deselected=dropped_items),
    )
    plugin.pytest_collection_modifyitems(config, items)
    assert [item.name for item in items] == kept
    assert sorted(item.name for item in items + dropped) == ["daily", "long", "plain"]
