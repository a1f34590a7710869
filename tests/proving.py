"""The pytest plugin behind `script/prove`: the long looks at every page, which no day waits for.

A test marked ``prove`` runs only there. There a test also measures again what it leaves each day to the walk
over every page: see ``look_again`` in tests/browser/pages.py.
"""

from __future__ import annotations

import os

import pytest

_ON = "PORTAL_PROVES"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("prove").addoption(
        "--prove", action="store_true", help="also run the tests that are too long for each day"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "prove: too long for each day; script/prove runs it")
    if config.getoption("prove"):
        os.environ[_ON] = "1"


def proves() -> bool:
    """Whether this run is script/prove's."""
    return _ON in os.environ


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ones out, unless they are asked for."""
    if proves():
        return
    kept, dropped = [], []
    for item in items:
        (dropped if item.get_closest_marker("prove") else kept).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept
