"""What training tells reports of its trend, of whoever is below target, of its sessions and of schools."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import attrgetter

from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.report_blocks import Bar, Block, Column, named
from training.enums import SchoolMeasure, SchoolState
from training.queries.coverage import CoverageGroup, below_target_of, coverage
from training.queries.schools import SchoolCount, SchoolLine, count_of, schools_of
from training.queries.sessions import (
    DeliveredLine,
    Span,
    delivered_as_at,
    totals_of,
    unrecorded_as_at,
)
from training.report_tables import below_target_block, trend_block
from training.tables import waiting_sentences

TREND_QUARTERS = 8
"""How far back a trend goes at most: two years."""

SINCE_QUARTERS = 12
"""How far back it is looked up since when somebody is below target."""

NOT_RECORDED = "Not recorded"


def trend_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """A line for each organisation, course by course, over two years up to the report's period.

    Quarters before anything came are left out. As many statements as coverage asks.
    """
    shown = coverage(
        council,
        end=period_end,
        as_at=as_at,
        window=TREND_QUARTERS,
        quarters_only=True,
        accepted_only=True,
    )
    groups = [group for group in shown.groups if group.lines or group.missing or group.waiting]
    blocks = []
    for course, found in groupby(groups, key=attrgetter("course")):
        of_course = list(found)
        first = min(_first_known(group) for group in of_course)
        blocks.append(trend_block(course, of_course, shown.periods[first:], as_at))
    return blocks


def _first_known(group: CoverageGroup) -> int:
    """The place of the first quarter that says anything."""
    return next(
        place
        for place, cell in enumerate(group.cells)
        if cell.line is not None or cell.waiting is not None or cell.is_expected
    )


def below_target_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Which organisation is below target in which course, since when, and how many people short.

    Of accepted returns, on the exact ratio (rule 9 of the product). What did not come is named, since
    nothing can be said of it. As many statements as coverage asks.
    """
    shown = coverage(council, end=period_end, as_at=as_at, window=SINCE_QUARTERS, accepted_only=True)
    series = [group.lines for group in shown.groups]
    series += [
        sorted(lines, key=attrgetter("period"))
        for _, lines in groupby(sorted(shown.other_periods, key=_whose), key=_whose)
    ]
    measured = [
        lines for lines in series if lines and lines[-1].ratio is not None and lines[-1].target is not None
    ]
    below = [found for lines in measured if (found := below_target_of(lines)) is not None]
    below.sort(key=lambda each: (each.latest.course, each.latest.organisation, each.latest.scope))
    last = [(group, group.cells[-1]) for group in shown.groups]
    missing = [
        f"{group.organisation}: {group.course}, {cell.period.label} not returned"
        for group, cell in last
        if cell.is_missing
    ]
    waiting = [cell.waiting for _, cell in last if cell.waiting is not None]
    missing += waiting_sentences([*waiting, *shown.other_periods_waiting])
    return [below_target_block(below, len(measured), missing, shown.periods[-1].label, as_at)]


_whose = attrgetter("course", "organisation", "scope", "organisation_id", "for_council")


def sessions_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The log of sessions delivered in the four quarters up to the report's period, as recorded up to a day.

    A briefing counts for no course, and a number that nobody recorded is never 0. Three statements.
    """
    quarter = Quarter.of(period_end)
    first = min(period_start, quarter.previous.previous.previous.start)
    span = Span("", "", first, period_end)
    lines = delivered_as_at(council, span, as_at)
    between = f"{british_date(first)} to {british_date(period_end)}"
    notes = [f"{name}: {each.words}." for name, each in totals_of(lines)]
    if any(not line.is_course for line in lines):
        notes.append("Briefings are counted separately and stand for no course.")
    missing = [
        f"{line.subject}, {line.audience}: number of attendees not recorded"
        for line in lines
        if line.attendees is None
    ]
    if not lines:
        missing.append(f"No training session is recorded as delivered, {between}")
    return [
        Block(
            key="training_sessions",
            title="Training sessions delivered",
            columns=[
                Column("Date"),
                Column("Organisation"),
                Column("Audience"),
                Column("Course or briefing"),
                Column("Sessions", numeric=True),
                Column("Attendees", numeric=True),
            ],
            rows=[_session_row(line) for line in lines],
            notes=notes,
            missing=missing + [f"{words}: not recorded" for words in unrecorded_as_at(council, span, as_at)],
            source=f"The council’s log of training sessions, {between}",
            as_at=as_at,
        )
    ]


def _session_row(line: DeliveredLine) -> list[str]:
    return [
        line.when,
        ", ".join(line.organisations) or "Not named",
        line.audience,
        line.subject,
        number(line.sessions),
        NOT_RECORDED if line.attendees is None else number(line.attendees),
    ]


def schools_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The two measures of schools, counted apart; what is not known is named. Three statements."""
    lines = schools_of(council, as_at, as_at=as_at)
    counts = [count_of(measure, lines) for measure in SchoolMeasure]
    return [
        Block(
            key="schools_coverage",
            title="Training of schools and settings",
            columns=[
                Column("Measure"),
                Column("Schools", numeric=True),
                Column("Trained", numeric=True),
                Column("Refresher overdue", numeric=True),
                Column("Not trained", numeric=True),
                Column("Not known", numeric=True),
                Column("Share trained", numeric=True),
            ],
            rows=[_school_row(count) for count in counts] if lines else [],
            source="What schools told the council of their training",
            as_at=as_at,
            bars=[
                Bar(count.measure.label, 100 * count.trained / count.total, count.printed) for count in counts
            ]
            if lines
            else [],
            notes=["The two measures are counted apart, each against all schools."] if lines else [],
            missing=_unknown_schools(lines) if lines else ["No school or setting is linked to the council"],
        )
    ]


def _school_row(count: SchoolCount) -> list[str]:
    return [
        count.measure.label,
        *(number(each) for each in (count.total, count.trained, count.due, count.not_trained, count.unknown)),
        count.printed,
    ]


def _unknown_schools(lines: list[SchoolLine]) -> list[str]:
    missing = []
    for measure in SchoolMeasure:
        unknown = [line.name for line in lines if line.of(measure).state == SchoolState.UNKNOWN]
        if unknown:
            missing.append(f"{measure.label}, not known of {named(unknown)}")
    return missing
