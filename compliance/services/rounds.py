"""Open rounds of the duty checklist, bring the last one forward, confirm what it said, close them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.editions.crosswalks import crosswalk
from compliance.enums import AnswerState, AssessmentState
from compliance.models import (
    AnswerAction,
    AnswerOrigin,
    Assessment,
    Edition,
    EditionItem,
    ItemAnswer,
    LocalItem,
)
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.answers import ITEM_EVIDENCE
from compliance.queries.plans import possible_owners
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents.services.uses import carry_forward
from prevent_portal.tenancy.models import Council

LONGEST_RESPONSE = 4000
"""What the form of an item takes; merged responses that are longer are shown beside it instead."""


def open_assessment(
    *,
    council: Council,
    by: User,
    edition: Edition,
    period: str,
    period_start: date,
    period_end: date,
    parts: Sequence[str] = (),
    earlier: Assessment | None = None,
) -> Assessment:
    """Open a round with one empty answer per item of the edition, or of the parts of it that are named.

    The council's own items that are in use are asked as well. With ``earlier``, the answers of that round are
    brought forward in the same transaction.

    Raises:
        PolicyError: if the period ends before it starts, for a part that the edition has not, if there is a
            round for this edition and start, or if ``earlier`` cannot be brought forward.
    """
    if period_end < period_start:
        raise PolicyError("The period must end on or after the day it starts.")
    if not set(parts) <= set(edition.part_labels):
        raise PolicyError("Select parts of this edition.")
    with transaction.atomic():
        assessment, created = Assessment.objects.get_or_create(
            council=council,
            edition=edition,
            period_start=period_start,
            defaults={
                "period": period,
                "period_end": period_end,
                "opened_by": by,
                "parts": [part for part in edition.part_labels if part in parts],
            },
        )
        if not created:
            raise PolicyError("There is already a round for this edition and period.")
        items = EditionItem.objects.filter(edition=edition).order_by("order")
        if parts:
            items = items.filter(part__in=parts)
        own = LocalItem.objects.filter(council=council, retired_at__isnull=True).order_by("number")
        ItemAnswer.objects.bulk_create(
            [ItemAnswer(council=council, assessment=assessment, item=item) for item in items]
            + [ItemAnswer(council=council, assessment=assessment, local_item=item) for item in own]
        )
        record(action="compliance.assessment_opened", subject=assessment)
        if earlier is not None:
            assessment = bring_forward(assessment=assessment, earlier=earlier, by=by)
    return assessment


def bring_forward(*, assessment: Assessment, earlier: Assessment, by: User) -> Assessment:
    """Bring the answers of an earlier round into an open one, each "to confirm". Answers given already stay.

    An item that is asked again keeps its score (the agreed one if there is one), response, timescale and
    owner. An item that continues one of an older edition keeps response and owner; its status stays blank,
    because the scale is another one. Evidence and linked actions come along. Where an answer came from is
    kept, so the history of its scores is whole. Items are matched by themselves or by the crosswalk of their
    editions, never by number alone.

    Raises:
        PolicyError: for a closed round, one that has been brought forward already, an earlier round that is
            not earlier, or editions of which nobody has said how one continues in the other.
    """
    with transaction.atomic():
        locked = (
            Assessment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("edition", "council")
            .get(council=assessment.council_id, pk=assessment.pk)
        )
        if locked.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed, so its answers stay as they are.")
        if locked.brought_from_id is not None:
            raise PolicyError("Answers have been brought forward into this round already.")
        if earlier.council_id != locked.council_id or earlier.pk == locked.pk:
            raise PolicyError("Select another round of this council.")
        if earlier.period_start > locked.period_start:
            raise PolicyError("Select a round that started before this one.")
        origins = _origins(locked, earlier)
        owners = {person.pk for person in possible_owners(locked.council)}
        carried = []
        for answer, before in origins:
            if answer.status or answer.response:
                continue
            _carry(answer, before, same_scale=earlier.edition_id == locked.edition_id, owners=owners, by=by)
            carried.append(answer)
        ItemAnswer.objects.bulk_update(
            carried,
            [
                *("status", "response", "timescale", "due_on", "training_delivery", "owner"),
                *("to_confirm", "updated_at", "updated_by"),
            ],
        )
        _carry_actions(locked.council, origins, by=by)
        _carry_evidence(locked.council, origins, by=by)
        AnswerOrigin.objects.bulk_create(
            AnswerOrigin(council=locked.council, answer=answer, earlier=one)
            for answer, before in origins
            for one in before
        )
        locked.brought_from = earlier
        locked.save(update_fields=["brought_from"])
        record(
            action="compliance.round_brought_forward",
            subject=locked,
            details={"from": earlier.pk, "answers": len(carried)},
        )
    return locked


def confirm_answer(*, answer: ItemAnswer, by: User, version: int) -> ItemAnswer:
    """Confirm that what was brought forward still holds. Confirmed twice, it happens once.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: in a closed round, or for an answer that has no status on this edition's scale.
    """
    with transaction.atomic():
        locked = (
            ItemAnswer.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assessment", "item", "local_item")
            .get(council=answer.council_id, pk=answer.pk)
        )
        if not locked.to_confirm:
            return locked
        if locked.assessment.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed, so its answers stay as they are.")
        if not locked.status:
            raise PolicyError(
                "This answer has no status on the scale of this edition yet. Open the item and give it one."
            )
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=[])
        locked.to_confirm = False
        if locked.state == AnswerState.TO_ANSWER:
            locked.state = AnswerState.DRAFT  # as an answer that somebody wrote: it can be submitted now
        locked.confirmed_at = timezone.now()
        locked.confirmed_by = by
        locked.version += 1
        locked.updated_at = locked.confirmed_at
        locked.updated_by = by
        locked.save(
            update_fields=[
                *("to_confirm", "state", "confirmed_at", "confirmed_by"),
                *("version", "updated_at", "updated_by"),
            ]
        )
        record(action="compliance.answer_confirmed", subject=locked, details={"item": locked.asked.pk})
    return locked


def close_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Close a round for good: its answers stay as they are, and it is never opened again.

    Raises:
        PolicyError: if it is closed already.
    """
    with transaction.atomic():
        locked = (
            Assessment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("edition")
            .get(council=assessment.council_id, pk=assessment.pk)
        )
        if locked.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed already.")
        locked.state = AssessmentState.CLOSED
        locked.closed_at = timezone.now()
        locked.closed_by = by
        locked.save(update_fields=["state", "closed_at", "closed_by"])
        record(action="compliance.assessment_closed", subject=locked)
    return locked


def _origins(now: Assessment, earlier: Assessment) -> list[tuple[ItemAnswer, list[ItemAnswer]]]:
    """Each answer of a round with the answers of the earlier one that it continues, if these say anything."""
    asked = _answers(now)
    before = [one for one in _answers(earlier) if one.status or one.response]
    if now.edition_id == earlier.edition_id:
        links = {(one.item_id, one.item_id) for one in before}
    else:
        links = _links(earlier.edition, now.edition)
    found = []
    for answer in asked:
        if answer.local_item_id is not None:
            same = [one for one in before if one.local_item_id == answer.local_item_id]
        else:
            same = [one for one in before if one.item_id and (one.item_id, answer.item_id) in links]
        if same:
            found.append((answer, same))
    return found


def _answers(assessment: Assessment) -> list[ItemAnswer]:
    return list(
        ItemAnswer.objects.filter(council=assessment.council_id, assessment=assessment)
        .select_related("item", "local_item", "owner")
        .order_by("item__order", "local_item__number")
    )


def _links(older: Edition, newer: Edition) -> set[tuple[int | None, int | None]]:
    """The crosswalk between two editions by the keys of their items."""
    way = crosswalk(older.code, newer.code)
    if way is None:
        raise PolicyError(
            f"Nobody has said how the items of “{older.name}” continue in “{newer.name}”, so answers cannot "
            "be brought forward."
        )
    keys = {
        (item.edition_id, item.ref): item.pk
        for item in EditionItem.objects.filter(edition__in=[older, newer])
    }
    return {(keys.get((older.pk, before)), keys.get((newer.pk, after))) for before, after in way.links}


def _carry(
    answer: ItemAnswer, before: list[ItemAnswer], *, same_scale: bool, owners: Collection[int], by: User
) -> None:
    """Fill an answer from those that it continues, to be confirmed."""
    people = {one.owner_id for one in before}
    owner = before[0].owner
    if answer.owner_id is None and len(people) == 1 and owner is not None and owner.pk in owners:
        answer.owner = owner
    if same_scale:
        answer.status = before[0].score
        answer.training_delivery = before[0].training_delivery
        answer.response = before[0].response
        answer.timescale = before[0].timescale
        answer.due_on = before[0].due_on
    elif len(before) == 1:
        answer.response = before[0].response
    else:
        joined = "\n\n".join(f"{one.asked.ref}: {one.response}" for one in before if one.response)
        answer.response = joined if len(joined) <= LONGEST_RESPONSE else ""
    answer.to_confirm = True
    answer.updated_at = timezone.now()
    answer.updated_by = by


def _carry_actions(
    council: Council, origins: Sequence[tuple[ItemAnswer, list[ItemAnswer]]], *, by: User
) -> None:
    """Link the actions of the earlier answers to those that continue them: two queries."""
    earlier = {one.pk for _, before in origins for one in before}
    linked: dict[UUID, list[UUID]] = {}
    links = AnswerAction.objects.filter(council=council, answer__in=earlier)
    for answer_id, action_id in links.values_list("answer_id", "action_id"):
        linked.setdefault(answer_id, []).append(action_id)
    AnswerAction.objects.bulk_create(
        [
            AnswerAction(council=council, answer=answer, action_id=action_id, linked_by=by)
            for answer, before in origins
            for action_id in dict.fromkeys(action for one in before for action in linked.get(one.pk, ()))
        ],
        ignore_conflicts=True,
    )


def _carry_evidence(
    council: Council, origins: Sequence[tuple[ItemAnswer, list[ItemAnswer]]], *, by: User
) -> None:
    """Hang the documents of the earlier answers on those that continue them, also where an item is split."""
    following: dict[UUID, list[UUID]] = {}
    for answer, before in origins:
        for one in before:
            following.setdefault(one.pk, []).append(answer.pk)
    for place in range(max(map(len, following.values()), default=0)):
        pairs = {old: new[place] for old, new in following.items() if place < len(new)}
        carry_forward(council=council, by=by, kind=ITEM_EVIDENCE, pairs=pairs)
