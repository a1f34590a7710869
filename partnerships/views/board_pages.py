"""What the pages of boards share: the way to them, and the words of states."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from partnerships.enums import BoardState, ParticipationState
from partnerships.models import Board, BoardParticipant
from partnerships.queries.boards import lines_of, seen_boards
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Colour, Crumb, Tag
from prevent_portal.web.dates import british_date

STATE_COLOURS: dict[BoardState, Colour] = {
    BoardState.PLANNED: "yellow",
    BoardState.ACTIVE: "green",
    BoardState.CLOSED: "grey",
}


def state_tag(state: BoardState) -> Tag:
    return Tag(state.label, STATE_COLOURS[state])


PARTICIPATION_COLOURS: dict[ParticipationState, Colour] = {
    ParticipationState.INVITED: "yellow",
    ParticipationState.JOINED: "green",
    ParticipationState.DECLINED: "grey",
    ParticipationState.WITHDRAWN: "grey",
}


def participation_tag(participation: BoardParticipant) -> Tag:
    state = ParticipationState(participation.state)
    return Tag(state.label, PARTICIPATION_COLOURS[state])


def review_words(review_on: date | None, today: date) -> Any:
    """When terms are to be reviewed, marked in words where that day has passed."""
    if review_on is None:
        return "Not recorded"
    return [Tag("Overdue", "red"), british_date(review_on)] if review_on < today else british_date(review_on)


def board_crumbs(council: Council, board: Board | None = None, *last: str) -> list[Crumb]:
    """The way to a page of boards."""
    trail = [
        Crumb("Partnership", reverse("partnership", args=[council.slug])),
        Crumb("Boards and groups", reverse("boards", args=[council.slug])),
    ]
    if board is not None:
        trail.append(Crumb(board.name, reverse("board", args=[council.slug, board.pk])))
    return [*trail, *(Crumb(words) for words in last)]


def boards_to_report_to(council: Council, today: date, but: Board | None = None) -> list[tuple[Any, str]]:
    """Boards that a board of the council's picture can report to, closed ones and itself left out."""
    return [
        (board.pk, f"{board.name} (joint board)" if board.council_id != council.pk else board.name)
        for board in seen_boards(council, today).exclude(state=BoardState.CLOSED)
        if but is None or board.pk != but.pk
    ]


def uppers_of(board: Board, council: Council) -> list[Any]:
    """What a board reports to in the council's picture."""
    return [upper for lower, upper in lines_of(council) if lower == board.pk]
