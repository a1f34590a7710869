"""Automatic lines: what a coordinator should look at, computed from coverage each time and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import TextChoices

from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import MOST_DECIMALS, exact, number, rounded_half_up
from training.compliance_ratio import printed_target
from training.models import LineSetting
from training.models.lines import DEFAULT_POINTS
from training.queries.coverage import Coverage, CoverageCell, CoverageGroup
from training.queries.returns import Key, ReturnLine


class LineKind(TextChoices):
    """What a line says, the most urgent first."""

    FELL_BELOW = "fell_below", "Fell below target"
    STILL_BELOW = "still_below", "Below target for two quarters or more"
    BELOW = "below", "Below target"
    MISSING = "missing", "Not returned"
    DOWN = "down", "Down by more than the set amount"
    UP = "up", "Up by more than the set amount"


BELOW_KINDS = frozenset({LineKind.FELL_BELOW, LineKind.STILL_BELOW, LineKind.BELOW})
"""Lines that ask for an improvement plan."""
_ORDER = {kind: place for place, kind in enumerate(LineKind)}


@dataclass(frozen=True)
class AutomaticLine:
    """One sentence about one organisation, course and group of staff in one quarter.

    Args:
        return_id: the return that the sentence is about; None where none came.
    """

    kind: LineKind
    key: Key
    organisation: str
    course: str
    scope: str
    period: str
    period_end: date
    words: str
    return_id: UUID | None = None


def change_points(council: Council) -> Decimal:
    """By how many percentage points a return must move to be named: as the council set it, else 5."""
    found: Decimal | None = (
        LineSetting.objects.filter(council=council).values_list("points", flat=True).first()
    )
    return DEFAULT_POINTS if found is None else found


def line_setting(council: Council) -> LineSetting | None:
    """What the council set, or None where the default counts."""
    return LineSetting.objects.filter(council=council).first()


def automatic_lines(coverage: Coverage, *, points: Decimal, today: date) -> list[AutomaticLine]:
    """The lines of the last quarter of a coverage, and what is missing in any of its quarters.

    Everything is tested on the exact ratio (rule 9 of the product): an organisation that fell from 85.00 to
    84.99 fell below 85. A quarter that was not returned is missing and is no fall to zero (rule 10).

    Args:
        points: a change must be larger than this to be named.
        today: for saying whether a missing return is late.
    """
    found: list[AutomaticLine] = []
    for group in coverage.groups:
        found += [_missing(group, cell, today) for cell in group.missing]
        latest = group.cells[-1].line
        if latest is None or latest.ratio is None:
            continue
        before = group.cells[-2].line if len(group.cells) > 1 else None
        if latest.is_below:
            found.append(_below(group, latest, before))
        if before is not None and before.ratio is not None:
            change = latest.ratio.per_cent - before.ratio.per_cent
            if abs(change) > exact(points):
                found.append(_changed(group, latest, before, change, points))
    found.sort(key=lambda line: (_ORDER[line.kind], line.course, line.organisation, line.period_end))
    return found


def _below(group: CoverageGroup, latest: ReturnLine, before: ReturnLine | None) -> AutomaticLine:
    target = printed_target(latest.target) if latest.target is not None else ""
    name = _named(group)
    if before is None or before.ratio is None or before.target is None:
        kind, verb = LineKind.BELOW, f"is below the target of {target} in {group.course}"
    elif before.is_below:
        count = _quarters_in_a_row(group)
        # Older quarters than those read may be below as well.
        quarters = f"at least {count}" if count == len(group.cells) else str(count)
        kind = LineKind.STILL_BELOW
        verb = f"has been below the target of {target} in {group.course} for {quarters} quarters"
    else:
        kind, verb = LineKind.FELL_BELOW, f"fell below the target of {target} in {group.course}"
    return _line(kind, group, latest, f"{name} {verb}: {latest.stands}.")


def _quarters_in_a_row(group: CoverageGroup) -> int:
    """Quarters below target counted back from the latest, without a gap: a quarter not returned ends it."""
    count = 0
    for cell in reversed(group.cells):
        if cell.line is None or not cell.line.is_below:
            break
        count += 1
    return count


def _changed(
    group: CoverageGroup, latest: ReturnLine, before: ReturnLine, change: Fraction, points: Decimal
) -> AutomaticLine:
    kind, verb = (LineKind.UP, "rose") if change > 0 else (LineKind.DOWN, "fell")
    words = (
        f"{_named(group)} {verb} by {_points(abs(change), points)} percentage points in {group.course}: "
        f"{before.printed} in {before.period.label}, {latest.printed} in {latest.period.label}."
    )
    return _line(kind, group, latest, words)


def _points(change: Fraction, points: Decimal) -> str:
    """The change with as many decimals as it takes to show that it is more than the set amount."""
    decimals = 1
    while decimals < MOST_DECIMALS and exact(rounded_half_up(change, decimals)) <= exact(points):
        decimals += 1
    return number(rounded_half_up(change, decimals))


def _missing(group: CoverageGroup, cell: CoverageCell, today: date) -> AutomaticLine:
    due = ""
    if cell.due_on is not None:
        due = f", {'was due' if cell.due_on < today else 'is due'} on {british_date(cell.due_on)}"
    return AutomaticLine(
        kind=LineKind.MISSING,
        key=group.key,
        organisation=group.organisation,
        course=group.course,
        scope=group.scope,
        period=cell.period.label,
        period_end=cell.period.end,
        words=f"{_named(group)}: {group.course}, {cell.period.label} not returned{due}.",
    )


def _line(kind: LineKind, group: CoverageGroup, line: ReturnLine, words: str) -> AutomaticLine:
    return AutomaticLine(
        kind=kind,
        key=group.key,
        organisation=group.organisation,
        course=group.course,
        scope=group.scope,
        period=line.period.label,
        period_end=line.period.end,
        words=words,
        return_id=line.id,
    )


def _named(group: CoverageGroup) -> str:
    """The organisation, and whose staff where it is not the whole of them: two lines are told apart."""
    return f"{group.organisation} ({group.scope})" if group.for_council else group.organisation


def counts_of(lines: Sequence[AutomaticLine]) -> dict[LineKind, int]:
    """How many lines there are of each kind, those without one left out."""
    return {kind: count for kind in LineKind if (count := sum(line.kind == kind for line in lines))}
