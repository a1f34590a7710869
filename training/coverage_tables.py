"""Coverage as tables, charts and rows of a download, and its automatic lines for reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse

from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.charts import LineChart, Series
from prevent_portal.web.components import Column, Link, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from training.compliance_ratio import printed_target
from training.queries.coverage import Coverage, CoverageCell, CoverageGroup
from training.queries.lines import AutomaticLine
from training.queries.returns import ReturnLine
from training.tables import (
    NOT_RETURNED,
    count_or_words,
    download_rows,
    period_and_version,
    short_name,
    state_tag,
    target_tag,
    waiting_sentences,
)

LINES_OF_CHART = 6
"""More lines than this cannot be told apart; the table below the chart holds them all."""

LINES_HEADER = ("What", "Organisation", "Course", "Whose staff", "Period", "Last day", "In words")


def course_table(course: str, groups: Iterable[CoverageGroup], council: Council) -> Table:
    """Every quarter of every organisation in one course."""
    rows: list[list[Any]] = []
    for group in groups:
        for cell in group.cells:
            if cell.line is not None:
                rows.append(_row(group, cell.line, council))
            elif cell.is_missing:
                due = f"Due on {british_date(cell.due_on)}"
                rows.append(
                    [
                        whole_name(group),
                        cell.period.label,
                        None,
                        None,
                        None,
                        [Tag(NOT_RETURNED, "red"), due],
                        None,
                    ]
                )
    return Table(
        f"{course}: figures",
        [
            Column("Organisation", header=True),
            Column("Period"),
            Column("Compliant", numeric=True),
            Column("Eligible", numeric=True),
            Column("Percentage", numeric=True),
            Column("Against target"),
            Column("State"),
        ],
        rows,
        caption_size="s",
        stacks=True,
    )


def whole_name(group: CoverageGroup) -> str:
    """The organisation, and whose staff where it is not the whole of them."""
    return f"{group.organisation} ({group.scope})" if group.for_council else group.organisation


def _row(group: CoverageGroup, line: ReturnLine, council: Council) -> list[Any]:
    return [
        whole_name(group),
        Link(line.period.label, reverse("training-return", args=[council.slug, line.id])),
        count_or_words(line, line.compliant),
        count_or_words(line, line.eligible),
        line.printed,
        target_tag(line),
        state_tag(line.state),
    ]


def course_chart(course: str, groups: Sequence[CoverageGroup], coverage: Coverage) -> LineChart:
    """The trend of one course: a line for each organisation, and the target.

    Of many organisations it draws those furthest below their target in the latest quarter.
    """
    drawn, note = drawn_groups(groups)
    note = f"{note} A gap in a line is a quarter without figures.".strip()
    targets = {group.target for group in drawn if group.target is not None}
    target = targets.pop() if len(targets) == 1 else None
    return LineChart(
        title=f"{course}: share of staff who are compliant",
        description=f"By quarter, {coverage.periods[0].label} to {coverage.periods[-1].label}.",
        periods=[period.label for period in coverage.periods],
        series=[Series(line_name(group), [share_of(cell) for cell in group.cells]) for group in drawn],
        target=target,
        target_words=f"Target {printed_target(target)}" if target is not None else "",
        note=note,
    )


def drawn_groups(groups: Sequence[CoverageGroup]) -> tuple[Sequence[CoverageGroup], str]:
    """The lines that a chart has room for, and what to say of the others where there are more."""
    if len(groups) <= LINES_OF_CHART:
        return groups, ""
    lowest = sorted(groups, key=_distance)[:LINES_OF_CHART]
    return (
        sorted(lowest, key=lambda group: (group.organisation, group.scope)),
        (
            f"The chart shows the {LINES_OF_CHART} of {number(len(groups))} that stand lowest beside their "
            "target in the latest quarter; the table holds all of them."
        ),
    )


def line_name(group: CoverageGroup) -> str:
    """What a line of a chart is called, where there is little room."""
    return short_name(group.organisation) + (f" ({group.scope})" if group.for_council else "")


def share_of(cell: CoverageCell) -> Fraction | None:
    """The exact percentage of a quarter, None where there is none."""
    return cell.line.ratio.per_cent if cell.line is not None and cell.line.ratio else None


def _distance(group: CoverageGroup) -> tuple[bool, Fraction, str]:
    """How far the latest quarter lies above the target, the lowest first, those without figures last."""
    line = group.cells[-1].line
    if line is None or line.ratio is None:
        return True, Fraction(0), group.organisation
    return False, line.ratio.per_cent - Fraction(group.target or 100), group.organisation


def other_periods_table(lines: Iterable[ReturnLine], council: Council) -> Table:
    """Returns of other periods, such as services that report over fourteen months."""
    return Table(
        "Services and other periods",
        [
            Column("Organisation", header=True),
            Column("Course"),
            Column("Period"),
            Column("Trained", numeric=True),
            Column("Need training", numeric=True),
            Column("Percentage", numeric=True),
            Column("Gap"),
            Column("Sessions", numeric=True),
        ],
        [
            [
                line.organisation,
                line.course,
                Link(line.period.label, reverse("training-return", args=[council.slug, line.id])),
                count_or_words(line, line.compliant),
                count_or_words(line, line.eligible),
                line.printed,
                line.against,
                number(line.sessions) if line.sessions is not None else "Unknown",
            ]
            for line in lines
        ],
        caption_size="m",
        stacks=True,
    )


def coverage_rows(coverage: Coverage) -> list[list[Any]]:
    """Coverage as rows of a download, with what was not returned by name."""
    rows: list[list[Any]] = []
    for group in coverage.groups:
        for cell in group.cells:
            if cell.line is not None:
                rows += download_rows([cell.line])
            elif cell.is_missing:
                rows.append(_missing_row(group, cell))
    return rows + download_rows(coverage.other_periods)


def _missing_row(group: CoverageGroup, cell: CoverageCell) -> list[Any]:
    target = printed_target(group.target) if group.target is not None else ""
    period = cell.period
    return [
        group.organisation, group.course, group.scope, period.label, period.start, period.end,
        NOT_RETURNED, NOT_RETURNED, NOT_RETURNED, target, "", "", NOT_RETURNED, "",
    ]  # fmt: skip


def line_rows(lines: Iterable[AutomaticLine]) -> list[list[Any]]:
    """Automatic lines as rows of a download."""
    return [
        [
            line.kind.label,
            line.organisation,
            line.course,
            line.scope,
            line.period,
            line.period_end,
            line.words,
        ]
        for line in lines
    ]


def changes_block(
    lines: Sequence[AutomaticLine], waiting: Sequence[ReturnLine], quarter: str, as_at: date
) -> report_blocks.Block:
    """Automatic lines as a block of a report: a row for each, in words, then what waits to be accepted."""
    return report_blocks.Block(
        key="training-changes",
        title=f"Training: what changed in {quarter}",
        columns=[
            report_blocks.Column("Organisation"),
            report_blocks.Column("Course"),
            report_blocks.Column("What changed"),
        ],
        rows=[[line.organisation, line.course, line.words] for line in lines]
        + [
            [line.organisation, line.course, f"{period_and_version(line)} waits to be accepted."]
            for line in waiting
        ],
        source="Computed from the accepted returns of organisations",
        as_at=as_at,
        missing=waiting_sentences(waiting),
    )
