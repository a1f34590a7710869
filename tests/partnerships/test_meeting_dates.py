"""The days on which a board meets in a year: its rhythm, working days, bank holidays."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.policies.meeting_dates import papers_due, propose_dates
from prevent_portal.tenancy import working_days
from prevent_portal.tenancy.working_days import bank_holidays, is_working_day


@pytest.mark.parametrize(
    ("cadence", "first", "days"),
    [
        ("quarterly", date(2026, 3, 10), ["2026-03-10", "2026-06-09", "2026-09-08", "2026-12-08"]),
        ("six_monthly", date(2026, 10, 1), ["2026-10-01", "2027-04-01"]),
        ("termly", date(2026, 9, 15), ["2026-09-15", "2027-01-19", "2027-05-18"]),
        ("annual", date(2026, 1, 5), ["2026-01-05"]),
        # The fifth Friday: months without one meet on their last.
        ("quarterly", date(2026, 1, 30), ["2026-01-30", "2026-04-24", "2026-07-31", "2026-10-30"]),
        # First Mondays: Easter Monday, early May and a substitute day move to the next working day.
        ("bi_monthly", date(2026, 3, 2), ["2026-03-02", "2026-05-05", "2026-07-06", "2026-09-07",
                                          "2026-11-02", "2027-01-04"]),
    ],
)  # fmt: skip
def test_a_year_s_meetings_keep_their_weekday_and_avoid_bank_holidays(
    cadence: str, first: date, days: list[str]
) -> None:
    assert [day.isoformat() for day in propose_dates(cadence=cadence, first=first)] == days


def test_a_monthly_board_meets_twelve_times_and_never_on_a_closed_day() -> None:
    days = propose_dates(cadence="monthly", first=date(2026, 1, 5))
    assert len(days) == 12
    assert all(is_working_day(day) for day in days)
    assert [day for day in days if day.weekday() != 0] == [date(2026, 4, 7), date(2026, 5, 5)]


def test_papers_are_due_on_a_working_day() -> None:
    assert papers_due(date(2026, 6, 9), 7) == date(2026, 6, 2)
    assert papers_due(date(2026, 4, 13), 7) == date(2026, 4, 2), "Easter Monday and Good Friday are no days"


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028])
def test_the_rule_gives_the_published_days(year: int) -> None:
    assert frozenset(working_days._by_rule(year)) == bank_holidays(year)


def test_a_year_beyond_the_published_list_has_its_eight_days() -> None:
    assert sorted(day.isoformat() for day in bank_holidays(2033)) == [
        "2033-01-03", "2033-04-15", "2033-04-18", "2033-05-02", "2033-05-30", "2033-08-29", "2033-12-26",
        "2033-12-27",
    ]  # fmt: skip
