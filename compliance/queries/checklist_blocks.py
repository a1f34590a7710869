"""What the duty checklist offers to reports: how it stands, and what changed since the round before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from compliance.editions import channel_assurance
from compliance.models import Assessment
from compliance.queries.checklist import (
    NOT_ANSWERED,
    TO_CONFIRM,
    ItemLine,
    counts_words_of,
    current_assessment,
    item_lines,
    reassessed_words,
    summary_words,
)
from compliance.queries.comparison import CompareLine, Comparison, compare
from compliance.queries.prompts import PORTALS_WORDS
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.report_blocks import Block, Column, named

UNCHANGED = ("No change", "Confirmed unchanged", "Not answered either time")
"""What :func:`~compliance.queries.comparison.change_words` says of an item that needs no row."""

_SORTS = (
    ("Better:", "better"),
    ("Worse:", "worse"),
    ("New", "new"),
    ("Not asked any more", "not asked any more"),
    ("Carried forward", "carried forward and not confirmed"),
    ("Not answered yet", "not answered yet"),
    ("", "changed in another way"),
)
"""How changes begin, and how they are counted; the last takes every other."""


def duty_checklist(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The newest round of the period: workstream, detail, status, response and timescale.

    A round that followed another says what was really re-assessed. Three queries at most.
    """
    assessment = current_assessment(council, on=period_end)
    if assessment is None:
        return []
    items = item_lines(assessment)
    notes = [f"{summary_words(items, counts_words_of(assessment))}."] if items else []
    if assessment.brought_from_id is not None:
        notes.append(f"{reassessed_words(items)}.")
    if any(item.note == PORTALS_WORDS for item in items):
        notes.append("Expectations are in the portal’s own words, not in the words of the guidance.")
    return [
        Block(
            key=f"duty_checklist-{assessment.pk}",
            title=f"Duty checklist {assessment.period}",
            columns=[
                Column("Workstream"),
                Column("Expectation"),
                Column("Status"),
                Column("Response"),
                Column("Timescale"),
            ],
            rows=[
                [item.workstream, item.prompt, item.status, item.response, item.timescale] for item in items
            ],
            source=f"Duty checklist, {assessment.edition.name}",
            as_at=as_at,
            notes=notes,
            missing=_counted_gaps(items),
        )
    ]


def duty_checklist_changes(
    council: Council, period_start: date, period_end: date, as_at: date
) -> list[Block]:
    """What became of each item since the round before: from what to what, in words, new and gone ones named.

    Items that stand as they stood have no row and are counted. Nine queries at most.
    """
    assessment = current_assessment(council, on=period_end)
    if assessment is None:
        return []
    before = _round_before(assessment)
    if before is None:
        return [
            _changes_block(
                assessment, as_at, missing=[f"There is no round before {assessment.period} to compare with"]
            )
        ]
    found = compare(before, assessment)
    changed = [line for line in found.lines if line.change not in UNCHANGED]
    notes = [_counted_changes(found, changed)]
    if not found.mapped:
        notes.append(
            f"Items of {before.edition.name} are not matched with those of {assessment.edition.name}."
        )
    return [
        _changes_block(
            assessment,
            as_at,
            since=before,
            rows=[_change_row(line) for line in changed],
            notes=notes,
            missing=_unsettled(line.now for line in found.lines if line.now),
        )
    ]


def _round_before(assessment: Assessment) -> Assessment | None:
    """The round that was brought forward into this one, else the latest that began before it: one query."""
    rounds = Assessment.objects.filter(council=assessment.council_id).select_related("edition")
    if assessment.brought_from_id is not None:
        return rounds.get(pk=assessment.brought_from_id)
    return (
        rounds.filter(period_start__lt=assessment.period_start)
        .exclude(edition__code=channel_assurance.CODE)
        .order_by("-period_start", "-opened_at", "-pk")
        .first()
    )


def _changes_block(
    assessment: Assessment,
    as_at: date,
    *,
    since: Assessment | None = None,
    rows: list[list[str]] | None = None,
    notes: list[str] | None = None,
    missing: list[str],
) -> Block:
    then = since.period if since is not None else "Before"
    return Block(
        key=f"duty_checklist_changes-{assessment.pk}",
        title=f"Duty checklist {assessment.period}: what changed"
        + (f" since {since.period}" if since is not None else ""),
        columns=[
            Column("Workstream"),
            Column("Expectation"),
            Column(then),
            Column(assessment.period),
            Column("What changed"),
        ],
        rows=rows or [],
        source=f"Duty checklist, {assessment.edition.name}",
        as_at=as_at,
        notes=notes or [],
        missing=missing,
    )


def _change_row(line: CompareLine) -> list[str]:
    item = line.now or line.then[0]
    return [
        item.workstream,
        item.prompt,
        "; ".join(dict.fromkeys(one.status for one in line.then)) or "Not asked",
        line.now.status if line.now else "Not asked",
        line.change,
    ]


def _counted_changes(found: Comparison, changed: list[CompareLine]) -> str:
    """Such as "18 items: 1 better, 1 new, 16 unchanged."."""
    counts = Counter(
        next(words for start, words in _SORTS if line.change.startswith(start)) for line in changed
    )
    parts = [f"{number(counts[words])} {words}" for _, words in _SORTS if counts[words]]
    same = len(found.lines) - len(changed)
    if same:
        parts.append(f"{number(same)} unchanged")
    return f"{counted(len(found.lines), 'item', 'items')}: {', '.join(parts)}."


def _counted_gaps(items: list[ItemLine]) -> list[str]:
    """How many items say nothing of their own yet; the table has a row for each of them."""
    counts = Counter(item.counts_as for item in items)
    return [
        f"{counted(counts[state], 'checklist item is', 'checklist items are')} {words}"
        for state, words in (
            (NOT_ANSWERED, "not answered"),
            (TO_CONFIRM, "carried forward and not confirmed"),
        )
        if counts[state]
    ]


def _unsettled(items: Iterable[ItemLine]) -> list[str]:
    """Items of a round that say nothing of their own yet, by reference."""
    waiting: dict[str, list[str]] = {}
    for item in items:
        waiting.setdefault(item.counts_as, []).append(item.ref)
    return [
        f"{words}: {named(waiting[state])}"
        for state, words in (
            (NOT_ANSWERED, "Checklist items not answered"),
            (TO_CONFIRM, "Checklist items carried forward and not confirmed"),
        )
        if state in waiting
    ]
