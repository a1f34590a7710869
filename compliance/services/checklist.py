"""Open rounds of the duty checklist and answer its items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import AssessmentState
from compliance.models import AnswerRevision, Assessment, Edition, EditionItem, ItemAnswer
from compliance.policies import Difference, PolicyError, StaleVersion, check_answer, check_same_sending
from compliance.queries.checklist import timescale_words
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def open_assessment(
    *,
    council: Council,
    by: User,
    edition: Edition,
    period: str,
    period_start: date,
    period_end: date,
    parts: Sequence[str] = (),
) -> Assessment:
    """Open a round with one empty answer per item of the edition, or of the parts of it that are named.

    Raises:
        PolicyError: if the period ends before it starts, or there is a round for this edition and start.
    """
    if period_end < period_start:
        raise PolicyError("The period must end on or after the day it starts.")
    with transaction.atomic():
        assessment, created = Assessment.objects.get_or_create(
            council=council,
            edition=edition,
            period_start=period_start,
            defaults={
                "period": period,
                "period_end": period_end,
                "opened_by": by,
                "parts": list(parts),
            },
        )
        if not created:
            raise PolicyError("There is already a round for this edition and period.")
        items = EditionItem.objects.filter(edition=edition).order_by("order")
        if parts:
            items = items.filter(part__in=parts)
        ItemAnswer.objects.bulk_create(
            ItemAnswer(council=council, assessment=assessment, item=item) for item in items
        )
        record(action="compliance.assessment_opened", subject=assessment)
    return assessment


def answer_item(
    *,
    answer: ItemAnswer,
    by: User,
    status: str,
    response: str,
    timescale: str,
    due_on: date | None,
    owner: User | None,
    version: int,
    token: UUID,
) -> ItemAnswer:
    """Answer an item of an open round. What it said before stays in its revisions.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for an incomplete answer or a closed round.
    """
    with transaction.atomic():
        locked = (
            ItemAnswer.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assessment__edition", "owner")
            .get(council=answer.council_id, pk=answer.pk)
        )
        sent = AnswerRevision.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.answer_id == locked.pk, same_person=sent.by_id == by.pk)
            return locked
        if locked.assessment.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed, so its answers stay as they are.")
        check_answer(
            edition=locked.assessment.edition,
            status=status,
            response=response,
            timescale=timescale,
            due_on=due_on,
        )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=_differences(locked, status, response, timescale, due_on),
            )
        locked.status = status
        locked.response = response.strip()
        locked.timescale = timescale
        locked.due_on = due_on
        locked.owner = owner
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.updated_by = by
        locked.save(
            update_fields=[
                "status",
                "response",
                "timescale",
                "due_on",
                "owner",
                "version",
                "updated_at",
                "updated_by",
            ]
        )
        AnswerRevision.objects.create(
            council=locked.council,
            answer=locked,
            status=status,
            response=locked.response,
            timescale=timescale,
            due_on=due_on,
            by=by,
            token=token,
        )
        record(action="compliance.item_answered", subject=locked, details={"item": locked.item_id})
    return locked


def _differences(
    answer: ItemAnswer, status: str, response: str, timescale: str, due_on: date | None
) -> list[Difference]:
    labels = {step["value"]: step["label"] for step in answer.assessment.edition.scale}
    pairs = [
        ("status", "Status", labels.get(answer.status, "Not answered"), labels.get(status, status)),
        ("response", "Response", answer.response, response),
        (
            "timescale",
            "Timescale",
            timescale_words(answer.timescale, answer.due_on),
            timescale_words(timescale, due_on),
        ),
    ]
    return [Difference(*pair) for pair in pairs if pair[2] != pair[3]]
