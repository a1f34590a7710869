"""Reads of single answers of the duty checklist: their life, their links, and who is asked for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from compliance.enums import OPEN_STATUSES, AnswerState, AssessmentState
from compliance.models import (
    Action,
    AnswerAction,
    AnswerOrigin,
    AnswerStep,
    Assessment,
    ItemAnswer,
)
from compliance.queries.prompts import edits_in_force, in_words
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council

ITEM_EVIDENCE = "compliance.answer"
"""The kind under which evidence hangs on an answer. Kept in rows: never rename it."""


@dataclass(frozen=True)
class LinkedItem:
    """A checklist item that an action is to bring about, as the action's page names it."""

    answer_id: UUID
    ref: str
    title: str
    period: str
    href: str


@dataclass(frozen=True)
class AskedItem:
    """One item of a round with who is asked for it, as the pages of respondents print it."""

    id: UUID
    ref: str
    title: str
    workstream: str
    state: AnswerState
    owner: str
    owner_id: int | None
    answer_by: date | None
    period: str
    period_end: date
    council: Council
    to_confirm: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for whoever is asked."""
        return self.state in {AnswerState.TO_ANSWER, AnswerState.DRAFT, AnswerState.RETURNED}

    @property
    def due_on(self) -> date:
        return self.answer_by or self.period_end


def asked_items(rows: Iterable[ItemAnswer]) -> list[AskedItem]:
    """Answers as the pages of respondents print them; words that a council edited count (one query more for
    each council where there may be some).

    Args:
        rows: with assessment, item, local_item, owner and council selected.
    """
    answers = list(rows)
    edits = {}
    for council in {answer.council for answer in answers}:
        items = [one.item for one in answers if one.item is not None and one.council_id == council.pk]
        edits[council.pk] = edits_in_force(council, items)
    lines = []
    for answer in answers:
        asked = in_words(answer.asked, edits[answer.council_id].get(answer.item_id or 0))
        lines.append(
            AskedItem(
                id=answer.pk,
                ref=asked.ref,
                title=asked.title,
                workstream=asked.workstream,
                state=AnswerState(answer.state),
                owner=display_name(answer.owner) if answer.owner else "",
                owner_id=answer.owner_id,
                answer_by=answer.answer_by,
                period=answer.assessment.period,
                period_end=answer.assessment.period_end,
                council=answer.council,
                to_confirm=answer.to_confirm,
            )
        )
    return lines


_SELECTED = ("council", "assessment", "item", "local_item", "owner")
_ORDER = ("assessment__period_start", "item__order", "local_item__number")


def items_asked_in(assessment: Assessment) -> list[AskedItem]:
    """Every item of a round with who is asked for it."""
    return asked_items(
        ItemAnswer.objects.filter(council=assessment.council_id, assessment=assessment)
        .select_related(*_SELECTED)
        .order_by(*_ORDER)
    )


def items_asked_of(council: Council, user: User) -> list[AskedItem]:
    """The items of open rounds of a council that a person is asked for."""
    return asked_items(
        ItemAnswer.objects.filter(council=council, owner=user, assessment__state=AssessmentState.OPEN)
        .select_related(*_SELECTED)
        .order_by(*_ORDER)
    )


def possible_respondents(
    council: Council, roles: Collection[str], also: Collection[int] = ()
) -> QuerySet[User]:
    """People who may be asked for items, by name: live members in one of the roles, and whoever is asked now.

    Args:
        roles: those that may answer; the caller's table of grants names them.
        also: ids of people who are asked already, whatever their role is now.
    """
    return people_with(council, roles) | User.objects.filter(pk__in=list(also))


def steps_of(answer: ItemAnswer) -> list[AnswerStep]:
    """What happened to the answer, newest first."""
    return list(
        AnswerStep.objects.filter(council=answer.council_id, answer=answer)
        .select_related("by")
        .order_by("-at", "-pk")[:50]
    )


def earlier_answers(answer: ItemAnswer) -> list[ItemAnswer]:
    """What the last cycle said: the answers it was brought forward from, else the same item's newest earlier
    one. Newest first."""
    brought = AnswerOrigin.objects.filter(council=answer.council_id, answer=answer).values("earlier")
    chosen = (
        ItemAnswer.objects.filter(council=answer.council_id)
        .select_related("assessment__edition", "item", "local_item")
        .order_by("-assessment__period_start", "item__order", "local_item__number")
    )
    found = list(chosen.filter(pk__in=brought))
    if found:
        return found
    same = Q(item=answer.item_id) if answer.item_id else Q(local_item=answer.local_item_id)
    return list(
        chosen.filter(same, assessment__period_start__lt=answer.assessment.period_start).exclude(status="")[
            :1
        ]
    )


def actions_linked(answer: ItemAnswer, visible: QuerySet[Action] | None = None) -> list[Action]:
    """The plan actions that are to bring the item about, by number.

    Args:
        visible: the actions that the reader may see; left out, all.
    """
    links = AnswerAction.objects.filter(council=answer.council_id, answer=answer)
    actions = Action.objects.filter(council=answer.council_id, pk__in=links.values("action"))
    if visible is not None:
        actions = actions.filter(pk__in=visible.values("pk"))
    return list(actions.select_related("plan", "owner").order_by("number"))


def actions_found(visible: QuerySet[Action], text: str, most: int = 50) -> list[Action]:
    """Open actions whose words or reference hold a text, by number; without a text the first ones."""
    wanted = Q()
    if text.strip():
        wanted = Q(title__icontains=text.strip())
        reference = text.strip().upper().removeprefix("A")
        if reference.isdecimal() and len(reference) < 9:
            wanted |= Q(number=int(reference))
    return list(
        visible.filter(wanted, status__in=OPEN_STATUSES).select_related("plan").order_by("number")[:most]
    )


def items_of_action(
    council: Council, action_ids: Collection[UUID], *, asked_of: User | None = None
) -> dict[UUID, list[LinkedItem]]:
    """The checklist items that each action is to bring about, newest round first: one query.

    Args:
        asked_of: only items that this person is asked for; for readers without the right to the checklist.
    """
    links = AnswerAction.objects.filter(council=council, action__in=list(action_ids))
    if asked_of is not None:
        links = links.filter(answer__owner=asked_of)
    found: dict[UUID, list[LinkedItem]] = {action_id: [] for action_id in action_ids}
    for link in links.select_related("answer__item", "answer__local_item", "answer__assessment").order_by(
        "-answer__assessment__period_start", "answer__item__order", "answer__local_item__number"
    ):
        answer = link.answer
        found[link.action_id].append(
            LinkedItem(
                answer_id=answer.pk,
                ref=answer.asked.ref,
                title=answer.asked.title,
                period=answer.assessment.period,
                href=reverse("checklist-item", args=[council.slug, answer.pk]),
            )
        )
    return found


def answer_things(council: Council, readable: Iterable[ItemAnswer]) -> dict[UUID, Thing]:
    """How answers are called where a document says what it hangs on."""
    return {
        answer.pk: Thing(
            f"{answer.asked.ref} {answer.asked.title}, {answer.assessment.period}",
            reverse("checklist-item", args=[council.slug, answer.pk]),
        )
        for answer in readable
    }
