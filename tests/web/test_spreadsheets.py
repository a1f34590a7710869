"""Which cells of a sheet are one."""

from __future__ import annotations

import time

import pytest

from prevent_portal.web.spreadsheets import Cell, Sheet

ROWS: list[list[Cell]] = [[None] * 4 for _ in range(6)]
DOWN, ACROSS, BELOW = (2, 2, 4, 3), (5, 2, 5, 4), (6, 3, 7, 3)
SHEET = Sheet("", ROWS, first_row=2, first_column=2, merged=[BELOW, DOWN, ACROSS])


@pytest.mark.parametrize(
    ("line", "column", "area"),
    [
        (2, 2, DOWN), (4, 3, DOWN), (4, 4, None), (5, 3, ACROSS), (5, 4, ACROSS), (5, 5, None),
        (6, 2, None), (7, 3, BELOW), (8, 3, None), (1, 2, None), (2, 1, None),
    ],
)  # fmt: skip
def test_a_cell_knows_the_cells_that_it_is_one_with(
    line: int, column: int, area: tuple[int, int, int, int] | None
) -> None:
    assert SHEET.merged_at(line, column) == area


def test_thousands_of_merged_cells_cost_thousands_of_rows_nothing() -> None:
    rows: list[list[Cell]] = [[None] * 60 for _ in range(5_000)]
    sheet = Sheet("", rows, merged=[(line, 1, line, 60) for line in range(1, 5_001)])
    began = time.process_time()
    for line in range(1, 5_001):
        assert all(sheet.merged_at(line, column) == (line, 1, line, 60) for column in range(1, 18))
    assert time.process_time() - began < 4, "gone through one by one it takes more than ten seconds"
