"""Reads of the duty checklist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Q, When
from django.utils import timezone

from compliance.editions import channel_assurance
from compliance.enums import AnswerState, TimescaleKind
from compliance.models import AnswerRevision, Assessment, ItemAnswer
from compliance.queries.prompts import edits_in_force, in_words
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

NOT_ANSWERED = "not_answered"
TO_CONFIRM = "to_confirm"
"""Brought forward and not looked at in this round yet: it counts as nothing else, whatever it says."""

COUNTS_AS = ("in_place", "under_way", "not_started", "not_applicable", TO_CONFIRM, NOT_ANSWERED)
COUNTS_WORDS: Mapping[str, str] = {
    "in_place": "in place",
    "under_way": "under way",
    "not_started": "not started",
    "not_applicable": "not applicable",
    TO_CONFIRM: "to confirm",
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
    owner_id: int | None = None
    version: int = 1
    key: str = ""
    note: str = ""
    local: bool = False
    has_status: bool = False
    confirmed_at: datetime | None = None
    state: str = AnswerState.TO_ANSWER

    @property
    def to_confirm(self) -> bool:
        return self.counts_as == TO_CONFIRM


@dataclass(frozen=True)
class WorkstreamLine:
    """One workstream of a round with its items."""

    title: str
    items: list[ItemLine]
    counts_words: Mapping[str, str] = field(default_factory=lambda: COUNTS_WORDS)

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
        return summary_words(self.items, self.counts_words)


def counts_words_of(assessment: Assessment) -> Mapping[str, str]:
    """What each count is called in the terms of the round's edition."""
    return {**COUNTS_WORDS, **assessment.edition.counts_words}


def summary_words(items: Iterable[ItemLine], words: Mapping[str, str] = COUNTS_WORDS) -> str:
    """Such as "9 of 17 in place, 7 under way, 1 not applicable", in the edition's own words."""
    states = [item.counts_as for item in items]
    parts = [f"{states.count('in_place')} of {len(states)} {words['in_place']}"]
    parts += [f"{states.count(state)} {words[state]}" for state in COUNTS_AS[1:] if state in states]
    return ", ".join(parts)


def reassessed_words(items: Iterable[ItemLine]) -> str:
    """What a round that followed another really looked at, such as "12 of 17 re-assessed, 5 carried forward
    unconfirmed"."""
    states = [item.counts_as for item in items]
    carried, unanswered = states.count(TO_CONFIRM), states.count(NOT_ANSWERED)
    said = [f"{len(states) - carried - unanswered} of {len(states)} re-assessed"]
    said.append(f"{carried} carried forward unconfirmed")
    if unanswered:
        said.append(f"{unanswered} not answered")
    return ", ".join(said)


def timescale_words(timescale: str, due_on: date | None) -> str:
    """How a timescale is printed, such as "By 31 March 2026" or "In place"."""
    if timescale == TimescaleKind.DATE:
        return f"By {british_date(due_on)}"
    return "" if not timescale else TimescaleKind(timescale).label


def current_assessment(council: Council, on: date | None = None) -> Assessment | None:
    """The newest round of the duty checklist that had begun on a day (today where none is given).

    Where none had begun by then, the newest of all. The Channel assurance statement is a round of its own
    and never stands for the duty. One query.
    """
    begun = Q(period_start__lte=on or timezone.localdate())
    return (
        Assessment.objects.filter(council=council)
        .exclude(edition__code=channel_assurance.CODE)
        .select_related("edition")
        .order_by(Case(When(begun, then=0), default=1), "-period_start", "-opened_at")
        .first()
    )


def item_lines(assessment: Assessment) -> list[ItemLine]:
    """Every item of a round by workstream in the edition's order, the council's own items last in theirs.

    One query, and a second where the edition has items that nobody has verified.
    """
    scale = {step["value"]: step for step in assessment.edition.scale}
    answers = list(
        ItemAnswer.objects.filter(council=assessment.council_id, assessment=assessment)
        .select_related("item", "local_item", "owner")
        .order_by("item__order", "local_item__number")
    )
    edits = edits_in_force(
        assessment.council,
        [answer.item for answer in answers if answer.item is not None],
        until=assessment.closed_at,
    )
    grouped: dict[str, list[ItemLine]] = {}
    for answer in answers:
        step = scale.get(answer.score)
        asked = in_words(answer.asked, edits.get(answer.item_id or 0))
        label = step["label"] if step else "Not answered"
        counts_as = step["counts_as"] if step else NOT_ANSWERED
        if answer.to_confirm:
            label = f"To confirm: {label.lower()}" if step else "To confirm"
            counts_as = TO_CONFIRM
        grouped.setdefault(asked.workstream, []).append(
            ItemLine(
                id=answer.pk,
                ref=asked.ref,
                prompt=asked.title,
                kind=asked.kind,
                workstream=asked.workstream,
                status=label,
                counts_as=counts_as,
                response=answer.response,
                timescale=timescale_words(answer.timescale, answer.due_on),
                owner=display_name(answer.owner) if answer.owner else "",
                owner_id=answer.owner_id,
                version=answer.version,
                key=_key(answer, assessment),
                note=asked.note,
                local=answer.local_item_id is not None,
                has_status=step is not None,
                confirmed_at=answer.confirmed_at,
                state=answer.state,
            )
        )
    return [line for lines in grouped.values() for line in lines]


def _key(answer: ItemAnswer, assessment: Assessment) -> str:
    """What makes an item the same in two rounds: its edition with its ref, or the council's item itself."""
    if answer.item is None:
        return f"local {answer.local_item_id}"
    return f"{assessment.edition.code} {answer.item.ref}"


def workstreams_of(assessment: Assessment) -> list[WorkstreamLine]:
    """The round by workstream, in the edition's order: as many queries as its items."""
    words = counts_words_of(assessment)
    grouped: dict[str, list[ItemLine]] = {}
    for line in item_lines(assessment):
        grouped.setdefault(line.workstream, []).append(line)
    return [WorkstreamLine(title, items, words) for title, items in grouped.items()]


def revisions_of(answer: ItemAnswer) -> list[AnswerRevision]:
    """What the answer said before, newest first."""
    return list(
        AnswerRevision.objects.filter(council=answer.council_id, answer=answer)
        .select_related("by")
        .order_by("-at", "-pk")[:50]
    )
