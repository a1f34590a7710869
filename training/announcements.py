"""What training tells the other rooms: overview tiles, report blocks, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council
from prevent_portal.web.overview_tiles import Tile
from prevent_portal.web.report_blocks import Block
from training.access.returns import organisations_to_send_for
from training.coverage_tables import changes_block
from training.permissions import TrainingPermission
from training.queries.coverage import coverage, last_returned, latest_period_end
from training.queries.lines import LineKind, automatic_lines, change_points
from training.queries.returns import (
    MissingReturn,
    missing_returns,
    missing_returns_by_council,
    missing_returns_to,
)
from training.tables import group_block, no_returns_block, no_services_block, services_block, short_name

SENTENCES = {
    "training.returns_submitted": "sent training returns",
    "training.register_confirmed": "sent training returns from a staff register",
    "training.return_accepted": "accepted a training return",
    "training.return_queried": "queried a training return",
    "training.returns_shared": "shared an organisation's training returns with the council",
    "training.sharing_ended": "ended the sharing of an organisation's training returns",
}


def overview_tiles(access: CouncilAccess) -> list[Tile]:
    """How many partner returns of the latest quarter reach their target, what changed, and what is missing.

    Reads two quarters and no more: the latest, and the one before it to tell what changed.
    """
    if not access.may(TrainingPermission.VIEW_COVERAGE):
        return []
    href = reverse("training", args=[access.council.slug])
    end = latest_period_end(access.council)
    if end is None:
        return []
    shown = coverage(access.council, end=end, window=2, quarters_only=True)
    measured = shown.measured
    below = [line for line in measured if line.is_below]
    tiles = []
    if measured:
        worst = max(below, key=lambda line: line.eligible or 0, default=None)
        tiles.append(
            Tile(
                60,
                f"{len(measured) - len(below)} of {len(measured)}",
                f"Training returns that reach their target, {shown.periods[-1].label}",
                href,
                "bad" if below else "good",
                f"{short_name(worst.organisation)}, {worst.course}: {worst.against}" if worst else "",
            )
        )
    today = timezone.localdate()
    lines = [
        line
        for line in automatic_lines(shown, points=change_points(access.council), today=today)
        if line.kind != LineKind.MISSING
    ]
    if lines:
        tiles.append(
            Tile(
                62,
                str(len(lines)),
                f"Changes in training to look at, {shown.periods[-1].label}",
                f"{href}#what-changed",
                "attention",
                lines[0].words,
            )
        )
    missing = missing_returns(access.council, today)
    if missing:
        first, others = missing[0], len(missing) - 1
        more = f", and {others} more" if others else ""
        tiles.append(
            Tile(
                61,
                str(len(missing)),
                "Training returns missing",
                href,
                "attention",
                f"{short_name(first.organisation)}: {first.course}, {first.period.label}{more}",
            )
        )
    return tiles


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


def due_items(mine: OwnAccess, today: date) -> Iterator[DueItem]:
    """Returns that the person has still to send, and for a coordinator those to chase.

    The same number of statements for any number of councils.
    """
    chased = [each.council for each in mine.accesses if each.may(TrainingPermission.REVIEW_RETURNS)]
    if chased:
        late = missing_returns_by_council(chased, today)
        for council in chased:
            yield from _to_chase(council, late.get(council.pk, []), today)
    senders = [each for each in mine.accesses if each.may(TrainingPermission.SUBMIT_RETURNS)]
    councils = {each.council.pk: each.council for each in senders}
    organisations: dict[int, set[UUID]] = {}
    for council, organisation in organisations_to_send_for(senders):
        organisations.setdefault(council.pk, set()).add(organisation.pk)
    if organisations:
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
