"""What boards announce to the kernel: sentences of the audit trail, evidence, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from partnerships.enums import BoardState, ParticipationState
from partnerships.models import Board, BoardParticipant, BoardTerms, Seat, SeatHolder
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import agency_name, vacant_seats
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.accounts.models import Membership
from prevent_portal.documents.rules import Thing
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting

SOON = timedelta(days=30)
"""From when a review of terms or the end of a term is something to do."""
BOARD_SENTENCES = {
    "partnerships.board_added": "added a board",
    "partnerships.board_changed": "changed a board",
    "partnerships.board_placed": "said which boards a board reports to",
    "partnerships.board_closed": "closed a board",
    "partnerships.board_terms_recorded": "recorded terms of reference of a board",
    "partnerships.board_terms_reviewed": "recorded a review of a board’s terms of reference",
    "partnerships.seat_added": "gave an agency a seat on a board",
    "partnerships.seat_changed": "changed a seat on a board",
    "partnerships.seat_ended": "ended a seat on a board",
    "partnerships.holder_appointed": "named the holder of a seat",
    "partnerships.substitute_named": "named a substitute for a seat",
    "partnerships.holder_changed": "changed who holds a seat, or for how long",
    "partnerships.council_invited": "invited a council to a joint board",
    "partnerships.invitation_withdrawn": "withdrew an invitation to a joint board",
    "partnerships.joint_board_joined": "accepted an invitation to a joint board",
    "partnerships.joint_board_declined": "declined an invitation to a joint board",
    "partnerships.joint_board_left": "left a joint board",
    "partnerships.participation_ended": "ended a council’s part in a joint board",
    "partnerships.council_joined": "was told that a council takes part in a joint board",
    "partnerships.council_declined": "was told that a council declined to take part in a joint board",
    "partnerships.council_left": "was told that a council leaves a joint board",
    "partnerships.part_ended_by_host": "was told that the host ends this council’s part in a joint board",
}


def board_things(access: CouncilAccess, board_ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """How boards are called where a document says what it hangs on."""
    boards = Board.objects.filter(council=access.council, pk__in=list(board_ids))
    return {
        board.pk: Thing(board.name, reverse("board", args=[access.council.slug, board.pk]))
        for board in boards
    }


def board_due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Terms to review, vacant seats, terms of holders that end, invitations to answer, councils to seat.

    A board's items go to the officer who looks after it; where there is none, or that person may no longer,
    to everybody who may change the partnership.
    """
    councils = mine.where(PartnershipsPermission.EDIT_PARTNERSHIP)
    if not councils:
        return
    yield _terms(mine, today, list(councils))
    yield _vacancies(mine, today, list(councils))
    yield _ending(mine, today, list(councils))
    yield _invitations(mine, list(councils))
    yield _seats_of_councils(mine, today, list(councils))


def _minded_by(mine: OwnAccess, prefix: str = "", *, host: str = "council") -> Q:
    """Boards that are open and that this person looks after, or nobody who still may."""
    live = Membership.objects.live().filter(
        user=OuterRef(f"{prefix}lead_officer"), council=OuterRef(host), user__is_active=True
    )
    return ~Q(**{f"{prefix}state": BoardState.CLOSED}) & (
        Q(**{f"{prefix}lead_officer": mine.user}) | ~Q(Exists(live))
    )


def _item(mine: OwnAccess, board: Board, due_on: date | None, title: str, task: str) -> DueItem:
    council = mine.councils[board.council_id]
    return DueItem(
        council=council,
        due_on=due_on,
        reference=board.reference,
        title=title,
        task=task,
        href=reverse("board", args=[council.slug, board.pk]),
        kind="board",
        list_text="Boards and groups",
        list_href=reverse("boards", args=[council.slug]),
    )


def _terms(mine: OwnAccess, today: date, councils: list[int]) -> Found:
    def items(found: list[BoardTerms]) -> Iterator[DueItem]:
        for terms in found:
            title = f"Terms of reference of {terms.board.name}"
            yield _item(mine, terms.board, terms.review_on, title, "Review terms of reference")

    newer = BoardTerms.objects.filter(board=OuterRef("board"), number__gt=OuterRef("number"))
    rows = BoardTerms.objects.filter(
        _minded_by(mine, "board__"), council__in=councils, review_on__lte=today + SOON
    ).exclude(Exists(newer))
    return Waiting(rows, ("review_on", *_named("board")), items)


def _vacancies(mine: OwnAccess, today: date, councils: list[int]) -> Found:
    def items(seats: list[Seat]) -> Iterator[DueItem]:
        for seat in seats:
            title = f"Seat of {agency_name(seat)} on {seat.board.name}"
            yield _item(mine, seat.board, None, title, "Fill a vacant seat")

    seats = Seat.objects.filter(_minded_by(mine, "board__"), council__in=councils)
    fields = ("organisation__name", "agency__name", *_named("board"))
    return Waiting(vacant_seats(seats, today), fields, items)


def _ending(mine: OwnAccess, today: date, councils: list[int]) -> Found:
    def items(holders: list[SeatHolder]) -> Iterator[DueItem]:
        for holder in holders:
            board = holder.seat.board
            title = f"{agency_name(holder.seat)} on {board.name}: the holder’s term ends"
            yield _item(mine, board, holder.ends_on, title, "Name the next holder of a seat")

    follower = SeatHolder.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        seat=OuterRef("seat"),
        is_substitute=False,
    )
    rows = SeatHolder.objects.filter(
        _minded_by(mine, "seat__board__"),
        Q(seat__ends_on__isnull=True) | Q(seat__ends_on__gt=F("ends_on")),
        council__in=councils,
        is_substitute=False,
        starts_on__lte=today,
        ends_on__range=(today, today + SOON),
    ).exclude(Exists(follower))
    fields = ("ends_on", "seat__organisation__name", "seat__agency__name", *_named("seat__board"))
    return Waiting(rows, fields, items)


def _invitations(mine: OwnAccess, councils: list[int]) -> Found:
    def items(invitations: list[BoardParticipant]) -> Iterator[DueItem]:
        for invitation in invitations:
            council = mine.councils[invitation.participant_id]
            yield DueItem(
                council=council,
                due_on=None,
                reference=invitation.board.reference,
                title=f"{invitation.host.name} invites the council to {invitation.board.name}",
                task="Answer an invitation",
                href=reverse("joint-invitation", args=[council.slug, invitation.pk]),
                kind="board",
            )

    rows = BoardParticipant.objects.filter(participant__in=councils, state=ParticipationState.INVITED)
    return Waiting(rows, ("participant", "host__name", "board__name"), items)


def _seats_of_councils(mine: OwnAccess, today: date, councils: list[int]) -> Found:
    """What the host has to do when another council joins or leaves: give it a seat, or end the ones it has.

    Where the two are of one area, a seat needs no part in the board, so it may stay.
    """

    def items(parts: list[BoardParticipant]) -> Iterator[DueItem]:
        for part in parts:
            # The query below says both of each row.
            seat_kept, follows = part.seat_kept, part.follows  # type: ignore[attr-defined]
            if part.ends_on is None and seat_kept is None:
                title = f"{part.participant.name} on {part.board.name}"
                yield _item(mine, part.board, None, title, "Give a council a seat")
            elif part.ends_on is not None and part.ends_on <= today + SOON and seat_kept:
                guest, host = part.participant, part.host
                near = host.pk == guest.parent_id or guest.pk == host.parent_id
                if not near and not follows:
                    task = "End the seats of a council that leaves"
                    yield _item(
                        mine, part.board, part.ends_on, f"{guest.name} leaves {part.board.name}", task
                    )

    live = Seat.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today),
        council=OuterRef("host"),
        board=OuterRef("board"),
        agency=OuterRef("participant"),
    )
    later = BoardParticipant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        board=OuterRef("board"),
        participant=OuterRef("participant"),
        state=ParticipationState.JOINED,
    )
    rows = BoardParticipant.objects.filter(
        _minded_by(mine, "board__", host="host"), host__in=councils, state=ParticipationState.JOINED
    ).annotate(
        # A subquery of one row goes by its index for each part; Exists may hash every seat there is.
        seat_kept=Subquery(live.values("pk")[:1]),
        follows=Exists(later),
    )
    fields = (
        "ends_on", "seat_kept", "follows", "participant__name", "participant__parent", "host__parent",
        *_named("board"),
    )  # fmt: skip
    return Waiting(rows, fields, items)


def _named(board: str) -> tuple[str, str]:
    """What a line reads of its board."""
    return f"{board}__council", f"{board}__name"
