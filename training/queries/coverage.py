"""Coverage of a council: who returned what for which quarter, how it stands against its target, and gaps.

Rows are read as values and made small records; a council with thousands of returns costs the same few
statements as one with three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import Max

from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import day_after
from training.enums import PeriodKind
from training.models import ExpectedReturn
from training.periods import Period, quarter_of, quarters_up_to
from training.queries.deadlines import deadlines
from training.queries.returns import (
    QUARTERLY,
    Key,
    ReportedReturns,
    ReturnLine,
    TargetTable,
    reported_returns,
    returns_seen_by,
    seen_by,
    target_table,
)

WINDOW = 4
"""How many quarters coverage shows unless told."""


@dataclass(frozen=True)
class CoverageCell:
    """One quarter of a line of coverage: the return, or that there is none and whether one was expected.

    Args:
        waiting: in accepted figures, what came and waits to be accepted: the return, or a correction of it.
    """

    period: Period
    line: ReturnLine | None
    is_expected: bool
    due_on: date | None = None
    waiting: ReturnLine | None = None

    @property
    def is_missing(self) -> bool:
        return self.line is None and self.waiting is None and self.is_expected


@dataclass(frozen=True)
class CoverageGroup:
    """One organisation, course and group of staff over the quarters of the window, earliest first."""

    organisation_id: UUID
    organisation: str
    organisation_kind: str
    course_id: UUID
    course: str
    for_council: bool
    scope: str
    target: Decimal | None
    cells: Sequence[CoverageCell]

    @property
    def key(self) -> Key:
        return (self.organisation_id, self.course_id, self.for_council)

    @property
    def lines(self) -> list[ReturnLine]:
        return [cell.line for cell in self.cells if cell.line is not None]

    @property
    def missing(self) -> list[CoverageCell]:
        return [cell for cell in self.cells if cell.is_missing]

    @property
    def waiting(self) -> list[ReturnLine]:
        return [cell.waiting for cell in self.cells if cell.waiting is not None]

    @property
    def quarters_below(self) -> int:
        """How many returned quarters in a row, counted back from the latest, are below target."""
        below = below_target_of(self.lines)
        return len(below.run) if below is not None else 0


@dataclass(frozen=True)
class BelowTarget:
    """That somebody's latest accepted return is below its target, and for how long.

    Args:
        run: the returns below target in a row, the latest last. A quarter that was not returned is none.
        before: whether a return came before them, which reached its target.
    """

    run: Sequence[ReturnLine]
    before: bool

    @property
    def latest(self) -> ReturnLine:
        return self.run[-1]

    @property
    def short(self) -> int:
        """How many more people it takes to reach the target."""
        line = self.latest
        return line.ratio.short_of(line.target) if line.ratio is not None and line.target is not None else 0

    @property
    def since(self) -> str:
        """From which period on; before the first return that is known nobody can tell."""
        first = self.run[0].period.label
        return first if self.before else f"{first} or earlier"


def below_target_of(lines: Sequence[ReturnLine]) -> BelowTarget | None:
    """How long the returns of one organisation in one course have been below target; None if they are not.

    Args:
        lines: in the order of their periods.
    """
    run = list(takewhile(lambda line: line.is_below, reversed(lines)))[::-1]
    return BelowTarget(run, before=len(run) < len(lines)) if run else None


@dataclass(frozen=True)
class CoverageFilter:
    """What coverage is narrowed to; what is empty narrows nothing."""

    course: str = ""
    organisation_id: UUID | None = None
    organisation_kind: str = ""

    def admits(self, thing: CoverageGroup | ReturnLine) -> bool:
        return (
            self.course in {"", thing.course}
            and self.organisation_id in {None, thing.organisation_id}
            and self.organisation_kind in {"", thing.organisation_kind}
        )


@dataclass(frozen=True)
class Coverage:
    """Coverage of a council over some quarters, and the returns of other periods beside it."""

    periods: Sequence[Period]
    groups: Sequence[CoverageGroup] = field(default_factory=list)
    other_periods: Sequence[ReturnLine] = field(default_factory=list)
    other_periods_waiting: Sequence[ReturnLine] = field(default_factory=list)

    @cached_property
    def courses(self) -> list[str]:
        return sorted({group.course for group in self.groups})

    @cached_property
    def organisations(self) -> list[tuple[UUID, str]]:
        """Every organisation that coverage names, by name."""
        named = {group.organisation_id: group.organisation for group in self.groups}
        named.update({line.organisation_id: line.organisation for line in self.other_periods})
        return sorted(named.items(), key=lambda pair: pair[1])

    @cached_property
    def organisation_kinds(self) -> set[str]:
        return {group.organisation_kind for group in self.groups} | {
            line.organisation_kind for line in self.other_periods
        }

    @cached_property
    def measured(self) -> list[ReturnLine]:
        """Returns of the last quarter that can meet or miss a target; nil and unknown do neither."""
        lines = (group.cells[-1].line for group in self.groups)
        return [
            line for line in lines if line is not None and line.ratio is not None and line.target is not None
        ]

    @property
    def missing(self) -> list[tuple[CoverageGroup, CoverageCell]]:
        return [(group, cell) for group in self.groups for cell in group.missing]

    def narrowed(self, by: CoverageFilter) -> Coverage:
        """The part of it that a filter admits."""
        return Coverage(
            self.periods,
            [group for group in self.groups if by.admits(group)],
            [line for line in self.other_periods if by.admits(line)],
            [line for line in self.other_periods_waiting if by.admits(line)],
        )


@dataclass(frozen=True)
class LastReturned:
    """What once came of an organisation in a course, or was once expected; no period where none ever came."""

    organisation: str
    course: str
    scope: str
    period: Period | None


def last_returned(council: Council, *, end: date, as_at: date) -> list[LastReturned]:
    """The latest quarter that each organisation ever returned by a day, for a report that has nothing newer.

    Whoever was once expected to return and never did is there without a period.
    """
    found: dict[Key, LastReturned] = {
        key: LastReturned(name, course, scope, None)
        for key, (name, _, course, scope), starts_on, _, _ in _expected(council)
        if starts_on <= end
    }
    for line in returns_seen_by(council, earliest=None, latest=end, as_at=as_at, kinds=QUARTERLY):
        known = found.get(line.key)
        if known is None or known.period is None or known.period.end < line.period.end:
            found[line.key] = LastReturned(line.organisation, line.course, line.scope, line.period)
    return sorted(found.values(), key=lambda each: (each.organisation, each.course, each.scope))


def latest_period_end(council: Council, as_at: date | None = None) -> date | None:
    """The last day of the latest quarter that the council has a return for.

    Args:
        as_at: of those that had come by the end of that day.
    """
    returns = seen_by(council).filter(period_kind__in=QUARTERLY)
    if as_at is not None:
        returns = returns.filter(submitted_at__lt=day_after(as_at))
    found: date | None = returns.aggregate(latest=Max("period_to"))["latest"]
    return found


def coverage(
    council: Council,
    *,
    end: date,
    as_at: date | None = None,
    window: int = WINDOW,
    targets: TargetTable | None = None,
    quarters_only: bool = False,
    accepted_only: bool = False,
) -> Coverage:
    """Coverage over the quarters up to the one that ends on or holds a day.

    A quarter without a return is there as missing where one was expected; returns of other periods (months,
    from a day to a day) that overlap the window are listed apart.

    Args:
        as_at: as it stood at the end of that day.
        window: how many quarters.
        quarters_only: leave the returns of other periods unread.
        accepted_only: the figures of a report: what the council had accepted, and apart from it what waits to
            be. Else it is what the council received, accepted or not.
    """
    targets = targets or target_table(council)
    last = quarter_of(end, PeriodKind.SNAPSHOT)
    periods = quarters_up_to(last, window)
    asked: dict[str, Any] = {
        "earliest": periods[0].start,
        "latest": last.end if quarters_only else last.end + timedelta(days=366),
        "as_at": as_at,
        "targets": targets,
        "kinds": QUARTERLY if quarters_only else None,
    }
    read = (
        reported_returns(council, **asked)
        if accepted_only
        else ReportedReturns(returns_seen_by(council, **asked), [])
    )
    found, others = _by_quarter(read.accepted, last)
    waiting, others_waiting = _by_quarter(read.waiting, last)
    heads = {
        line.key: (line.organisation, line.organisation_kind, line.course, line.scope)
        for line in (*waiting.values(), *found.values())
    }
    due: dict[tuple[Key, date], date] = {}
    known = deadlines([council.pk])
    for key, head, starts_on, ends_on, days in _expected(council):
        for period in periods:
            if period.start >= starts_on and (ends_on is None or period.end <= ends_on):
                due[key, period.end] = known.on(council.pk, *key, period.end) or (
                    period.end + timedelta(days=days)
                )
                heads.setdefault(key, head)
    groups = [
        CoverageGroup(
            organisation_id=key[0],
            organisation=organisation,
            organisation_kind=kind,
            course_id=key[1],
            course=course,
            for_council=key[2],
            scope=scope,
            target=targets.on(key[1], kind, last.end),
            cells=[
                _cell(
                    found.get((key, period.end)),
                    waiting.get((key, period.end)),
                    due.get((key, period.end)),
                    period,
                )
                for period in periods
            ],
        )
        for key, (organisation, kind, course, scope) in heads.items()
    ]
    groups.sort(key=lambda group: (group.course, group.organisation, group.scope))
    return Coverage(periods, groups, others, others_waiting)


def _by_quarter(
    lines: Iterable[ReturnLine], last: Period
) -> tuple[dict[tuple[Key, date], ReturnLine], list[ReturnLine]]:
    """Quarterly returns up to a quarter by key and end, and those of other periods that begin by its end."""
    quarterly: dict[tuple[Key, date], ReturnLine] = {}
    others: list[ReturnLine] = []
    for line in lines:
        if line.period.kind in QUARTERLY:
            if line.period.end <= last.end:
                quarterly[line.key, line.period.end] = line
        elif line.period.start <= last.end:
            others.append(line)
    others.sort(key=lambda line: (line.course, line.organisation, line.period.end))
    return quarterly, others


def _cell(
    line: ReturnLine | None, waiting: ReturnLine | None, due_on: date | None, period: Period
) -> CoverageCell:
    here = line or waiting
    return CoverageCell(here.period if here else period, line, due_on is not None, due_on, waiting)


def _expected(council: Council) -> list[tuple[Key, tuple[str, str, str, str], date, date | None, int]]:
    """What the council waits for: key, head of the group, first and last day, days to return."""
    rows = ExpectedReturn.objects.filter(council=council).values_list(
        "organisation_id",
        "course_id",
        "council_staff_only",
        "organisation__name",
        "organisation__kind",
        "course__name",
        "starts_on",
        "ends_on",
        "days_to_return",
    )
    return [
        (
            (organisation_id, course_id, local),
            (name, kind, course, "Staff based in the area" if local else "Whole organisation"),
            starts_on,
            ends_on,
            days,
        )
        for organisation_id, course_id, local, name, kind, course, starts_on, ends_on, days in rows
    ]
