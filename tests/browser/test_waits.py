"""No browser test asserts, measures or reads the database right after a click, before its page is there."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

_TESTS = sorted(Path(__file__).parent.glob("test_*.py"))


def hasty(source: str) -> list[int]:
    """Lines that follow a bare click and do not wait for anything of the next page."""
    return [
        after.lineno
        for before, after in _pairs(ast.parse(source))
        if _is_click(before) and not _waits(ast.get_source_segment(source, after) or "")
    ]


def _pairs(tree: ast.AST) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from itertools.pairwise(block)


def _is_click(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr == "click"
    )


def _waits(text: str) -> bool:
    # Actions and expectations of Playwright wait for the element; whatever else comes next does not.
    return "expect(" in text or ".expect_" in text or ".get_by_" in text or ".locator(" in text


@pytest.mark.parametrize("path", _TESTS, ids=lambda path: path.stem)
def test_what_comes_after_a_click_waits_for_the_next_page(path: Path) -> None:
    assert hasty(path.read_text(encoding="utf-8")) == []


def test_a_hasty_line_is_found() -> None:
    assert hasty("page.locator('a').click()\nassert page.url == '/'\n") == [2]
    assert hasty("page.locator('a').click()\nexpect(page).to_have_url('/')\n") == []
