"""What training tells the other rooms: overview tiles, report blocks, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import CouncilAccess, council_access, live_councils
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council
from prevent_portal.web.overview_tiles import Tile
from prevent_portal.web.report_blocks import Block
from training.access import sending_organisations
from training.permissions import TrainingPermission
from training.queries import coverage, latest_period_end, missing_returns, missing_returns_of
from training.tables import group_block, services_block, short_name

SENTENCES = {
    "training.returns_submitted": "sent training returns",
    "training.return_accepted": "accepted a training return",
    "training.return_queried": "queried a training return",
    "training.returns_shared": "shared an organisation's training returns with the council",
    "training.sharing_ended": "ended the sharing of an organisation's training returns",
}


def overview_tiles(access: CouncilAccess) -> list[Tile]:
    """How many partner returns of the latest quarter reach their target, and how many are missing."""
    if not access.may(TrainingPermission.VIEW_COVERAGE):
        return []
    href = reverse("training", args=[access.council.slug])
    end = latest_period_end(access.council)
    if end is None:
        return []
    shown = coverage(access.council, end=end)
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
    missing = missing_returns(access.council, timezone.localdate())
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
    """A table for each organisation and course: the four quarters up to the report's period."""
    shown = coverage(council, end=period_end, as_at=as_at)
    return [group_block(group, as_at) for group in shown.groups if group.lines or group.missing]


def services_blocks(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Services that report over a period of their own which overlaps the report's year."""
    shown = coverage(council, end=period_end, as_at=as_at)
    return [services_block(shown.other_periods, as_at)] if shown.other_periods else []


def due_items(user: User, today: date) -> Iterator[DueItem]:
    """Returns that the person has still to send, and for a coordinator those to chase."""
    for council in live_councils(user):
        access = council_access(user, council)
        if access.may(TrainingPermission.REVIEW_RETURNS):
            yield from _to_chase(council, today)
        if access.may(TrainingPermission.SUBMIT_RETURNS):
            ids = [organisation.pk for organisation in sending_organisations(access)]
            yield from _to_send(council, ids, today)


def _to_chase(council: Council, today: date) -> Iterator[DueItem]:
    late = [missing for missing in missing_returns(council, today) if missing.due_on < today]
    for end in sorted({missing.period.end for missing in late}):
        of_quarter = [missing for missing in late if missing.period.end == end]
        label, count = of_quarter[0].period.label, len(of_quarter)
        yield DueItem(
            council=council,
            due_on=min(missing.due_on for missing in of_quarter),
            reference="Training returns",
            title=f"{count} missing for {label}",
            task="Chase the missing returns",
            href=f"{reverse('training', args=[council.slug])}?to={end.isoformat()}",
        )


def _to_send(council: Council, organisation_ids: Iterable[UUID], today: date) -> Iterator[DueItem]:
    for missing in missing_returns_of(council, organisation_ids, today):
        yield DueItem(
            council=council,
            due_on=missing.due_on,
            reference="Training return",
            title=f"{missing.course}, {missing.period.label}, {short_name(missing.organisation)}",
            task="Send the training return",
            href=reverse("send-returns", args=[council.slug]),
        )
