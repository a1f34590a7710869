"""Figures of training as tables and charts: for the pages, the report and the downloads alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.components import Column, Link, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from training.compliance_ratio import printed_target
from training.enums import Reported, ReturnState
from training.figures import MEANINGS
from training.periods import Period
from training.queries.coverage import CoverageCell, CoverageGroup, LastReturned
from training.queries.returns import Key, MissingReturn, ReturnLine

NOT_RETURNED = "Not returned"
NOT_ACCEPTED = "Not accepted yet"
_STATE_COLOURS = {ReturnState.ACCEPTED: "green", ReturnState.QUERIED: "orange", ReturnState.SUBMITTED: "blue"}
_FORM_OF_TRUST = re.compile(r"\s+(?:NHS )?(?:Foundation )?Trust$")

DOWNLOAD_HEADER = (
    "Organisation", "Course", "Whose staff", "Period", "First day", "Last day", "Compliant", "Eligible",
    "Percentage", "Target", "Against target", "Sessions", "State", "Version",
)  # fmt: skip


def short_name(organisation: str) -> str:
    """Royal Free London for Royal Free London NHS Foundation Trust, where a chart has no room."""
    return _FORM_OF_TRUST.sub("", organisation)


def count_or_words(line: ReturnLine, count: int | None) -> str:
    """A number of people, or Unknown: never an empty cell for a zero."""
    return number(count) if count is not None else "Unknown"


def compliant_of_eligible(compliant: int | None, eligible: int | None) -> str:
    """927 of 1,138: how many of those who need a course are compliant."""
    if compliant is None and eligible is None:
        return "Unknown"
    return " of ".join(number(count) if count is not None else "unknown" for count in (compliant, eligible))


def state_tag(state: ReturnState) -> Tag:
    return Tag(state.label, _STATE_COLOURS.get(state, "grey"))  # type: ignore[arg-type] # one of the tag's colours


def target_tag(line: ReturnLine) -> Any:
    """How a return stands against its target: words, with a colour beside them."""
    if line.target is None or line.ratio is None:
        return line.against
    return [Tag("Below target", "orange"), line.against] if line.is_below else Tag("Target met", "green")


def own_table(lines: Iterable[ReturnLine], council: Council) -> Table:
    """An organisation's own returns beside their targets."""
    return Table(
        "Returns",
        [
            Column("Return", header=True),
            Column("Compliant", numeric=True),
            Column("Against target"),
            Column("State"),
        ],
        [
            [
                Link(
                    f"{line.course}, {line.period.label}",
                    reverse("own-return", args=[council.slug, line.id]),
                    hint=line.scope if line.for_council else "",
                ),
                [line.printed, compliant_of_eligible(line.compliant, line.eligible)],
                target_tag(line),
                [state_tag(line.state), line.comment] if line.comment else state_tag(line.state),
            ]
            for line in lines
        ],
        caption_size="s",
        hide_caption=True,
    )


def download_rows(lines: Iterable[ReturnLine]) -> list[list[Any]]:
    """Returns as rows of a download: figures as numbers, the percentage as printed."""
    return [
        [
            line.organisation,
            line.course,
            line.scope,
            line.period.label,
            line.period.start,
            line.period.end,
            line.compliant if line.compliant is not None else "Unknown",
            line.eligible if line.eligible is not None else "Unknown",
            line.printed,
            printed_target(line.target) if line.target is not None else "",
            line.against,
            line.sessions if line.sessions is not None else "Unknown",
            line.state.label,
            line.version,
        ]
        for line in lines
    ]


def template_rows(missing: Iterable[MissingReturn], place: str) -> tuple[list[str], list[list[Any]]]:
    """The heading and the rows of the file to fill in: one for each return that is waited for."""
    header = [MEANINGS[name][0] for name in ("organisation", "course", "scope", "period")]
    header += ["Compliant", "Eligible", "Sessions"]
    return header, [
        [
            each.organisation,
            each.course,
            f"{place}-based staff" if each.for_council else "Whole organisation",
            each.period.label,
            "",
            "",
            "",
        ]
        for each in missing
    ]


# Report blocks ----------------------------------------------------------------------------------------


def group_block(group: CoverageGroup, as_at: Any) -> report_blocks.Block:
    """One organisation's quarters in one course: the shape of a committee's table, with bars and target."""
    return report_blocks.Block(
        key=f"training-{group.organisation_id}-{group.course_id}-{'local' if group.for_council else 'wide'}",
        title=f"{group.course}: {group.organisation} ({_scope(group)})",
        columns=[
            report_blocks.Column("Period"),
            report_blocks.Column("Compliant", numeric=True),
            report_blocks.Column("Not compliant", numeric=True),
            report_blocks.Column("Eligible", numeric=True),
            report_blocks.Column("Percentage", numeric=True),
            report_blocks.Column("Against target"),
        ],
        rows=[
            _block_row(cell.line) if cell.line is not None else _row_without_figures(cell)
            for cell in group.cells
            if cell.line is not None or cell.waiting is not None or cell.is_missing
        ],
        source="Returns of the organisation that the council accepted",
        as_at=as_at,
        bars=[
            report_blocks.Bar(line.period.label, float(line.ratio.per_cent), line.printed)
            for line in group.lines
            if line.ratio is not None
        ],
        target=float(group.target) if group.target is not None else None,
        notes=below_target_notes(group),
        missing=[
            f"{group.organisation}: {group.course}, {cell.period.label} not returned"
            for cell in group.missing
        ]
        + waiting_sentences(group.waiting),
    )


def no_returns_block(earlier: Sequence[LastReturned], period: Period, as_at: Any) -> report_blocks.Block:
    """That no return came and none was expected, with what each organisation returned last.

    Args:
        earlier: by organisation and course.
        period: the quarter that the report ends with.
    """
    none = f"No training return was expected for the year up to {period.label}, and none came"
    return report_blocks.Block(
        key="training-none",
        title=f"Training returns up to {period.label}",
        columns=[
            report_blocks.Column("Organisation"),
            report_blocks.Column("Course"),
            report_blocks.Column(f"Year up to {period.label}"),
            report_blocks.Column("Last return"),
        ],
        rows=[
            [
                each.organisation,
                each.course,
                "No return",
                each.period.label if each.period is not None else "Never returned",
            ]
            for each in earlier
        ]
        or [["No organisation", "", "No return", ""]],
        source="Returns of organisations that the council received",
        as_at=as_at,
        missing=[none]
        + [
            f"{each.organisation}: {each.course}, no return "
            + (f"since {each.period.label}" if each.period is not None else "has ever come")
            for each in earlier
        ],
    )


def no_services_block(services: Sequence[str], period_end: Any, as_at: Any) -> report_blocks.Block:
    """Which services of the council have not reported over a period of their own."""
    until = british_date(period_end)
    return report_blocks.Block(
        key="training-services",
        title="Training of services",
        columns=[report_blocks.Column("Service"), report_blocks.Column(f"Year up to {until}")],
        rows=[[name, "No return"] for name in services],
        source="Returns of the council's services that it received",
        as_at=as_at,
        missing=[f"{name}: no return for the year up to {until}" for name in services],
    )


def _row_without_figures(cell: CoverageCell) -> list[str]:
    words = NOT_RETURNED if cell.waiting is None else NOT_ACCEPTED
    return [cell.period.label, words, "", "", words, ""]


def waiting_sentences(lines: Iterable[ReturnLine]) -> list[str]:
    """What came and waits to be accepted, a sentence for each organisation, course and group of staff."""
    by_key: dict[Key, list[ReturnLine]] = {}
    for line in lines:
        by_key.setdefault(line.key, []).append(line)
    return [
        f"{'1 return waits' if len(every) == 1 else f'{len(every)} returns wait'} to be accepted: "
        f"{_whose(every[0])}, {every[0].course}, {' and '.join(period_and_version(each) for each in every)}"
        for every in by_key.values()
    ]


def period_and_version(line: ReturnLine) -> str:
    """December 2018, or December 2018 (version 2) for a correction."""
    return f"{line.period.label} (version {line.version})" if line.version > 1 else line.period.label


def _whose(line: ReturnLine) -> str:
    return f"{line.organisation} ({line.scope})" if line.for_council else line.organisation


def _scope(group: CoverageGroup) -> str:
    """Whose staff, for the middle of a sentence; a place keeps its capital."""
    return group.scope if group.for_council else group.scope.lower()


def below_target_notes(group: CoverageGroup) -> list[str]:
    """Sentences on the latest returned quarter: fell below target, or below it for some quarters."""
    if not group.quarters_below:
        return []
    line = group.lines[-1]
    target = printed_target(line.target) if line.target is not None else ""
    if group.quarters_below == 1:
        verb = "fell below" if len(group.lines) > 1 else "is below"
        return [f"{group.organisation} {verb} the target of {target} in {group.course}: {line.stands}."]
    long = f"has been below the target of {target} in {group.course} for {group.quarters_below} quarters"
    return [f"{group.organisation} {long}: {line.stands}."]


def services_block(
    lines: Sequence[ReturnLine], waiting: Sequence[ReturnLine], as_at: Any
) -> report_blocks.Block:
    """Services that report over a period of their own, with the gap to full coverage.

    Args:
        lines: what the council accepted.
        waiting: what waits to be accepted; a row without figures where nothing of it was accepted before.
    """
    shown = {(line.key, line.period) for line in lines}
    return report_blocks.Block(
        key="training-services",
        title="Training of services",
        columns=[
            report_blocks.Column("Service"),
            report_blocks.Column("Course"),
            report_blocks.Column("Period"),
            report_blocks.Column("Need training", numeric=True),
            report_blocks.Column("Trained", numeric=True),
            report_blocks.Column("Percentage", numeric=True),
            report_blocks.Column("Gap"),
            report_blocks.Column("Sessions delivered", numeric=True),
        ],
        rows=[
            [
                line.organisation,
                line.course,
                line.period.label,
                count_or_words(line, line.eligible),
                count_or_words(line, line.compliant),
                line.printed,
                line.against,
                number(line.sessions) if line.sessions is not None else "Unknown",
            ]
            for line in lines
        ]
        + [
            [line.organisation, line.course, line.period.label, NOT_ACCEPTED, "", "", "", ""]
            for line in waiting
            if (line.key, line.period) not in shown
        ],
        source="Returns of the council's services that it accepted",
        as_at=as_at,
        bars=[
            report_blocks.Bar(line.organisation, float(line.ratio.per_cent), line.printed)
            for line in lines
            if line.ratio is not None
        ],
        missing=waiting_sentences(waiting),
    )


def _block_row(line: ReturnLine) -> list[str]:
    rest = (
        number(line.eligible - line.compliant)
        if line.reported == Reported.FIGURES and line.eligible is not None and line.compliant is not None
        else ""
    )
    return [
        line.period.label,
        count_or_words(line, line.compliant),
        rest,
        count_or_words(line, line.eligible),
        line.printed,
        line.against,
    ]
