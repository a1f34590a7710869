"""The only way to a board, its terms, seats, holders and participations: object and right in one call."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from partnerships.enums import ParticipationState
from partnerships.models import Board, BoardParticipant, BoardTerms, Seat, SeatHolder
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import participation_of, seen_boards
from prevent_portal.accounts.access import CouncilAccess


def boards_seen(access: CouncilAccess) -> QuerySet[Board]:
    """Boards that the person reads: the council's own, and joint ones while the council takes part."""
    access.require(PartnershipsPermission.VIEW_PARTNERSHIP)
    return seen_boards(access.council, timezone.localdate()).select_related("council", "lead_officer")


def own_boards(access: CouncilAccess) -> QuerySet[Board]:
    """The council's own boards, whose documents the person may read."""
    access.require(PartnershipsPermission.VIEW_PARTNERSHIP)
    return Board.objects.filter(council=access.council)


def board_for(access: CouncilAccess, board_id: UUID) -> Board:
    """A board that the person reads, else Http404."""
    return get_object_or_404(boards_seen(access), pk=board_id)


def board_to_edit(access: CouncilAccess, board_id: UUID) -> Board:
    """A board of the council's own that the person may change, else Http404; a joint one only by its host."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        Board.objects.filter(council=access.council).select_related("council", "lead_officer"), pk=board_id
    )


def may_add_evidence(access: CouncilAccess, board_id: UUID) -> bool:
    """Whether the person may add evidence to a board."""
    return (
        access.may(PartnershipsPermission.EDIT_PARTNERSHIP)
        and Board.objects.filter(council=access.council, pk=board_id).exists()
    )


def terms_to_review(access: CouncilAccess, terms_id: UUID) -> BoardTerms:
    """Terms of reference of a board of the council's own that the person may change, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        BoardTerms.objects.filter(council=access.council).select_related("board", "board__council"),
        pk=terms_id,
    )


def seat_to_edit(access: CouncilAccess, seat_id: UUID) -> Seat:
    """A seat on a board of the council's own that the person may change, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        Seat.objects.filter(council=access.council).select_related(
            "board", "board__council", "organisation", "agency"
        ),
        pk=seat_id,
    )


def holder_to_edit(access: CouncilAccess, holder_id: UUID) -> SeatHolder:
    """A holder of a seat on a board of the council's own that the person may change, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        SeatHolder.objects.filter(council=access.council).select_related(
            "person", "seat", "seat__board", "seat__board__council", "seat__organisation", "seat__agency"
        ),
        pk=holder_id,
    )


def participation_to_end(access: CouncilAccess, participation_id: UUID) -> BoardParticipant:
    """Another council's part in a board that this council hosts, for who may change it, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        BoardParticipant.objects.filter(host=access.council).select_related("board", "participant", "host"),
        pk=participation_id,
    )


def invitation_to_answer(access: CouncilAccess, participation_id: UUID) -> BoardParticipant:
    """An invitation to another council's board that waits for this council's answer, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return get_object_or_404(
        BoardParticipant.objects.filter(
            participant=access.council, state=ParticipationState.INVITED
        ).select_related("board", "host", "participant"),
        pk=participation_id,
    )


def participation_to_leave(access: CouncilAccess, board_id: UUID) -> BoardParticipant:
    """This council's own part in another's board, for who may end it, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    board = board_for(access, board_id)
    found = participation_of(board, access.council, timezone.localdate())
    if found is None or board.council_id == access.council.pk:
        raise Http404
    return found


def joined_board_to_place(access: CouncilAccess, board_id: UUID) -> Board:
    """Another council's joint board that the person may place in this council's picture, else Http404."""
    return participation_to_leave(access, board_id).board
