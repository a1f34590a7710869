"""Give agencies seats on a board, and say who holds each seat or stands in for its holder."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.enums import SeatRole
from partnerships.models import Board, Organisation, Seat, SeatHolder
from partnerships.policies.boards import (
    check_agency,
    check_holder,
    check_open,
    check_period,
    check_person,
    check_seat,
    check_seat_live,
    check_twin_substitute,
)
from partnerships.policies.editing import require_editor
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.boards import agencies_for
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

SEAT_LABELS = {"role": "Role", "post": "Post", "starts_on": "First day", "ends_on": "Last day"}
HOLDER_LABELS = {
    "post": "Post",
    "person": "Person with an account",
    "starts_on": "First day",
    "ends_on": "Last day",
}


def add_seat(
    *,
    board: Board,
    organisation: Organisation | None = None,
    agency: Council | None = None,
    role: SeatRole = SeatRole.MEMBER,
    post: str = "",
    starts_on: date | None = None,
    by: User | None,
) -> Seat:
    """Give an agency a seat: an organisation linked to the council, or a council of the board itself.

    Raises:
        PartnershipRefused: for a closed board, an agency that is neither, a twin seat or a second chair.
    """
    require_editor(by, board.council)
    with transaction.atomic():
        locked = _lock_board(board)
        check_open(locked)
        organisations, councils = agencies_for(locked, timezone.localdate())
        check_agency(
            is_known=(organisation is None) != (agency is None)
            and (organisation in organisations or agency in councils)
        )
        _check_like(locked, organisation, agency, role, post)
        seat = Seat.objects.create(
            council=locked.council,
            board=locked,
            organisation=organisation,
            agency=agency,
            role=role,
            post=post.strip(),
            starts_on=starts_on,
        )
        record(action="partnerships.seat_added", subject=seat, details={"board": locked.pk, "role": role})
    return seat


def change_seat(
    *, seat: Seat, role: SeatRole, post: str, starts_on: date | None, version: int, by: User | None
) -> Seat:
    """Change the role, post or first day of a seat. The agency never changes: end it and add another.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for a closed board, a seat that ended, a twin seat or a second chair.
    """
    require_editor(by, seat.council)
    with transaction.atomic():
        board = _lock_board(seat.board)
        check_open(board)
        locked = _lock_seat(seat)
        wanted = {"role": role, "post": post.strip(), "starts_on": starts_on}
        require_version(locked, version, wanted, SEAT_LABELS)
        check_seat_live(locked, timezone.localdate())
        check_period(starts_on, locked.ends_on)
        _check_like(board, locked.organisation, locked.agency, role, post, but=locked)
        changed = save_next(locked, wanted)
        if changed:
            record(action="partnerships.seat_changed", subject=locked, details={"fields": changed})
    return locked


def end_seat(*, seat: Seat, ends_on: date, by: User | None) -> Seat:
    """End a seat on a day, and with it the terms of whoever sits there.

    Raises:
        PartnershipRefused: for a day before its first, or a seat that has ended.
    """
    require_editor(by, seat.council)
    with transaction.atomic():
        board = _lock_board(seat.board)
        check_open(board)
        locked = _lock_seat(seat)
        check_seat_live(locked, timezone.localdate())
        check_period(locked.starts_on, ends_on)
        locked.ends_on = ends_on
        locked.version += 1
        locked.save(update_fields=["ends_on", "version"])
        open_terms = SeatHolder.objects.select_for_update().filter(council=locked.council_id, seat=locked)
        for holder in open_terms:
            if holder.ends_on is None or holder.ends_on > ends_on:
                holder.ends_on = max(ends_on, holder.starts_on)
                holder.version += 1
                holder.save(update_fields=["ends_on", "version"])
        record(action="partnerships.seat_ended", subject=locked, details={"ends_on": ends_on})
    return locked


def appoint_holder(
    *,
    seat: Seat,
    post: str,
    starts_on: date,
    ends_on: date | None = None,
    person: User | None = None,
    is_substitute: bool = False,
    replaces: bool = False,
    by: User | None,
) -> SeatHolder:
    """Say who holds a seat, or stands in for its holder, from a day on.

    Args:
        post: how everybody names the holder. A person's name is not asked for.
        person: the holder's account, where there is one in this council.
        replaces: end the term of the present holder on the day before.

    Raises:
        PartnershipRefused: without a post, for a seat that ended, or if somebody holds it in that time.
    """
    require_editor(by, seat.council)
    with transaction.atomic():
        board = _lock_board(seat.board)
        check_open(board)
        locked = _lock_seat(seat)
        _check_post(post)
        check_seat_live(locked, starts_on)
        check_period(starts_on, ends_on)
        _check_has_account(person, locked.council)
        if replaces and not is_substitute:
            _make_room(locked, starts_on)
        if is_substitute:
            check_twin_substitute(
                is_twin=_holders(locked, substitutes=True)
                .filter(post=post.strip(), person=person, ends_on=ends_on)
                .exists()
            )
        else:
            check_holder(others=_holders(locked), starts_on=starts_on, ends_on=ends_on)
        holder = SeatHolder.objects.create(
            council=locked.council,
            seat=locked,
            person=person,
            post=post.strip(),
            is_substitute=is_substitute,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        record(
            action="partnerships.substitute_named" if is_substitute else "partnerships.holder_appointed",
            subject=holder,
            details={"seat": locked.pk, "person": person.pk if person else None},
        )
    return holder


def change_holder(
    *,
    holder: SeatHolder,
    post: str,
    person: User | None,
    starts_on: date,
    ends_on: date | None,
    version: int,
    by: User | None,
) -> SeatHolder:
    """Change the post, account or days of a holder or substitute; a last day ends the term.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for days that do not fit the seat or another holder.
    """
    require_editor(by, holder.council)
    with transaction.atomic():
        board = _lock_board(holder.seat.board)
        check_open(board)
        locked = (
            SeatHolder.objects.select_for_update(of=("self",))
            .select_related("seat", "council", "person")
            .get(council=holder.council_id, pk=holder.pk)
        )
        wanted = {"post": post.strip(), "person": person, "starts_on": starts_on, "ends_on": ends_on}
        require_version(locked, version, wanted, HOLDER_LABELS)
        _check_post(post)
        check_seat_live(locked.seat, starts_on)
        check_period(starts_on, ends_on)
        if locked.seat.ends_on is not None and (ends_on is None or ends_on > locked.seat.ends_on):
            check_seat_live(locked.seat, ends_on or date.max)
        if person is not None and person != locked.person:
            _check_has_account(person, locked.council)
        if not locked.is_substitute:
            check_holder(
                others=_holders(locked.seat).exclude(pk=locked.pk), starts_on=starts_on, ends_on=ends_on
            )
        changed = save_next(locked, wanted)
        if changed:
            record(action="partnerships.holder_changed", subject=locked, details={"fields": changed})
    return locked


def _lock_board(board: Board) -> Board:
    return (
        Board.objects.select_for_update(of=("self",))
        .select_related("council")
        .get(council=board.council_id, pk=board.pk)
    )


def _lock_seat(seat: Seat) -> Seat:
    return (
        Seat.objects.select_for_update(of=("self",))
        .select_related("council", "organisation", "agency")
        .get(council=seat.council_id, pk=seat.pk)
    )


def _holders(seat: Seat, *, substitutes: bool = False) -> QuerySet[SeatHolder]:
    return SeatHolder.objects.filter(council=seat.council_id, seat=seat, is_substitute=substitutes)


def _check_like(
    board: Board,
    organisation: Organisation | None,
    agency: Council | None,
    role: SeatRole,
    post: str,
    but: Seat | None = None,
) -> None:
    seats = Seat.objects.filter(council=board.council_id, board=board, ends_on__isnull=True)
    if but is not None:
        seats = seats.exclude(pk=but.pk)
    check_seat(
        is_twin=seats.filter(organisation=organisation, agency=agency, role=role, post=post.strip()).exists(),
        has_other_chair=role == SeatRole.CHAIR and seats.filter(role=SeatRole.CHAIR).exists(),
    )


def _check_post(post: str) -> None:
    if not post.strip():
        raise PartnershipRefused("Enter the post that the holder has, such as Head of community safety.")


def _check_has_account(person: User | None, council: Council) -> None:
    if person is not None:
        check_person(is_member=council_access(person, council).is_member)


def _make_room(seat: Seat, starts_on: date) -> None:
    """End the term of whoever held the seat before, on the day before."""
    for holder in _holders(seat).filter(starts_on__lt=starts_on):
        if holder.ends_on is None or holder.ends_on >= starts_on:
            holder.ends_on = starts_on - timedelta(days=1)
            holder.version += 1
            holder.save(update_fields=["ends_on", "version"])
            record(action="partnerships.holder_changed", subject=holder, details={"fields": ["ends_on"]})
