"""Figures of training as blocks of a report: the trend of a course, and who is below target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from prevent_portal.web.numbers import number
from prevent_portal.web.report_blocks import Block, Column, TrendLine, named
from training.compliance_ratio import printed_target
from training.coverage_tables import drawn_groups, line_name, share_of, whole_name
from training.periods import Period
from training.queries.coverage import BelowTarget, CoverageCell, CoverageGroup
from training.tables import NOT_ACCEPTED, NOT_RETURNED, waiting_sentences


def trend_block(
    course: str, groups: Sequence[CoverageGroup], periods: Sequence[Period], as_at: date
) -> Block:
    """One course over the quarters: a row for each organisation, and a line where it returned a figure.

    Args:
        periods: the quarters to show, a part of those that the groups cover, up to the same last one.
    """
    shown = [group.cells[-len(periods) :] for group in groups]
    drawn, note = drawn_groups(groups)
    targets = {group.target for group in groups}
    target = targets.pop() if len(targets) == 1 else None
    lines = [
        TrendLine(name=line_name(group), values=[_drawn_share(cell) for cell in group.cells[-len(periods) :]])
        for group in drawn
        if len(periods) > 1 and any(share_of(cell) is not None for cell in group.cells[-len(periods) :])
    ]
    return Block(
        key=f"training-trend-{groups[0].course_id}",
        title=f"{course}: share of staff who are compliant, {periods[0].label} to {periods[-1].label}",
        columns=[
            Column("Organisation"),
            *(Column(period.label, numeric=True) for period in periods),
        ],
        rows=[
            [whole_name(group), *(_printed_share(cell) for cell in cells)]
            for group, cells in zip(groups, shown, strict=True)
        ],
        source="Returns of organisations that the council accepted",
        as_at=as_at,
        target=float(target) if target is not None else None,
        notes=[note] if note else [],
        missing=[
            f"{whole_name(group)}: {course}, {named([cell.period.label for cell in gaps])} not returned"
            for group, cells in zip(groups, shown, strict=True)
            if (gaps := [cell for cell in cells if cell.is_missing])
        ]
        + waiting_sentences(cell.waiting for cells in shown for cell in cells if cell.waiting is not None),
        trend=lines,
        trend_labels=[period.label for period in periods] if lines else [],
    )


def _drawn_share(cell: CoverageCell) -> float | None:
    share = share_of(cell)
    return None if share is None else float(share)


def _printed_share(cell: CoverageCell) -> str:
    """The percentage, or why there is none; a quarter of which nothing was asked says so."""
    if cell.line is not None:
        return cell.line.printed
    if cell.waiting is not None:
        return NOT_ACCEPTED
    return NOT_RETURNED if cell.is_expected else "Not expected"


def below_target_block(
    below: Sequence[BelowTarget], measured: int, missing: list[str], label: str, as_at: date
) -> Block:
    """Who is below target, since when and by how many people.

    Args:
        measured: of how many organisations and courses that can be told.
        missing: what did not come, so that nothing can be said of it.
        label: the quarter that the report ends with.
    """
    count = f"{number(len(below))} of {number(measured)}"
    return Block(
        key="training-below-target",
        title=f"Training below target up to {label}",
        columns=[
            Column("Organisation"),
            Column("Course"),
            Column("Latest return"),
            Column("Percentage", numeric=True),
            Column("Target", numeric=True),
            Column("People short", numeric=True),
            Column("Below since"),
        ],
        rows=[
            [
                f"{each.latest.organisation} ({each.latest.scope})"
                if each.latest.for_council
                else each.latest.organisation,
                each.latest.course,
                each.latest.period.label,
                each.latest.printed,
                printed_target(each.latest.target) if each.latest.target is not None else "",
                number(each.short),
                each.since,
            ]
            for each in below
        ],
        source="Returns of organisations that the council accepted, beside their targets",
        as_at=as_at,
        notes=[f"{count} latest returns that have a target {'is' if len(below) == 1 else 'are'} below it."]
        if measured
        else ["No return of this period can be set beside a target."],
        missing=missing,
    )
