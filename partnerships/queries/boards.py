"""Reads of boards: which boards a council has or takes part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from partnerships.enums import BoardLevel, Cadence
from partnerships.models import Board
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class BoardLine:
    """One board of a council, or a joint board that it takes part in."""

    id: UUID
    name: str
    level: BoardLevel
    cadence: Cadence
    chair_title: str
    parent: str
    host: str
    terms_reviewed_on: date | None


def boards_seen_by(council: Council, today: date, prefix: str = "") -> Q:
    """Boards that the council hosts or takes part in on a day."""
    part = f"{prefix}participants"
    joined = Q(**{f"{part}__participant": council, f"{part}__starts_on__lte": today})
    open_end = Q(**{f"{part}__ends_on__isnull": True}) | Q(**{f"{part}__ends_on__gte": today})
    return Q(**{f"{prefix}council": council} if prefix else {"council": council}) | (joined & open_end)


def boards_of(council: Council, today: date) -> list[BoardLine]:
    """The council's boards by name, joint boards of other councils included while it takes part."""
    boards = (
        Board.objects.filter(boards_seen_by(council, today))
        .select_related("parent", "council")
        .order_by("name", "pk")
        .distinct()
    )
    return [
        BoardLine(
            id=board.pk,
            name=board.name,
            level=BoardLevel(board.level),
            cadence=Cadence(board.cadence),
            chair_title=board.chair_title,
            parent=board.parent.name if board.parent else "",
            host="" if board.council_id == council.pk else board.council.name,
            terms_reviewed_on=board.terms_reviewed_on,
        )
        for board in boards
    ]
