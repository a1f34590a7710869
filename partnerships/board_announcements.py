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
from prevent_portal.outbox.due_items import DueItem

SOON = timedelta(days=30)
"""From when a review of terms or the end of a term is something to do."""
BOARD_SENTENCES = {
    "partnerships.board_added": "added a board",
    "partnerships.board_changed": "changed a board",
    "partnerships.board_placed": "said which boards a board reports to",
    "partnerships.board_closed": "closed a board",
    "partnerships.board_terms_recorded": "recorded terms of reference of a board",
    "partnerships.board_terms_reviewed": "recorded a review of a board's terms of reference",
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
    "partnerships.participation_ended": "ended a council's part in a joint board",
    "partnerships.council_joined": "was told that a council takes part in a joint board",
    "partnerships.council_declined": "was told that a council declined to take part in a joint board",
    "partnerships.council_left": "was told that a council leaves a joint board",
    "partnerships.part_ended_by_host": "was told that the host ends this council's part in a joint board",
}


def board_things(access: CouncilAccess, board_ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """How boards are called where a document says what it hangs on."""
    boards = Board.objects.filter(council=access.council, pk__in=list(board_ids))
    return {
        board.pk: Thing(board.name, reverse("board", args=[access.council.slug, board.pk]))
        for board in boards
    }


def board_due_items(mine: OwnAccess, today: date) -> Iterator[DueItem]:
    """Terms to review, vacant seats, terms of holders that end, invitations to answer, councils to seat.

    A board's items go to the officer who looks after it; where there is none, or that person may no longer,
    to everybody who may change the partnership. Five statements for any number of councils.
    """
    councils = mine.where(PartnershipsPermission.EDIT_PARTNERSHIP)
    if not councils:
        return
    yield from _terms(mine, today, list(councils))
    yield from _vacancies(mine, today, list(councils))
    yield from _ending(mine, today, list(councils))
    yield from _invitations(mine, list(councils))
    yield from _seats_of_councils(mine, today, list(councils))


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


def _terms(mine: OwnAccess, today: date, councils: list[int]) -> Iterator[DueItem]:
    newer = BoardTerms.objects.filter(board=OuterRef("board"), number__gt=OuterRef("number"))
    for terms in (
        BoardTerms.objects.filter(
            _minded_by(mine, "board__"), council__in=councils, review_on__lte=today + SOON
        )
        .exclude(Exists(newer))
        .select_related("board")
    ):
        yield _item(
            mine,
            terms.board,
            terms.review_on,
            f"Terms of reference of {terms.board.name}",
            "Review terms of reference",
        )


def _vacancies(mine: OwnAccess, today: date, councils: list[int]) -> Iterator[DueItem]:
    seats = Seat.objects.filter(_minded_by(mine, "board__"), council__in=councils)
    for seat in vacant_seats(seats, today).select_related("board", "organisation", "agency"):
        yield _item(
            mine, seat.board, None, f"Seat of {agency_name(seat)} on {seat.board.name}", "Fill a vacant seat"
        )


def _ending(mine: OwnAccess, today: date, councils: list[int]) -> Iterator[DueItem]:
    follower = SeatHolder.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        seat=OuterRef("seat"),
        is_substitute=False,
    )
    for holder in (
        SeatHolder.objects.filter(
            _minded_by(mine, "seat__board__"),
            Q(seat__ends_on__isnull=True) | Q(seat__ends_on__gt=F("ends_on")),
            council__in=councils,
            is_substitute=False,
            starts_on__lte=today,
            ends_on__range=(today, today + SOON),
        )
        .exclude(Exists(follower))
        .select_related("seat", "seat__board", "seat__organisation", "seat__agency")
    ):
        board = holder.seat.board
        yield _item(
            mine,
            board,
            holder.ends_on,
            f"{agency_name(holder.seat)} on {board.name}: the holder’s term ends",
            "Name the next holder of a seat",
        )


def _invitations(mine: OwnAccess, councils: list[int]) -> Iterator[DueItem]:
    for invitation in BoardParticipant.objects.filter(
        participant__in=councils, state=ParticipationState.INVITED
    ).select_related("board", "host"):
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


def _seats_of_councils(mine: OwnAccess, today: date, councils: list[int]) -> Iterator[DueItem]:
    """What the host has to do when another council joins or leaves: give it a seat, or end the ones it has.

    Where the two are of one area, a seat needs no part in the board, so it may stay.
    """
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
    for part in (
        BoardParticipant.objects.filter(
            _minded_by(mine, "board__", host="host"), host__in=councils, state=ParticipationState.JOINED
        )
        # A subquery of one row goes by its index for each part; Exists may hash every seat there is.
        .annotate(seat_kept=Subquery(live.values("pk")[:1]), follows=Exists(later))
        .select_related("board", "participant", "host")
    ):
        if part.ends_on is None and part.seat_kept is None:
            yield _item(
                mine,
                part.board,
                None,
                f"{part.participant.name} on {part.board.name}",
                "Give a council a seat",
            )
        elif part.ends_on is not None and part.ends_on <= today + SOON and part.seat_kept:
            near = part.participant.parent_id == part.host_id or part.host.parent_id == part.participant_id
            if not near and not part.follows:
                yield _item(
                    mine,
                    part.board,
                    part.ends_on,
                    f"{part.participant.name} leaves {part.board.name}",
                    "End the seats of a council that leaves",
                )
