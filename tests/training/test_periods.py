"""Periods as offices write them."""

from __future__ import annotations

from datetime import date

import pytest

from training.enums import PeriodKind
from training.periods import (
    Period,
    PeriodUnclear,
    last_ended_quarter,
    parse_period,
    period_between,
    quarters,
    quarters_up_to,
)

JUNE = (date(2018, 4, 1), date(2018, 6, 30))


@pytest.mark.parametrize(
    ("words", "kind", "label"),
    [
        ("June 2018", PeriodKind.SNAPSHOT, "June 2018"),
        ("Jun-18", PeriodKind.SNAPSHOT, "June 2018"),
        ("30 June 2018", PeriodKind.SNAPSHOT, "June 2018"),
        ("30/06/2018", PeriodKind.SNAPSHOT, "June 2018"),
        ("2018-06", PeriodKind.SNAPSHOT, "June 2018"),
        ("Quarter ended June 2018", PeriodKind.SNAPSHOT, "June 2018"),
        ("Q1 2018/19", PeriodKind.QUARTER, "Q1 2018/19"),
        ("Quarter 1, 2018-2019", PeriodKind.QUARTER, "Q1 2018/19"),
        ("2018/19 Q1", PeriodKind.QUARTER, "Q1 2018/19"),
        ("FY18/19 q1", PeriodKind.QUARTER, "Q1 2018/19"),
        ("April to June 2018", PeriodKind.QUARTER, "Q1 2018/19"),
        ("1 April 2018 to 30 June 2018", PeriodKind.QUARTER, "Q1 2018/19"),
        ("01/04/2018 - 30/06/2018", PeriodKind.QUARTER, "Q1 2018/19"),
    ],
)
def test_a_quarter_is_read_however_it_is_written(words: str, kind: PeriodKind, label: str) -> None:
    period = parse_period(words)
    assert (period.start, period.end, period.kind, period.label) == (*JUNE, kind, label)


@pytest.mark.parametrize(
    ("words", "start", "end", "kind"),
    [
        ("Q4 2018/19", date(2019, 1, 1), date(2019, 3, 31), PeriodKind.QUARTER),
        ("May 2018", date(2018, 5, 1), date(2018, 5, 31), PeriodKind.MONTH),
        ("November 2017 to January 2018", date(2017, 11, 1), date(2018, 1, 31), PeriodKind.FREE),
        ("1 November 2017 to 1 January 2019", date(2017, 11, 1), date(2019, 1, 1), PeriodKind.FREE),
        ("November to January 2018", date(2017, 11, 1), date(2018, 1, 31), PeriodKind.FREE),
    ],
)
def test_months_and_free_periods_are_read(words: str, start: date, end: date, kind: PeriodKind) -> None:
    assert parse_period(words) == Period(end, start, kind)


@pytest.mark.parametrize(
    "words",
    ["", "soon", "Q1 2018", "Q5 2018/19", "Q1 2018/20", "June", "2018", "31 February 2018", "Smarch 2018",
     "June 2018 to May 2018", "1 Jan 1990 to 1 Feb 1990", "1 Jan 2011 to 1 Jan 2019", "0000-06", "June 0000",
     "November to January 0001"],
)  # fmt: skip
def test_what_names_no_period_or_not_just_one_is_refused(words: str) -> None:
    with pytest.raises(PeriodUnclear):
        parse_period(words)


def test_labels_name_what_is_not_a_quarter() -> None:
    assert parse_period("May 2018").label == "May 2018 (month)"
    assert period_between(date(2017, 11, 1), date(2019, 1, 1)).label == "1 November 2017 to 1 January 2019"


def test_quarters_follow_one_another() -> None:
    assert last_ended_quarter(date(2018, 7, 1)).end == date(2018, 6, 30)
    assert last_ended_quarter(date(2018, 6, 30)).end == date(2018, 3, 31)
    ends = [period.end for period in quarters_up_to(last_ended_quarter(date(2019, 1, 15)), 4)]
    assert ends == [date(2018, 3, 31), date(2018, 6, 30), date(2018, 9, 30), date(2018, 12, 31)]
    assert [period.end for period in quarters(date(2018, 2, 1), date(2018, 12, 30))] == ends[1:3]


def test_the_last_quarter_of_the_calendar_is_one_like_any_other() -> None:
    assert parse_period("31/12/9999") == Period(date(9999, 12, 31), date(9999, 10, 1), PeriodKind.SNAPSHOT)
