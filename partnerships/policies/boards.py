"""In what state boards, their terms, seats, holders and participations may change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from partnerships.enums import BoardState, ParticipationState
from partnerships.governance_picture import runs_in_a_circle
from partnerships.models import Board, BoardParticipant, BoardTerms, Seat, SeatHolder
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.web.dates import british_date


def check_open(board: Board) -> None:
    """Refuse a change of a board that is closed."""
    if not board.is_open:
        raise PartnershipRefused(f"{board.name} is closed, so it cannot change.")


def check_name(name: str, *, taken: bool) -> None:
    """Refuse a board without a name, or with one that another board of the council has."""
    if not name.strip():
        raise PartnershipRefused("Enter the name of the board.")
    if taken:
        raise PartnershipRefused("The council has a board with this name already.")


def check_state(state: BoardState) -> None:
    """Refuse to close a board without a day and a reason: that is done on a page of its own."""
    if state == BoardState.CLOSED:
        raise PartnershipRefused("Close the board on its own page, with a day and a reason.")


def check_closing(board: Board, *, closed_on: date, reason: str, today: date) -> None:
    """Refuse to close a board twice, on a day to come, before it began, or without a reason."""
    check_open(board)
    if closed_on > today:
        raise PartnershipRefused("The last day of the board cannot be in the future.")
    if board.starts_on is not None and closed_on < board.starts_on:
        raise PartnershipRefused(
            f"The last day of the board cannot be before its first, {british_date(board.starts_on)}."
        )
    if not reason.strip():
        raise PartnershipRefused("Enter why the board closes.")


def check_lines(lines: Sequence[tuple[str, str]]) -> None:
    """Refuse lines by which a board would come to report to itself."""
    if runs_in_a_circle(lines):
        raise PartnershipRefused(
            "A board cannot report to itself, directly or through other boards. Choose another body."
        )


def check_terms(*, newest: BoardTerms | None, agreed_on: date, review_on: date, today: date) -> None:
    """Refuse terms agreed on a day to come, not after the present ones, or to be reviewed before that day."""
    if agreed_on > today:
        raise PartnershipRefused("Terms of reference can be recorded once they are agreed, not before.")
    if newest is not None and agreed_on <= newest.agreed_on:
        raise PartnershipRefused(
            "The new terms must be agreed after the present ones, which are of "
            f"{british_date(newest.agreed_on)}."
        )
    if review_on <= agreed_on:
        raise PartnershipRefused("The next review must be after the day on which the terms were agreed.")


def check_terms_review(
    terms: BoardTerms, *, is_newest: bool, reviewed_on: date, review_on: date, today: date
) -> None:
    """Refuse a review of old terms, on a day to come, before they were agreed, or without a next one."""
    if not is_newest:
        raise PartnershipRefused("Newer terms of reference are in force. Review those.")
    if reviewed_on > today:
        raise PartnershipRefused("The day of the review cannot be in the future.")
    if reviewed_on < (terms.reviewed_on or terms.agreed_on):
        raise PartnershipRefused(
            "The review cannot be before the last one, on "
            f"{british_date(terms.reviewed_on or terms.agreed_on)}."
        )
    if review_on <= reviewed_on:
        raise PartnershipRefused("The next review must be after this one.")


def check_agency(*, is_known: bool) -> None:
    """Refuse a seat for an agency that is neither a partner of the council nor takes part in the board."""
    if not is_known:
        raise PartnershipRefused(
            "Choose an organisation that is linked to this council, or a council of the area or the board."
        )


def check_seat(*, is_twin: bool, has_other_chair: bool) -> None:
    """Refuse a second seat like another, and a second chair."""
    if is_twin:
        raise PartnershipRefused("This agency has a seat like this on the board already.")
    if has_other_chair:
        raise PartnershipRefused("The board has a chair already. End that seat first.")


def check_period(starts_on: date | None, ends_on: date | None) -> None:
    """Refuse an end before the start."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise PartnershipRefused("The last day cannot be before the first.")


def check_seat_live(seat: Seat, on: date) -> None:
    """Refuse somebody for a seat that has ended by then."""
    if seat.ends_on is not None and seat.ends_on < on:
        raise PartnershipRefused(f"The seat ended on {british_date(seat.ends_on)}.")


def check_holder(*, others: Iterable[SeatHolder], starts_on: date, ends_on: date | None) -> None:
    """Refuse two holders of one seat on one day; substitutes may be several."""
    check_period(starts_on, ends_on)
    for other in others:
        begins_before_end = ends_on is None or other.starts_on <= ends_on
        ends_after_start = other.ends_on is None or other.ends_on >= starts_on
        if begins_before_end and ends_after_start:
            until = f" until {british_date(other.ends_on)}" if other.ends_on else ""
            raise PartnershipRefused(
                f"{other.post} holds this seat from {british_date(other.starts_on)}{until}. "
                "End that term first."
            )


def check_twin_substitute(*, is_twin: bool) -> None:
    """Refuse the same substitute twice."""
    if is_twin:
        raise PartnershipRefused("This post stands in for the seat already.")


def check_person(*, is_member: bool) -> None:
    """Refuse as a holder with an account whoever has no role in the council."""
    if not is_member:
        raise PartnershipRefused("Choose a person with a role in this council, or name the post alone.")


def check_invited(*, is_on_portal: bool, is_host: bool, is_open: bool, starts_on: date, today: date) -> None:
    """Refuse to invite the host itself, a council off the portal, one that takes part, or for the past."""
    if is_host or not is_on_portal:
        raise PartnershipRefused("Choose another council that uses the portal.")
    if is_open:
        raise PartnershipRefused("This council takes part or is invited already.")
    if starts_on < today:
        raise PartnershipRefused("The first day cannot be in the past.")


def check_answerable(participation: BoardParticipant) -> None:
    """Refuse to answer or withdraw an invitation that is answered or withdrawn."""
    if participation.state != ParticipationState.INVITED:
        state = ParticipationState(participation.state).label.lower()
        raise PartnershipRefused(f"This invitation is settled already: {state}.")


def check_leaving(participation: BoardParticipant, *, ends_on: date, today: date) -> None:
    """Refuse an end of what has not begun or is over, in the past, before the start, or later than set."""
    if participation.state != ParticipationState.JOINED:
        raise PartnershipRefused("The council does not take part in this board.")
    if participation.ends_on is not None and participation.ends_on < today:
        raise PartnershipRefused("The council has left this board already.")
    if ends_on < today or ends_on < participation.starts_on:
        raise PartnershipRefused("The last day cannot be in the past, nor before the first.")
    if participation.ends_on is not None and ends_on > participation.ends_on:
        raise PartnershipRefused(
            f"The part ends on {british_date(participation.ends_on)}. A new invitation makes it longer."
        )
