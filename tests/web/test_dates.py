"""Dates print as people write them, and are read as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevent_portal.web.dates import (
    british_date,
    british_datetime,
    british_time,
    month_and_year,
    parse_british_date,
)

DAY = dt.date(2019, 3, 31)


def test_a_moment_prints_in_local_time() -> None:
    late = dt.datetime(2019, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert british_datetime(late) == "2 July 2019 at 12:30am"
    assert british_date(late) == "2 July 2019"


@pytest.mark.parametrize(
    ("time", "printed"),
    [
        (dt.time(0), "midnight"),
        (dt.time(12), "midday"),
        (dt.time(9), "9am"),
        (dt.time(14, 5), "2:05pm"),
        (dt.time(0, 1), "12:01am"),
    ],
)
def test_times_print_without_needless_noughts(time: dt.time, printed: str) -> None:
    assert british_time(time) == printed


def test_no_date_prints_nothing() -> None:
    assert british_date(None) == british_datetime(None) == british_time(None) == month_and_year(None) == ""


@pytest.mark.parametrize(
    "text",
    [
        "31/3/2019",
        "31/03/2019",
        "31-03-2019",
        "31.3.2019",
        "31 March 2019",
        "31st Mar 2019",
        " 31 MARCH, 2019 ",
        "2019-03-31",
    ],
)
def test_a_date_is_read_in_every_way_people_write_it(text: str) -> None:
    assert parse_british_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "31/2/2019", "3/31/2019", "31/3/19", "32 March 2019", "31 Smarch 2019", "today", "2019-13-01"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_british_date(text) is None


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_printed_date_can_be_read_again(day: dt.date) -> None:
    assert parse_british_date(british_date(day)) == day
