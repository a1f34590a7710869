"""Reads of the duty checklist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.enums import TimescaleKind
from compliance.models import AnswerRevision, Assessment, ItemAnswer
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

NOT_ANSWERED = "not_answered"
COUNTS_AS = ("in_place", "under_way", "not_started", "not_applicable", NOT_ANSWERED)
COUNTS_WORDS = {
    "in_place": "in place",
    "under_way": "under way",
    "not_started": "not started",
    "not_applicable": "not applicable",
    NOT_ANSWERED: "not answered",
}


@dataclass(frozen=True)
class ItemLine:
    """One item with its answer, as pages and reports print it."""

    id: UUID
    ref: str
    prompt: str
    kind: str
    workstream: str
    status: str
    counts_as: str
    response: str
    timescale: str
    owner: str


@dataclass(frozen=True)
class WorkstreamLine:
    """One workstream of a round with its items."""

    title: str
    items: list[ItemLine]

    def count(self, counts_as: str) -> int:
        return sum(1 for item in self.items if item.counts_as == counts_as)

    @property
    def answered(self) -> int:
        return len(self.items) - self.count(NOT_ANSWERED)

    @property
    def applicable(self) -> int:
        return len(self.items) - self.count("not_applicable")

    @property
    def words(self) -> str:
        """Such as "2 of 3 in place, 1 under way"."""
        return summary_words(self.items)


def summary_words(items: Iterable[ItemLine]) -> str:
    """Such as "9 of 17 in place, 7 under way, 1 not applicable"."""
    states = [item.counts_as for item in items]
    parts = [f"{states.count('in_place')} of {len(states)} in place"]
    parts += [f"{states.count(state)} {COUNTS_WORDS[state]}" for state in COUNTS_AS[1:] if state in states]
    return ", ".join(parts)


def timescale_words(timescale: str, due_on: date | None) -> str:
    """How a timescale is printed, such as "By 31 March 2026" or "In place"."""
    if timescale == TimescaleKind.DATE:
        return f"By {british_date(due_on)}"
    return "" if not timescale else TimescaleKind(timescale).label


def current_assessment(council: Council) -> Assessment | None:
    """The newest round of the council."""
    return (
        Assessment.objects.filter(council=council)
        .select_related("edition")
        .order_by("-period_start", "-opened_at")
        .first()
    )


def item_lines(assessment: Assessment) -> list[ItemLine]:
    """Every item of a round in the edition's order: one query."""
    scale = {step["value"]: step for step in assessment.edition.scale}
    answers = (
        ItemAnswer.objects.filter(council=assessment.council_id, assessment=assessment)
        .select_related("item", "owner")
        .order_by("item__order")
    )
    lines = []
    for answer in answers:
        step = scale.get(answer.status)
        lines.append(
            ItemLine(
                id=answer.pk,
                ref=answer.item.ref,
                prompt=answer.item.title,
                kind=answer.item.get_kind_display(),
                workstream=answer.item.workstream,
                status=step["label"] if step else "Not answered",
                counts_as=step["counts_as"] if step else NOT_ANSWERED,
                response=answer.response,
                timescale=timescale_words(answer.timescale, answer.due_on),
                owner=display_name(answer.owner) if answer.owner else "",
            )
        )
    return lines


def workstreams_of(assessment: Assessment) -> list[WorkstreamLine]:
    """The round by workstream, in the edition's order: one query."""
    grouped: dict[str, list[ItemLine]] = {}
    for line in item_lines(assessment):
        grouped.setdefault(line.workstream, []).append(line)
    return [WorkstreamLine(title, items) for title, items in grouped.items()]


def revisions_of(answer: ItemAnswer) -> list[AnswerRevision]:
    """What the answer said before, newest first."""
    return list(
        AnswerRevision.objects.filter(council=answer.council_id, answer=answer)
        .select_related("by")
        .order_by("-at", "-pk")[:50]
    )
