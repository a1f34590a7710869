"""Reads of boards: which a council has or takes part in, whom they report to, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from partnerships.enums import (
    BoardKind,
    BoardLevel,
    BoardState,
    Cadence,
    MeetingState,
    ParticipationState,
)
from partnerships.governance_picture import PictureBoard
from partnerships.models import (
    Board,
    BoardParticipant,
    BoardTerms,
    CouncilOrganisation,
    GovernanceLine,
    Meeting,
    Organisation,
    Seat,
    SeatHolder,
)
from partnerships.permissions import PartnershipsPermission
from prevent_portal.accounts import grants
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class BoardLine:
    """One board of a council, or a joint board that it takes part in. ``host`` is empty for its own."""

    id: UUID
    name: str
    kind: BoardKind
    level: BoardLevel
    state: BoardState
    cadence: Cadence
    chair_title: str
    parents: tuple[str, ...]
    host: str
    terms_reviewed_on: date | None
    terms_review_on: date | None
    seats: int
    vacant: int
    next_meeting: date | None
    lead_officer: str
    closed_on: date | None

    @property
    def is_open(self) -> bool:
        return self.state != BoardState.CLOSED


@dataclass(frozen=True)
class BoardFilter:
    """What a list of boards is narrowed to; empty narrows nothing. Closed ones are shown on request only."""

    kind: str = ""
    level: str = ""
    state: str = ""
    lead_officer: int | None = None


def boards_seen_by(council: Council, today: date, prefix: str = "") -> Q:
    """Boards that the council hosts or takes part in on a day. An invitation alone does not count."""
    part = f"{prefix}participants"
    joined = Q(
        **{
            f"{part}__participant": council,
            f"{part}__state": ParticipationState.JOINED,
            f"{part}__starts_on__lte": today,
        }
    )
    open_end = Q(**{f"{part}__ends_on__isnull": True}) | Q(**{f"{part}__ends_on__gte": today})
    return Q(**{f"{prefix}council": council} if prefix else {"council": council}) | (joined & open_end)


def seen_boards(council: Council, today: date) -> QuerySet[Board]:
    """The boards of :func:`boards_seen_by`, each once, by name."""
    return Board.objects.filter(
        pk__in=Board.objects.filter(boards_seen_by(council, today)).order_by().values("pk")
    ).order_by("name", "pk")


def live_on(day: date) -> Q:
    """Rows whose first and last day, where they have them, take in the day."""
    return (Q(starts_on__isnull=True) | Q(starts_on__lte=day)) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def vacant_seats(seats: QuerySet[Seat], today: date) -> QuerySet[Seat]:
    """Of these, the seats that live today and that nobody holds."""
    held = SeatHolder.objects.filter(live_on(today), seat=OuterRef("pk"), is_substitute=False)
    return seats.filter(live_on(today)).exclude(Exists(held))


def boards_of(council: Council, today: date, wanted: BoardFilter | None = None) -> list[BoardLine]:
    """The council's boards by name, joint boards of other councils included while it takes part.

    Three statements however many boards there are.
    """
    wanted = wanted or BoardFilter(state="all")
    boards = seen_boards(council, today)
    if wanted.kind:
        boards = boards.filter(kind=wanted.kind)
    if wanted.level:
        boards = boards.filter(level=wanted.level)
    if wanted.state and wanted.state != "all":
        boards = boards.filter(state=wanted.state)
    elif not wanted.state:
        boards = boards.exclude(state=BoardState.CLOSED)
    if wanted.lead_officer is not None:
        boards = boards.filter(council=council, lead_officer=wanted.lead_officer)
    newest = BoardTerms.objects.filter(board=OuterRef("pk")).order_by("-number")
    seats = Seat.objects.filter(live_on(today), board=OuterRef("pk"))
    coming = Meeting.objects.filter(
        board=OuterRef("pk"), state=MeetingState.PLANNED, held_on__gte=today
    ).order_by("held_on")
    found = boards.select_related("council", "lead_officer").annotate(
        terms_reviewed=Subquery(newest.values(day=Coalesce("reviewed_on", "agreed_on"))[:1]),
        terms_review=Subquery(newest.values("review_on")[:1]),
        seat_count=Coalesce(Subquery(_counted(seats)), 0),
        vacant_count=Coalesce(
            Subquery(_counted(vacant_seats(Seat.objects.filter(board=OuterRef("pk")), today))), 0
        ),
        next_meeting=Subquery(coming.values("held_on")[:1]),
    )
    parents = parents_of(council, today)
    return [
        BoardLine(
            id=board.pk,
            name=board.name,
            kind=BoardKind(board.kind),
            level=BoardLevel(board.level),
            state=BoardState(board.state),
            cadence=Cadence(board.cadence),
            chair_title=board.chair_title,
            parents=tuple(name for _, name in parents.get(board.pk, ())),
            host="" if board.council_id == council.pk else board.council.name,
            terms_reviewed_on=board.terms_reviewed,
            terms_review_on=board.terms_review,
            seats=board.seat_count,
            vacant=board.vacant_count,
            next_meeting=board.next_meeting,
            lead_officer=display_name(board.lead_officer)
            if board.lead_officer and board.council_id == council.pk
            else "",
            closed_on=board.closed_on,
        )
        for board in found
    ]


def _counted(seats: QuerySet[Seat]) -> QuerySet[Any, Any]:
    return seats.order_by().values("board").annotate(n=Count("pk")).values("n")


def lines_of(council: Council) -> list[tuple[UUID, UUID]]:
    """The lines of a council's own picture as pairs of boards: the group, and what it reports to."""
    found: list[tuple[UUID, UUID]] = []
    for line in GovernanceLine.objects.filter(council=council).select_related("joined", "parent_joined"):
        lower = line.board_id or (line.joined.board_id if line.joined else None)
        upper = line.parent_id or (line.parent_joined.board_id if line.parent_joined else None)
        if lower is not None and upper is not None:
            found.append((lower, upper))
    return found


def parents_of(council: Council, today: date) -> dict[UUID, list[tuple[UUID, str]]]:
    """What each board of a council's picture reports to, by name: two statements."""
    names = dict(seen_boards(council, today).values_list("pk", "name"))
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for lower, upper in lines_of(council):
        if lower in names and upper in names:
            found.setdefault(lower, []).append((upper, names[upper]))
    return {key: sorted(parents, key=lambda parent: parent[1]) for key, parents in found.items()}


def governance_of(council: Council, today: date) -> tuple[list[PictureBoard], list[tuple[str, str]]]:
    """The boards and lines of a council's governance picture, without closed boards: two statements."""
    boards = [
        PictureBoard(
            key=str(board.pk),
            name=board.name,
            level=BoardLevel(board.level),
            note=_note(board, council),
            is_joint=board.council_id != council.pk,
            is_planned=board.state == BoardState.PLANNED,
        )
        for board in seen_boards(council, today).exclude(state=BoardState.CLOSED).select_related("council")
    ]
    known = {board.key for board in boards}
    lines = [(str(lower), str(upper)) for lower, upper in lines_of(council)]
    return boards, [line for line in lines if set(line) <= known]


def _note(board: Board, council: Council) -> str:
    level = BoardLevel(board.level).label
    if board.state == BoardState.PLANNED:
        return f"{level}, to be set up"
    meets = Cadence(board.cadence).label.lower()
    joint = f", hosted by {board.council.name}" if board.council_id != council.pk else ""
    return f"{level}, {meets}{joint}"


def seats_of(board: Board, today: date, *, ended: bool = False) -> list[Seat]:
    """The seats of a board, chair first, with their agencies and, in ``all_holders``, whoever holds them.

    Two statements. The caller has checked that the person may see the board.
    """
    seats = Seat.objects.filter(board=board).select_related("organisation", "agency")
    if not ended:
        seats = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    found = list(seats)
    holders: dict[UUID, list[SeatHolder]] = {}
    for holder in (
        SeatHolder.objects.filter(seat__in=found)
        .select_related("person")
        .order_by("is_substitute", "-starts_on", "pk")
    ):
        holders.setdefault(holder.seat_id, []).append(holder)
    for seat in found:
        seat.all_holders = holders.get(seat.pk, [])  # type: ignore[attr-defined] # for the page
    order = ["chair", "deputy", "member", "secretary", "adviser"]
    return sorted(found, key=lambda seat: (order.index(seat.role), agency_name(seat), seat.post))


def agency_name(seat: Seat) -> str:
    """What the agency of a seat is called."""
    agency = seat.organisation or seat.agency
    return agency.name if agency else ""


def agencies_for(board: Board, today: date) -> tuple[list[Organisation], list[Council]]:
    """To whom a seat can be given: partners linked to the host today, and councils.

    These are the host, councils that take part, and the host's own districts or county, on the portal or not:
    a seat opens nothing to its agency. A council that keeps its papers here counts also after its last day.
    """
    area = Q(pk=board.council_id) | Q(parent=board.council_id) | Q(districts=board.council_id)
    links = (
        CouncilOrganisation.objects.filter(live_on(today), council=board.council_id)
        .select_related("organisation")
        .order_by("organisation__name")
    )
    joined = {
        participation.participant_id
        for participation in participations_of(board)
        if participation.state == ParticipationState.JOINED
        and (participation.ends_on is None or participation.ends_on >= today)
    }
    there = Q(ends_on__isnull=True) | Q(ends_on__gte=today) | Q(joined_on__isnull=False)
    councils = Council.objects.filter(there, area | Q(pk__in=joined)).distinct()
    return [link.organisation for link in links], sorted(
        councils, key=lambda one: (one.pk != board.council_id, one.pk not in joined, one.name)
    )


def meetings_to_come(board: Board, today: date, limit: int = 6) -> list[Meeting]:
    """The next meetings of a board, the earliest first."""
    meetings = Meeting.objects.filter(board=board, state=MeetingState.PLANNED, held_on__gte=today)
    return list(meetings.order_by("held_on", "pk")[:limit])


def terms_of(board: Board) -> list[BoardTerms]:
    """Every version of the terms of reference, newest first."""
    return list(
        BoardTerms.objects.filter(board=board)
        .select_related("document_version", "document_version__document", "recorded_by")
        .order_by("-number")
    )


def participations_of(board: Board) -> list[BoardParticipant]:
    """Councils that are or were invited to a joint board, by name. A participant reads its own alone."""
    return list(
        BoardParticipant.objects.filter(board=board)
        .select_related("participant", "host", "answered_by")
        .order_by("participant__name", "starts_on", "pk")
    )


def participation_of(board: Board, council: Council, today: date) -> BoardParticipant | None:
    """The participation by which a council sees another's board today."""
    return (
        BoardParticipant.objects.filter(
            live_on(today), board=board, participant=council, state=ParticipationState.JOINED
        )
        .select_related("host")
        .first()
    )


def open_invitations(council: Council) -> list[BoardParticipant]:
    """Invitations to joint boards that wait for the council's answer."""
    return list(
        BoardParticipant.objects.filter(participant=council, state=ParticipationState.INVITED)
        .select_related("board", "host")
        .order_by("starts_on", "pk")
    )


def councils_to_invite(council: Council, today: date) -> list[Council]:
    """Other councils on the portal, the county and its districts first."""
    joined = Council.objects.joined().current(today).exclude(pk=council.pk).order_by("name")
    county = council.parent_id

    def is_near(one: Council) -> bool:
        return one.parent_id == council.pk or (county is not None and county in (one.pk, one.parent_id))

    return sorted(joined, key=lambda one: (not is_near(one), one.name))


def lead_officers(council: Council) -> list[User]:
    """Who may change the council's partnership, and so look after a board, by name."""
    wanted = PartnershipsPermission.EDIT_PARTNERSHIP
    roles = [role.value for role in Role if wanted in grants.permissions_of(role)]
    return list(people_with(council, roles))


def possible_holders(council: Council) -> list[User]:
    """People with a role in the council today, by name."""
    return list(people_with(council))
