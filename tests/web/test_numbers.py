"""Figures print as people write them and never flatter."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevent_portal.web.numbers import (
    Number,
    exact,
    file_size,
    number,
    percent,
    percentage_of,
    rounded_half_up,
    worded,
)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (1007, "1,007"),
        (-1234567, "−1,234,567"),
        (12.5, "12.5"),
        (Decimal("1000.50"), "1,000.5"),
        (Fraction(1, 2), "0.5"),
        (None, ""),
    ],
)
def test_a_number_has_commas_and_unknown_is_not_zero(value: Number | None, printed: str) -> None:
    assert number(value) == printed


@pytest.mark.parametrize(
    ("value", "target", "printed"),
    [
        (Fraction(8472, 100), None, "85%"),
        (Fraction(8472, 100), 85, "84.7%"),
        (Fraction(8496, 100), 85, "84.96%"),
        (84.5, None, "85%"),
        (Decimal("85.0"), 85, "85%"),
        (Fraction(8501, 100), 85, "85%"),
        (100, 85, "100%"),
        (None, 85, ""),
        (0, 85, "0%"),
    ],
)
def test_a_percentage_has_as_many_decimals_as_it_takes_not_to_cross_the_target(
    value: Number | None, target: int | None, printed: str
) -> None:
    assert percent(value, target=target) == printed


@given(st.integers(0, 100_000), st.integers(1, 100_000), st.integers(1, 100))
def test_the_printed_percentage_lies_on_the_side_of_the_exact_one(part: int, whole: int, target: int) -> None:
    ratio = percentage_of(part, whole)
    assert ratio is not None
    printed = Fraction(Decimal(percent(ratio, target=target).rstrip("%").replace(",", "")))
    assert (printed >= target) == (ratio >= target)


@given(st.fractions(min_value=0, max_value=1000), st.integers(0, 4))
def test_rounding_is_half_up_and_never_off_by_more_than_half_a_unit(value: Fraction, decimals: int) -> None:
    unit = Fraction(1, 10**decimals)
    error = exact(rounded_half_up(value, decimals)) - value
    assert -unit / 2 < error <= unit / 2


def test_a_percentage_of_nobody_is_unknown() -> None:
    assert percentage_of(0, 0) is None


@pytest.mark.parametrize(
    ("size", "printed"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (12_400, "12 KB"), (1_234_567, "1.2 MB"), (None, "")],
)
def test_a_file_size_is_readable(size: int | None, printed: str) -> None:
    assert file_size(size) == printed


@pytest.mark.parametrize(
    ("count", "printed"),
    [(0, "0 actions"), (1, "One action"), (9, "Nine actions"), (10, "10 actions"), (1007, "1,007 actions")],
)
def test_a_count_begins_a_sentence_in_words_up_to_nine(count: int, printed: str) -> None:
    assert worded(count, "action", "actions") == printed
