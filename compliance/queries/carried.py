"""Answers that were brought forward: what they said before, and which still wait to be confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from compliance.models import AnswerOrigin, Assessment
from compliance.queries.checklist import ItemLine, item_lines, timescale_words
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class EarlierAnswer:
    """What an answer said in the round from which it was brought."""

    id: UUID
    period: str
    ref: str
    status: str
    counts_as: str
    response: str
    timescale: str


@dataclass(frozen=True)
class WaitingLine:
    """An item whose answer waits to be confirmed, with what it said before."""

    item: ItemLine
    earlier: list[EarlierAnswer]


def earlier_answers(council: Council, answers: Collection[UUID]) -> dict[UUID, list[EarlierAnswer]]:
    """What each answer said in the round it was brought from: one query."""
    found: dict[UUID, list[EarlierAnswer]] = {}
    origins = (
        AnswerOrigin.objects.filter(council=council, answer__in=list(answers))
        .select_related("earlier__item", "earlier__local_item", "earlier__assessment__edition")
        .order_by("earlier__item__order", "earlier__local_item__number")
    )
    for origin in origins:
        before = origin.earlier
        step = {one["value"]: one for one in before.assessment.edition.scale}.get(before.status)
        found.setdefault(origin.answer_id, []).append(
            EarlierAnswer(
                id=before.pk,
                period=before.assessment.period,
                ref=before.asked.ref,
                status=step["label"] if step else "Not answered",
                counts_as=step["counts_as"] if step else "not_answered",
                response=before.response,
                timescale=timescale_words(before.timescale, before.due_on),
            )
        )
    return found


def waiting_lines(assessment: Assessment, owner: User | None = None) -> list[WaitingLine]:
    """The answers of a round that wait to be confirmed, one owner's or everybody's: three queries at most."""
    items = [
        line
        for line in item_lines(assessment)
        if line.to_confirm and (owner is None or line.owner_id == owner.pk)
    ]
    earlier = earlier_answers(assessment.council, [line.id for line in items])
    return [WaitingLine(line, earlier.get(line.id, [])) for line in items]
