"""What training says on a council's overview: coverage against target, its trend, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.web import overview_parts
from prevent_portal.web.numbers import number, worded
from prevent_portal.web.overview_parts import Data, OwnPart, Part
from prevent_portal.web.overview_shapes import (
    Shape,
    dated,
    lines,
    linked,
    section,
    sentence,
    table,
    tagged,
    tile,
    to,
)
from prevent_portal.web.quarters import Quarter
from training.access.returns import reading_organisations
from training.compliance_ratio import printed_target
from training.coverage_tables import course_chart, whole_name
from training.permissions import TrainingPermission
from training.queries.coverage import Coverage, CoverageGroup, coverage, latest_period_end
from training.queries.lines import LineKind, automatic_lines, change_points
from training.queries.returns import MissingReturn, missing_returns, standing_of
from training.tables import NOT_RETURNED, short_name

HEADING = "Training against target"
MOST = 8
"""Organisations that the overview names; the page of coverage names all of them."""


def announce() -> None:
    """Fill the kernel's registry; called once, when the app is ready."""
    overview_parts.register(
        Part("training.coverage", TrainingPermission.VIEW_COVERAGE, coverage_part),
        Part(
            "training.missing_returns",
            TrainingPermission.VIEW_COVERAGE,
            missing_part,
            is_dated=False,
            only_now=True,
        ),
        Part(
            "training.chase_returns",
            TrainingPermission.REVIEW_RETURNS,
            chase_returns_part,
            is_dated=False,
            only_now=True,
        ),
    )
    overview_parts.register_own(
        OwnPart(
            "training.own_returns",
            TrainingPermission.SUBMIT_RETURNS,
            own_returns_part,
            unless=TrainingPermission.VIEW_COVERAGE,
        )
    )


def coverage_part(council: Council, as_at: date) -> Data:
    """How many returns of the latest quarter reach their target, the trend, who does not, what changed."""
    latest = latest_period_end(council, as_at)
    if latest is None:
        return {}
    shown = coverage(council, end=min(latest, as_at), as_at=as_at, quarters_only=True)
    if not any(group.lines or group.missing for group in shown.groups):
        return {}
    everything = to("training", to=shown.periods[-1].end.isoformat())
    moved = [
        line
        for line in automatic_lines(shown, points=change_points(council), today=as_at)
        if line.kind != LineKind.MISSING and line.period_end == shown.periods[-1].end
    ]
    tiles = _coverage_tiles(shown, everything)
    if moved:
        tiles.append(
            tile(
                62,
                number(len(moved)),
                f"Changes in training to look at, {shown.periods[-1].label}",
                {**everything, "query": f"{everything['query']}#what-changed"},
                tone="attention",
                note=moved[0].words,
            )
        )
    short = [group for group in shown.groups if _is_short(group)]
    return {
        "tiles": tiles,
        "sections": [
            section(
                40,
                HEADING,
                words=[_words(shown)],
                table=_short_table(short, shown) if short else None,
                charts=_charts(shown),
                to=everything,
                link="See training coverage",
            )
        ],
        "changes": _changes(shown, as_at, everything),
    }


def _coverage_tiles(shown: Coverage, everything: Shape) -> list[Shape]:
    measured = shown.measured
    if not measured:
        return []
    below = [line for line in measured if line.is_below]
    worst = max(below, key=lambda line: line.eligible or 0, default=None)
    return [
        tile(
            60,
            f"{number(len(measured) - len(below))} of {number(len(measured))}",
            f"Training returns that reach their target, {shown.periods[-1].label}",
            everything,
            tone="bad" if below else "good",
            note=f"{short_name(worst.organisation)}, {worst.course}: {worst.against}" if worst else "",
        )
    ]


def _is_short(group: CoverageGroup) -> bool:
    """Whether the latest quarter is below its target or did not come."""
    last = group.cells[-1]
    return last.is_missing or (last.line is not None and last.line.is_below)


def _words(shown: Coverage) -> str:
    """Such as "1 of 2 returns reach the target in December 2018; 2 were not returned."."""
    measured = shown.measured
    met = sum(1 for line in measured if not line.is_below)
    gone = sum(1 for group in shown.groups if group.cells[-1].is_missing)
    label = shown.periods[-1].label
    said = (
        f"{number(met)} of {number(len(measured))} returns reach the target in {label}"
        if measured
        else f"No return of {label} can be measured against a target"
    )
    if gone:
        said += f"; {number(gone)} {'was' if gone == 1 else 'were'} not returned"
    return f"{said}."


def _short_table(short: Sequence[CoverageGroup], shown: Coverage) -> Shape:
    """Who is below the target or missing, by name, the quarters beside one another."""
    quarters = shown.periods[-2:]
    rows = [
        [
            [whole_name(group), group.course],
            *(_quarter(group, place) for place in range(-len(quarters), 0)),
            printed_target(group.target) if group.target is not None else "None set",
        ]
        for group in short[:MOST]
    ]
    if len(short) > MOST:
        rows.append([f"And {number(len(short) - MOST)} more", *("" for _ in quarters), ""])
    return table(
        "Below target or not returned",
        ["Below target or not returned", *(period.label for period in quarters), "Target"],
        rows,
    )


def _quarter(group: CoverageGroup, place: int) -> object:
    cell = group.cells[place]
    if cell.line is None:
        return tagged(NOT_RETURNED, "red") if cell.is_missing else "Not expected"
    text = cell.line.printed
    return [text, tagged("Below target", "red")] if cell.line.is_below else text


def _charts(shown: Coverage) -> list[Shape]:
    """The trend of the course that most returns are of."""
    by_course: dict[str, list[CoverageGroup]] = {}
    for group in shown.groups:
        if group.lines:
            by_course.setdefault(group.course, []).append(group)
    if not by_course:
        return []
    course = max(by_course, key=lambda name: (sum(len(group.lines) for group in by_course[name]), name))
    return [lines(course_chart(course, by_course[course], shown))]


def _changes(shown: Coverage, as_at: date, everything: Shape) -> list[Shape]:
    """Who fell below the target, who reached it, and who newly did not return.

    Only of the quarter whose returns came in during the present one: an older one changed nothing since.
    """
    if shown.periods[-1].end < Quarter.of(as_at).previous.end:
        return []
    fell, reached, gone = [], [], []
    for group in shown.groups:
        before, last = group.cells[-2], group.cells[-1]
        if before.line is not None and last.line is not None and last.line.ratio and before.line.ratio:
            if last.line.is_below and not before.line.is_below:
                fell.append(group)
            elif before.line.is_below and not last.line.is_below:
                reached.append(group)
        if last.is_missing and not before.is_missing and (last.due_on is None or last.due_on < as_at):
            gone.append(group)
    label = shown.periods[-1].label
    return [
        sentence(
            order,
            f"{worded(len(found), one, many)} in {label}.",
            everything,
            [linked(f"{short_name(group.organisation)}, {group.course}", None) for group in found[:5]],
        )
        for order, found, one, many in (
            (60, fell, "training return fell below its target", "training returns fell below their target"),
            (
                61,
                reached,
                "training return reached its target again",
                "training returns reached their target",
            ),
            (
                62,
                gone,
                "training return that came the quarter before did not come",
                "training returns that came the quarter before did not come",
            ),
        )
        if found
    ]


def missing_part(council: Council, as_at: date) -> Data:
    """Returns of any quarter that were expected and have not come."""
    missing = missing_returns(council, as_at)
    if not missing:
        return {}
    first, others = missing[0], len(missing) - 1
    more = f", and {number(others)} more" if others else ""
    return {
        "tiles": [
            tile(
                61,
                number(len(missing)),
                "Training return missing" if len(missing) == 1 else "Training returns missing",
                to("training", to=first.period.end.isoformat()),
                tone="attention",
                note=f"{short_name(first.organisation)}: {first.course}, {first.period.label}{more}",
            )
        ]
    }


def chase_returns_part(council: Council, as_at: date) -> Data:
    """Missing returns whose day is over, by organisation: whom to ring."""
    late: dict[str, list[MissingReturn]] = {}
    for each in missing_returns(council, as_at):
        if each.due_on < as_at:
            late.setdefault(each.organisation, []).append(each)
    if not late:
        return {}
    rows = sorted(late.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {
        "chase": [
            section(
                10,
                "Missing training returns",
                words=[f"And {number(len(rows) - MOST)} more organisations."] if len(rows) > MOST else [],
                table=table(
                    "Missing training returns",
                    ["Organisation", "Missing", "First due"],
                    [
                        [
                            organisation,
                            linked(
                                ", ".join(sorted({f"{one.course} {one.period.label}" for one in found})[:3])
                                + (f" and {number(len(found) - 3)} more" if len(found) > 3 else ""),
                                to(
                                    "training",
                                    to=found[0].period.end.isoformat(),
                                    organisation=found[0].organisation_id,
                                ),
                            ),
                            dated(min(one.due_on for one in found)),
                        ]
                        for organisation, found in rows[:MOST]
                    ],
                ),
            )
        ]
    }


def own_returns_part(access: CouncilAccess, today: date) -> Data:
    """The organisations of this person beside their targets: their own returns and no others."""
    organisations = reading_organisations(access)
    ids = [each.pk for each in organisations]
    if not ids:
        return {}
    standing = standing_of(access.council, ids, today)
    missing = standing.missing
    rows = [
        [
            [line.organisation, line.course],
            line.period.label,
            [
                line.printed,
                tagged("Below target", "red") if line.is_below else tagged("Target met", "green"),
            ]
            if line.ratio is not None and line.target is not None
            else line.printed,
            printed_target(line.target) if line.target is not None else "None set",
        ]
        for line in standing.newest
    ]
    where = to("own-returns")
    return {
        "tiles": [
            tile(
                61,
                number(len(missing)),
                "Training return to send" if len(missing) == 1 else "Training returns to send",
                where,
                tone="attention" if missing else "good",
                note=(f"{missing[0].course}, {missing[0].period.label}" if missing else "Nothing is missing"),
            )
        ],
        "sections": [
            section(
                40,
                "Your training returns beside the target",
                words=[] if rows else ["Nothing has been returned yet."],
                table=table(
                    "Your training returns beside the target",
                    ["Organisation and course", "Period", "Compliant", "Target"],
                    rows,
                )
                if rows
                else None,
                to=where,
                link="See and send your returns",
            )
        ],
    }
