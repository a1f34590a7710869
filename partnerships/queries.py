"""Reads of partnerships: who serves a council's area, which boards it has and when they meet next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from partnerships.enums import BoardLevel, Cadence, OrganisationKind
from partnerships.models import Board, CouncilOrganisation, Meeting, Organisation, OrganisationCode
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class NextMeeting:
    """One meeting to come. ``host`` names the other council whose joint board it is, else it is empty."""

    id: UUID
    board: str
    held_on: date
    place: str
    papers_due_on: date | None
    host: str


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation as a council sees it."""

    id: UUID
    name: str
    kind: OrganisationKind
    codes: str
    linked_from: date | None
    linked_to: date | None
    ends_on: date | None
    successor: str


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


def _boards_of(council: Council, today: date, prefix: str = "") -> Q:
    """Boards that the council hosts or takes part in on a day."""
    part = f"{prefix}participants"
    joined = Q(**{f"{part}__participant": council, f"{part}__starts_on__lte": today})
    open_end = Q(**{f"{part}__ends_on__isnull": True}) | Q(**{f"{part}__ends_on__gte": today})
    return Q(**{f"{prefix}council": council} if prefix else {"council": council}) | (joined & open_end)


def next_meetings(council: Council, today: date, limit: int = 5) -> list[NextMeeting]:
    """The next meetings of the council's own boards and of the joint boards it takes part in.

    Args:
        council: the council of the current scope.
        today: meetings of this day count.
        limit: at most so many, the earliest first.
    """
    meetings = (
        Meeting.objects.filter(_boards_of(council, today, "board__"), held_on__gte=today)
        .select_related("board", "council")
        .order_by("held_on", "board__name", "pk")
        .distinct()[:limit]
    )
    return [
        NextMeeting(
            id=meeting.pk,
            board=meeting.board.name,
            held_on=meeting.held_on,
            place=meeting.place,
            papers_due_on=meeting.papers_due_on,
            host="" if meeting.council_id == council.pk else meeting.council.name,
        )
        for meeting in meetings
    ]


def boards_of(council: Council, today: date) -> list[BoardLine]:
    """The council's boards by name, joint boards of other councils included while it takes part."""
    boards = (
        Board.objects.filter(_boards_of(council, today))
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


def organisations_of(council: Council) -> list[OrganisationLine]:
    """Every organisation that the council has linked, by name, those that ended included."""
    links = (
        CouncilOrganisation.objects.filter(council=council)
        .select_related("organisation", "organisation__successor")
        .order_by("organisation__name", "pk")
    )
    # By the council, not by a list of keys: the statement is the same however many organisations there are.
    codes: dict[UUID, list[str]] = {}
    for code in OrganisationCode.objects.filter(organisation__council_links__council=council).order_by(
        "starts_on", "code"
    ):
        codes.setdefault(code.organisation_id, []).append(str(code))
    return [
        OrganisationLine(
            id=link.organisation_id,
            name=link.organisation.name,
            kind=OrganisationKind(link.organisation.kind),
            codes=", ".join(codes.get(link.organisation_id, [])),
            linked_from=link.starts_on,
            linked_to=link.ends_on,
            ends_on=link.organisation.ends_on,
            successor=link.organisation.successor.name if link.organisation.successor else "",
        )
        for link in links
    ]


def linked_organisations(council: Council, on: date | None = None) -> dict[UUID, Organisation]:
    """Organisations linked to the council, by id; only those linked on a day when one is given."""
    links = CouncilOrganisation.objects.filter(council=council)
    if on is not None:
        links = links.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )
    return {link.organisation_id: link.organisation for link in links.select_related("organisation")}


def codes_of(organisation_ids: Iterable[UUID]) -> dict[UUID, list[OrganisationCode]]:
    """Every code that the organisations have or had."""
    found: dict[UUID, list[OrganisationCode]] = {}
    for code in OrganisationCode.objects.filter(organisation_id__in=set(organisation_ids)):
        found.setdefault(code.organisation_id, []).append(code)
    return found
