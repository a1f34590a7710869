"""Boards, seats and joint boards for tests, made as the services make them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from partnerships.models import Board, BoardParticipant, BoardTerms, Organisation, Seat, SeatHolder
from partnerships.services.boards import BoardDetails, add_board, record_terms
from partnerships.services.joint_boards import answer_invitation, invite_council
from partnerships.services.organisations import link_organisation
from partnerships.services.seats import add_seat, appoint_holder
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

LONG_AGO = date(2019, 1, 1)


def make_board(council: Council, name: str, *, reports_to: tuple[UUID, ...] = (), **details: Any) -> Board:
    """A board of a council."""
    with service_scope(council=council):
        return add_board(
            council=council, details=BoardDetails(name=name, **details), reports_to=reports_to, by=None
        )


def make_terms(board: Board, *, review_on: date, agreed_on: date = LONG_AGO) -> BoardTerms:
    """The next version of a board's terms of reference."""
    with service_scope(council=board.council):
        return record_terms(board=board, agreed_on=agreed_on, review_on=review_on, by=None)


def make_seat(
    board: Board, *, organisation: Organisation | None = None, agency: Council | None = None, **fields: Any
) -> Seat:
    """A seat of an organisation, which is linked to the host first, or of a council; else of the host."""
    with service_scope(council=board.council):
        if organisation is not None:
            link_organisation(council=board.council, organisation=organisation, by=None)
        elif agency is None:
            agency = board.council
        return add_seat(board=board, organisation=organisation, agency=agency, by=None, **fields)


def hold(seat: Seat, post: str, **fields: Any) -> SeatHolder:
    """A holder of a seat, since long ago unless told."""
    with service_scope(council=seat.council):
        return appoint_holder(seat=seat, post=post, by=None, **{"starts_on": LONG_AGO, **fields})


def invite(board: Board, council: Council, *, starts_on: date | None = None) -> BoardParticipant:
    """An open invitation to a board."""
    with service_scope(council=board.council):
        return invite_council(
            board=board,
            council=council,
            starts_on=starts_on or timezone.localdate() - timedelta(days=1),
            by=None,
        )


def join(board: Board, council: Council, *, starts_on: date | None = None) -> BoardParticipant:
    """A council that takes part in another's board since yesterday, unless told."""
    participation = invite(board, council, starts_on=starts_on)
    with service_scope(council=council):
        return answer_invitation(participation=participation, accept=True, by=None)
