"""What training tells the other rooms: report blocks, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted
from prevent_portal.web.report_blocks import Block
from training.access.returns import organisations_to_send_for
from training.coverage_tables import changes_block
from training.enums import PeriodKind
from training.models import ReturnReview, TrainingReturn
from training.periods import Period
from training.permissions import TrainingPermission
from training.queries.coverage import coverage, last_returned
from training.queries.lines import automatic_lines, change_points
from training.queries.returns import (
    MissingReturn,
    missing_returns_by_council,
    missing_returns_to,
    returns_to_review,
)
from training.queries.rounds import QUESTION_FIELDS, queries_to
from training.tables import group_block, no_returns_block, no_services_block, services_block, short_name

REVIEWED_WITHIN = timedelta(days=14)
"""So long after the first of them came, a council should have looked at its returns."""
REVIEWED_FOR = timedelta(days=400)
"""Returns of periods that ended before that wait for nobody: they were loaded as history."""
REVIEW_FIELDS = ("for_council", "waiting", "first_sent", "period_kind", "period_from", "period_to")
SENTENCES = {
    "training.returns_submitted": "sent training returns",
    "training.register_confirmed": "sent training returns from a staff register",
    "training.return_accepted": "accepted a training return",
    "training.return_queried": "queried a training return",
    "training.returns_shared": "shared an organisation's training returns with the council",
    "training.sharing_ended": "ended the sharing of an organisation's training returns",
}


def returns_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """A table for each organisation and course: the four quarters up to the report's period.

    Of accepted figures, as every block of training; what waits to be accepted is named as a gap. Where
    nothing came and nothing was expected, one table says so, with what each organisation returned last.
    """
    shown = coverage(council, end=period_end, as_at=as_at, quarters_only=True, accepted_only=True)
    blocks = [
        group_block(group, as_at) for group in shown.groups if group.lines or group.missing or group.waiting
    ]
    last = shown.periods[-1]
    return blocks or [no_returns_block(last_returned(council, end=last.end, as_at=as_at), last, as_at)]


def services_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Services that report over a period of their own which overlaps the report's year, or which did not.

    Nothing where the council has linked no service of its own.
    """
    shown = coverage(council, end=period_end, as_at=as_at, accepted_only=True)
    lines, waiting = shown.other_periods, shown.other_periods_waiting
    if lines or waiting:
        return [services_block(lines, waiting, as_at)]
    services = [
        each.name
        for each in linked_organisations(council, period_end).values()
        if each.kind == OrganisationKind.COUNCIL_SERVICE
    ]
    return [no_services_block(sorted(services), period_end, as_at)] if services else []


def changes_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """What changed in the last quarter of the report's period, one line for each organisation and course."""
    shown = coverage(council, end=period_end, as_at=as_at, quarters_only=True, accepted_only=True)
    lines = automatic_lines(shown, points=change_points(council), today=as_at)
    waiting = [line for group in shown.groups for line in group.waiting]
    return [changes_block(lines, waiting, shown.periods[-1].label, as_at)] if lines or waiting else []


def due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Returns that the person has still to send and questions to answer; for a coordinator those to chase.

    The same number of statements for any number of councils.
    """
    chased = list(mine.where(TrainingPermission.REVIEW_RETURNS).values())
    if chased:
        late = missing_returns_by_council(chased, today)
        for council in chased:
            yield from _to_chase(council, late.get(council.pk, []), today)
        named = {council.pk: council for council in chased}
        own, wide = returns_to_review(list(named), today - REVIEWED_FOR)
        yield Waiting(own, REVIEW_FIELDS, partial(_to_review, named, ""))
        yield Waiting(wide, REVIEW_FIELDS, partial(_to_review, named, " for whole organisations"))
    senders = [each for each in mine.accesses if each.may(TrainingPermission.SUBMIT_RETURNS)]
    councils = {each.council.pk: each.council for each in senders}
    organisations: dict[int, set[UUID]] = {}
    for council, organisation in organisations_to_send_for(senders):
        organisations.setdefault(council.pk, set()).add(organisation.pk)
    if not organisations:
        return
    for missing in missing_returns_to(organisations, today):
        council = councils[missing.council_id]
        yield DueItem(
            council=council,
            due_on=missing.due_on,
            reference="Training return",
            title=f"{missing.course}, {missing.period.label}, {short_name(missing.organisation)}",
            task="Send the training return",
            href=reverse("send-returns", args=[council.slug]),
            kind="return",
            statutory=True,
            own_lead=True,
        )
    keys = {key for every in organisations.values() for key in every}
    questions = partial(_questions, councils, organisations)
    yield Waiting(queries_to(keys, list(organisations)), QUESTION_FIELDS, questions)


def _questions(
    councils: Mapping[int, Council], organisations: Mapping[int, Set[UUID]], reviews: Iterable[ReturnReview]
) -> Iterator[DueItem]:
    for review in reviews:
        found = review.training_return
        if found.organisation_id in organisations[review.council_id]:
            council = councils[review.council_id]
            yield DueItem(
                council=council,
                due_on=None,
                reference="Training return",
                title=f"{found.course.name}, {short_name(found.organisation.name)}",
                task="Answer the council’s question",
                href=reverse("own-return", args=[council.slug, found.pk]),
                kind="return_question",
            )


def _to_review(
    councils: Mapping[int, Council], whose: str, returns: Iterable[TrainingReturn]
) -> Iterator[DueItem]:
    """A line for each period of a council, right to the return where there is one alone."""
    for found in cast("Iterable[Any]", returns):  # the query adds what it counts
        council = councils[found.for_council]
        period = Period(found.period_to, found.period_from, PeriodKind(found.period_kind))
        all_of_it = f"{reverse('training', args=[council.slug])}?to={period.end.isoformat()}"
        one = reverse("training-return", args=[council.slug, found.pk])
        yield DueItem(
            council=council,
            due_on=timezone.localdate(found.first_sent) + REVIEWED_WITHIN,
            reference="Training returns",
            title=f"{counted(found.waiting, 'return', 'returns')} of {period.label}{whose}",
            task="Accept or query the returns",
            href=one if found.waiting == 1 else all_of_it,
            kind="return_review",
        )


def _to_chase(council: Council, missing: Iterable[MissingReturn], today: date) -> Iterator[DueItem]:
    late = [each for each in missing if each.due_on < today]
    for end in sorted({each.period.end for each in late}):
        of_quarter = [each for each in late if each.period.end == end]
        label, count = of_quarter[0].period.label, len(of_quarter)
        yield DueItem(
            council=council,
            due_on=min(each.due_on for each in of_quarter),
            reference="Training returns",
            title=f"{count} missing for {label}",
            task="Chase the missing returns",
            href=f"{reverse('training', args=[council.slug])}?to={end.isoformat()}",
            kind="missing_return",
        )
