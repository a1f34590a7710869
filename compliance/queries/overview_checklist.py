"""What the duty checklist says on the overview: each workstream, what changed, and what to chase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from compliance.enums import AssessmentState
from compliance.models import AnswerRevision, Assessment, ItemAnswer
from compliance.queries.checklist import (
    NOT_ANSWERED,
    TO_CONFIRM,
    ItemLine,
    WorkstreamLine,
    counts_words_of,
    current_assessment,
    item_lines,
)
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Colour
from prevent_portal.web.dates import day_after
from prevent_portal.web.numbers import counted, number, worded
from prevent_portal.web.overview_parts import Data
from prevent_portal.web.overview_shapes import (
    Shape,
    bars,
    linked,
    section,
    sentence,
    table,
    tagged,
    tile,
    to,
)
from prevent_portal.web.quarters import Quarter

HEADING = "Duty checklist by workstream"


def checklist_part(council: Council, as_at: date) -> Data:
    """Each workstream in words and as a share, and how many answers changed in the quarter."""
    assessment = current_assessment(council, as_at)
    is_past = as_at < timezone.localdate()
    if assessment is None or (is_past and assessment.opened_at >= day_after(as_at)):
        words = (
            "No round of the duty checklist had been opened."
            if is_past
            else "No round of the duty checklist is open yet."
        )
        return {
            "sections": [
                section(10, HEADING, words=[words], to=to("checklist"), link="See the duty checklist")
            ]
        }
    lines = lines_at(assessment, as_at) if is_past else item_lines(assessment)
    workstreams = _by_workstream(lines, assessment)
    applicable = [line for line in lines if line.counts_as != "not_applicable"]
    in_place = sum(1 for line in applicable if line.counts_as == "in_place")
    gaps = [
        f"{number(count)} {words}"
        for count, words in (
            (sum(1 for line in applicable if line.counts_as == TO_CONFIRM), "to confirm"),
            (sum(1 for line in applicable if line.counts_as == NOT_ANSWERED), "not answered"),
        )
        if count
    ]
    here = to("checklist-round", assessment.pk)
    return {
        "tiles": [
            tile(
                10,
                f"{number(in_place)} of {number(len(applicable))}",
                f"Checklist items {counts_words_of(assessment)['in_place']}",
                here,
                tone="good" if in_place == len(applicable) else "attention",
                note=", ".join(gaps) or "Every item is answered",
            )
        ],
        "sections": [
            section(
                10,
                HEADING,
                table=_table(workstreams, assessment),
                charts=[_chart(workstreams, in_place, len(applicable))],
                to=here,
                link="See the duty checklist",
            )
        ],
        "changes": _changes(council, assessment, as_at),
    }


def lines_at(assessment: Assessment, as_at: date) -> list[ItemLine]:
    """The round's items as they counted at the end of a day: one query more than the items themselves.

    An answer that was brought forward was still to be confirmed until somebody answered or confirmed it; an
    agreed score counts from the day on which it was agreed.
    """
    end = day_after(as_at)
    scale: dict[str, str] = {step["value"]: step["counts_as"] for step in assessment.edition.scale}
    told: dict[UUID, str] = dict(
        AnswerRevision.objects.filter(
            council=assessment.council_id, answer__assessment=assessment, at__lt=end
        )
        .order_by("answer", "-at", "-pk")
        .distinct("answer")
        .values_list("answer", "status")
    )
    agreed: dict[UUID, str] = {}
    confirmed: set[UUID] = set()
    for key, score, day, moment in ItemAnswer.objects.filter(
        council=assessment.council_id, assessment=assessment
    ).values_list("pk", "agreed", "agreed_on", "confirmed_at"):
        if score and day is not None and day <= as_at:
            agreed[key] = score
        if moment is not None and moment < end:
            confirmed.add(key)
    carried = assessment.brought_from_id is not None

    def counted_then(line: ItemLine) -> str:
        if line.id in agreed or line.id in told:
            return scale.get(agreed.get(line.id) or told[line.id], NOT_ANSWERED)
        if line.id in confirmed:
            return line.counts_as
        return TO_CONFIRM if carried and (line.to_confirm or line.confirmed_at) else NOT_ANSWERED

    return [replace(line, counts_as=counted_then(line)) for line in item_lines(assessment)]


def _by_workstream(lines: Sequence[ItemLine], assessment: Assessment) -> list[WorkstreamLine]:
    words = counts_words_of(assessment)
    grouped: dict[str, list[ItemLine]] = {}
    for line in lines:
        grouped.setdefault(line.workstream, []).append(line)
    return [WorkstreamLine(title, items, words) for title, items in grouped.items()]


def _table(workstreams: Sequence[WorkstreamLine], assessment: Assessment) -> Shape:
    return table(
        HEADING,
        ["Workstream", "Where it stands"],
        [
            [
                linked(line.title, to("checklist-round", assessment.pk, anchor=f"#workstream-{place}")),
                [tagged(*standing(line)), line.words],
            ]
            for place, line in enumerate(workstreams, start=1)
        ],
    )


def standing(line: WorkstreamLine) -> tuple[str, Colour]:
    """A workstream in two words, with the colour beside them."""
    if not line.applicable:
        return "Not applicable", "grey"
    if line.count("in_place") == line.applicable:
        return "In place", "green"
    if line.count("in_place") or line.count("under_way"):
        return "Under way", "blue"
    return ("Not started", "orange") if line.answered else ("Not answered", "yellow")


def _chart(workstreams: Sequence[WorkstreamLine], in_place: int, applicable: int) -> Shape:
    return bars(
        "Share of items in place, by workstream",
        f"{number(in_place)} of {number(applicable)} items that apply are in place.",
        (
            (
                line.title,
                Fraction(100 * line.count("in_place"), line.applicable) if line.applicable else None,
                "Not applicable",
            )
            for line in workstreams
        ),
        label_heading="Workstream",
        value_heading="In place",
        note="Items that do not apply are left out.",
    )


def _changes(council: Council, assessment: Assessment, as_at: date) -> list[Shape]:
    start = Quarter.of(as_at).start
    count = AnswerRevision.objects.filter(
        council=council, at__gte=day_after(start - timedelta(days=1)), at__lt=day_after(as_at)
    ).aggregate(n=Count("answer", distinct=True))["n"]
    if not count:
        return []
    words = worded(count, "checklist answer was changed", "checklist answers were changed")
    return [sentence(10, f"{words}.", to("checklist-table", assessment.pk))]


def chase_items_part(council: Council, as_at: date) -> Data:
    """Items of the open round that wait for an answer, by who is asked: two queries."""
    assessment = current_assessment(council, as_at)
    if assessment is None or assessment.state != AssessmentState.OPEN:
        return {}
    waiting: dict[str, int] = {}
    for line in item_lines(assessment):
        if line.counts_as in (NOT_ANSWERED, TO_CONFIRM):
            waiting[line.owner] = waiting.get(line.owner, 0) + 1
    if not waiting:
        return {}
    here = to("checklist-table", assessment.pk)
    rows = sorted(waiting.items(), key=lambda pair: (pair[0] == "", -pair[1], pair[0]))
    return {
        "chase": [
            section(
                20,
                "Checklist items that wait for an answer",
                table=table(
                    "Checklist items that wait for an answer",
                    ["Who is asked", "Items"],
                    [
                        [owner or "Nobody is asked yet", linked(counted(count, "item", "items"), here)]
                        for owner, count in rows
                    ],
                ),
            )
        ]
    }
